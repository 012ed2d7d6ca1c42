"""荣誉称号的使用（办法第十九条）: what a text on a medium may say."""

from __future__ import annotations

MEDIA = {
    "image": "组织形象宣传（网站、画册、展厅等）",
    "product": "产品、包装、产品说明或产品广告",
}
ARTICLE = "办法第十九条"


def finding(text: str, medium: str, year: int) -> str:
    """What is wrong with this use, or empty: never for products, and always with the year."""
    if medium == "product":
        return "荣誉称号不得用于产品宣传。"
    if str(year) not in text:
        return "荣誉称号须注明获奖年度。"
    return ""
