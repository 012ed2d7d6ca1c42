"""办法未定、由实施细则规定的设置: what the office enters, each with its source (文号、条款).

Empty until somebody says so. A stage that needs an empty setting does not open. What others do or
what we would propose stands beside the field as a hint and is never a default.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from expert_pool.facts.refusal import Refusal

LONGEST_SOURCE = 200


@dataclass(frozen=True)
class Setting:
    """One setting. `kind`: choice, whole, decimal, day; `low`, `high` bound numbers, both
    included.
    """

    code: str
    title: str
    kind: str
    stage: str  # the stage that does not open without it
    hint: str
    choices: Mapping[str, str] | None = None
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(1000)
    places: int = 0
    optional: bool = False  # may be said to be none: 不设


def _choice(code: str, title: str, stage: str, hint: str, choices: Mapping[str, str]) -> Setting:
    return Setting(code, title, "choice", stage, hint, choices)


def _whole(
    code: str, title: str, stage: str, hint: str, low: int, high: int, optional: bool = False
) -> Setting:
    bounds = Decimal(low), Decimal(high)
    return Setting(code, title, "whole", stage, hint, None, *bounds, 0, optional)


_YES_NO = {"yes": "是", "no": "否"}
GROUPS: Mapping[str, tuple[Setting, ...]] = {
    "总分": (
        _choice(
            "doc_rule",
            "资料评审得分怎样取",
            "documents",
            "建议按合议结果",
            {"consensus": "按合议结果", "mean": "按各评审员的平均分"},
        ),
        _choice(
            "total_rule",
            "总评分怎样算",
            "documents",
            "现场评分从资料合议结果开始，所以必须写明是加权还是以现场得分为准",
            {"weighted": "资料与现场加权", "site": "以现场评审得分为准"},
        ),
        Setting(
            "doc_weight",
            "资料评审的权重",
            "decimal",
            "documents",
            "如 0.4，两个权重之和为 1",
            None,
            Decimal(0),
            Decimal(1),
            4,
        ),
        Setting(
            "site_weight",
            "现场评审的权重",
            "decimal",
            "documents",
            "如 0.6，两个权重之和为 1",
            None,
            Decimal(0),
            Decimal(1),
            4,
        ),
        Setting(
            "score_round",
            "总评分保留到",
            "decimal",
            "documents",
            "如 0.01，四舍五入",
            None,
            Decimal("0.01"),
            Decimal(1),
            2,
        ),
        _choice(
            "compare",
            "与分数线比较时用",
            "documents",
            "建议用取整后的分数：比的就是印出来的数",
            {"rounded": "取整后的分数", "exact": "未取整的分数"},
        ),
    ),
    "入围": (
        _whole(
            "shortlist_top",
            "入围家数（前几名）",
            "documents",
            "可与最低分同时使用",
            1,
            200,
            optional=True,
        ),
        Setting(
            "shortlist_min",
            "入围最低分",
            "decimal",
            "documents",
            "可与家数同时使用",
            None,
            Decimal(0),
            Decimal(1000),
            2,
            True,
        ),
        _choice(
            "shortlist_ties",
            "末位同分",
            "documents",
            "建议同分的全部入围",
            {"all": "同分的全部入围", "person": "由审定办决定并记录"},
        ),
        _choice(
            "shortlist_blind", "按代号（不见名称）确定入围名单", "documents", "建议是", _YES_NO
        ),
    ),
    "评分期限": (
        Setting(
            "document_due",
            "资料评审评分表锁定期限",
            "day",
            "documents",
            "如 2026-08-15",
            optional=True,
        ),
        Setting(
            "site_due", "现场评审评分表锁定期限", "day", "documents", "如 2026-09-30", optional=True
        ),
    ),
    "合议": (
        _whole(
            "spread_points",
            "相差多少个百分点必须讨论",
            "documents",
            "如 20；跨档的也必须讨论",
            5,
            100,
        ),
        _choice("spread_band", "跨评分档的必须讨论", "documents", "建议是", _YES_NO),
        _whole("comments_per_item", "每个条款至少写几条意见", "documents", "建议不少于 1 条", 0, 5),
        _choice(
            "calibration",
            "评前培训用标定案例",
            "documents",
            "建议评 1 个，比较各组宽严",
            {"yes": "评标定案例", "no": "不评"},
        ),
        _choice(
            "department_silent",
            "部门逾期不答复",
            "documents",
            "建议不视为同意",
            {"blocks": "不视为同意，等待答复", "consent": "视为无异议"},
        ),
    ),
    "表决": (
        _choice(
            "exactly_half",
            "赞成票恰好一半",
            "vote",
            "按字面（一半以上含一半）为通过",
            {"passes": "通过", "fails": "不通过"},
        ),
        _whole("most_ticks", "每张票最多赞成几家", "vote", "可不设", 1, 200, optional=True),
        _choice(
            "member_recusal",
            "委员对某家应当回避时",
            "vote",
            "该票上划去这一家，这一家的票数基数减少；会减弱无记名的程度",
            {"struck": "该票划去这一家，基数减一", "whole": "该委员不参加表决"},
        ),
        _choice(
            "ballot", "投票方式", "vote", "多地规定无记名", {"secret": "无记名", "open": "记名"}
        ),
    ),
    "公示": (
        _whole("notice_workdays", "公示的工作日数", "notice", "多地为 5 个工作日", 1, 60),
        _choice(
            "notice_first_day",
            "公示首日计入",
            "notice",
            "建议不计入（民法典第二百零一条）",
            _YES_NO,
        ),
        _whole("enquiry_workdays", "异议核查的工作日数", "notice", "如 5 个工作日", 1, 90),
        _choice("objection_signed", "异议须署名或盖章", "notice", "匿名的作为线索", _YES_NO),
    ),
    "其他": (
        _choice(
            "fallback_innovation",
            "申报质量奖未达线的可改评创新奖",
            "evaluation",
            "办法未写，建议否",
            _YES_NO,
        ),
        Setting(
            "severity_shrink",
            "宽严参考的 λ",
            "decimal",
            "evaluation",
            "评分误差方差与评审员宽严方差之比，如 0.16；0 为不收缩。只用于供参考的附件，不改变得分",
            None,
            Decimal(0),
            Decimal(100),
            4,
        ),
        _choice(
            "both_awards", "一个组织可同时申报两个奖项", "applications", "办法未写，建议否", _YES_NO
        ),
        _choice(
            "quality_then_innovation",
            "获质量奖后又获创新奖",
            "vote",
            "办法未写；表决前定下，以免看着结果定",
            {"none": "不奖励、不占名额", "paid": "照常奖励、占名额", "ask": "由审委会逐家决定"},
        ),
        _choice(
            "vacancy",
            "公示后取消资格的空额",
            "notice",
            "建议空缺",
            {"empty": "空缺", "next": "由审委会另行决定"},
        ),
        _choice(
            "feedback_shows",
            "评审反馈报告给出",
            "honours",
            "建议给评分档",
            {"none": "不给分数", "band": "评分档", "points": "分数"},
        ),
        _choice(
            "retention",
            "档案保管期限",
            "honours",
            "永久、30 年或 10 年",
            {"permanent": "永久", "30": "30 年", "10": "10 年"},
        ),
        _whole(
            "promotion_yearly",
            "获奖组织每年推广活动次数",
            "honours",
            "办法第二十条未写次数，建议至少 1 次",
            0,
            20,
        ),
    ),
}
SETTINGS: Mapping[str, Setting] = {one.code: one for group in GROUPS.values() for one in group}
NONE = "none"  # an optional setting about which it was decided that there is none


def read(code: str, text: str) -> str:
    """The value as it is kept: a choice's code, or a number in plain digits.

    Raises Refusal `unknown-setting` or `bad-setting`.
    """
    setting = SETTINGS.get(code)
    if setting is None:
        raise Refusal("unknown-setting", f"没有名为 {code} 的设置。", "办法第五条")
    said = text.strip()
    if setting.optional and said in (NONE, "不设"):
        return NONE
    if setting.kind == "day":
        try:
            return date.fromisoformat(said).isoformat()
        except ValueError:
            raise _bad(setting, "应是 2026-08-15 这样的日期") from None
    if setting.choices is not None:
        if said not in setting.choices:
            raise _bad(setting, f"应是{'、'.join(setting.choices.values())}之一")
        return said
    if not re.fullmatch(r"\d{1,4}(\.\d{1,4})?", said):
        raise _bad(setting, "应是数字，如 5 或 0.4")
    number = Decimal(said)
    exponent = number.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > setting.places:
        raise _bad(setting, f"最多 {setting.places} 位小数" if setting.places else "应是整数")
    if not setting.low <= number <= setting.high:
        raise _bad(setting, f"应在 {setting.low} 到 {setting.high} 之间")
    return said


def sound_source(source: str) -> str:
    """Raises Refusal `source-needed`: a number nobody can trace is none of the regulation."""
    said = source.strip()
    if not said:
        raise Refusal(
            "source-needed",
            "请写明出处（文号和条款），如“诸质奖审〔2026〕1号第三条”。",
            "办法第五条",
            field="source",
        )
    return said[:LONGEST_SOURCE]


def needed(stage: str) -> tuple[Setting, ...]:
    return tuple(one for one in SETTINGS.values() if one.stage == stage)


def lacking(values: Mapping[str, str], stage: str) -> tuple[str, ...]:
    """What is still empty or does not fit together before `stage` opens, as sentences."""
    empty = [one.title for one in needed(stage) if one.code not in values]
    if values.get("total_rule") == "site":
        empty = [title for title in empty if title not in _WEIGHT_TITLES]
    said = [f"{title}尚未填写。" for title in empty]
    if stage == "documents" and not said:
        said += _weights(values) + _shortlist(values)
    return tuple(said)


_WEIGHT_TITLES = ("资料评审的权重", "现场评审的权重")


def _weights(values: Mapping[str, str]) -> list[str]:
    if values["total_rule"] != "weighted":
        return []
    both = Decimal(values["doc_weight"]) + Decimal(values["site_weight"])
    return [] if both == 1 else [f"资料与现场的权重之和是 {both.normalize():f}，应为 1。"]


def _shortlist(values: Mapping[str, str]) -> list[str]:
    if values["shortlist_top"] == values["shortlist_min"] == NONE:
        return ["入围家数和入围最低分至少要设一项。"]
    return []


def words(code: str, value: str) -> str:
    """A value as a person reads it."""
    setting = SETTINGS[code]
    if value == NONE and setting.optional:
        return "不设"
    return setting.choices[value] if setting.choices is not None else value


def _bad(setting: Setting, why: str) -> Refusal:
    return Refusal("bad-setting", f"{setting.title}{why}。", "办法第五条", field=setting.code)
