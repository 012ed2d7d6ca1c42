"""拼音: how a name is found by typing its sound; several readings when a surname has them (单
shàn/dān, 曾 zēng).
"""

from __future__ import annotations

from expert_pool.facts.sounds import spelt

# Surnames read otherwise than the character is read elsewhere.
SURNAMES = {
    "单": "shan",
    "曾": "zeng",
    "解": "xie",
    "仇": "qiu",
    "朴": "piao",
    "查": "zha",
    "盖": "ge",
    "区": "ou",
    "任": "ren",
    "华": "hua",
    "洗": "xian",
    "尉": "wei",
    "乐": "yue",
    "员": "yun",
    "翟": "zhai",
    "缪": "miao",
    "冼": "xian",
    "召": "shao",
    "折": "she",
    "黑": "he",
    "繁": "po",
    "种": "chong",
    "秘": "bi",
    "重": "chong",
    "逄": "pang",
    "宓": "mi",
    "佴": "nai",
    "郗": "xi",
    "覃": "qin",
    "应": "ying",
}


def pinyin_of(name: str) -> str:
    """Full and initials, e.g. `shanxiaofang sxf`; empty for a blank name."""
    if not name:
        return ""
    syllables = spelt(name)
    if name[0] in SURNAMES:
        syllables[0] = SURNAMES[name[0]]
    return f"{''.join(syllables)} {''.join(syllable[:1] for syllable in syllables)}".lower()
