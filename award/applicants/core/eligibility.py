"""申报条件（办法第十二条，第二、十八条）: what the recorded facts say about each condition.

Unknown is not yes. The program computes what can be computed and says why; a person decides each
condition with a reason, and cannot say 符合 where a date says otherwise or is missing.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from expert_pool.facts.refusal import Refusal

MET, UNMET, UNKNOWN, PERSON = "met", "unmet", "unknown", "person"
VERDICTS: Mapping[str, str] = {
    MET: "符合",
    UNMET: "不符合",
    UNKNOWN: "不明",
    PERSON: "须人工判定",
}
CONDITIONS: Mapping[str, tuple[str, str]] = {
    "registered": ("注册地为诸暨", "办法第十二条第一项"),
    "operating": ("正常运行2年以上", "办法第十二条第一项"),
    "licences": ("证照齐全有效，符合法律法规和产业政策", "办法第十二条第二项"),
    "excellence": ("实施卓越绩效管理，水平领先", "办法第十二条第三项"),
    "clean": ("近3年无不合格、事故、重大投诉和违法违规", "办法第十二条第四项"),
    "others": ("符合其他有关规定", "办法第十二条第五项"),
    "innovation": ("申报创新奖至少有一项创新证明", "办法第二条"),
    "ban": ("不在不得申报的期限内", "办法第十八条"),
}
ACTIVITIES = {
    "product": "产品生产",
    "construction": "工程建设",
    "service": "服务提供",
    "environment": "环境保护",
}
INNOVATIONS = {
    "quality": "质量创新",
    "standard": "标准创新",
    "brand": "品牌建设",
    "patent": "知识产权",
}
INCIDENTS: Mapping[str, str] = {
    "inspection": "产品质量监督检查不合格",
    "quality": "重大质量事故",
    "safety": "重大安全事故",
    "environment": "重大环保事故",
    "complaint": "重大有效投诉",
    "export": "出口产品质量问题被通报或索赔",
    "violation": "其他严重违法违规行为",
}
COMPLAINT = "complaint"
PRECISIONS = {"day": "日", "month": "月", "year": "年"}


@dataclass(frozen=True)
class Numbers:
    """The regulation's numbers for the year: `operating` and `clean` in years."""

    operating: int
    clean: int


@dataclass(frozen=True)
class Since:
    """A date as exactly as it is known."""

    value: date
    precision: str = "day"

    @property
    def earliest(self) -> date:
        if self.precision == "year":
            return self.value.replace(month=1, day=1)
        return self.value.replace(day=1) if self.precision == "month" else self.value

    @property
    def latest(self) -> date:
        if self.precision == "day":
            return self.value
        month = 12 if self.precision == "year" else self.value.month
        return date(self.value.year, month, calendar.monthrange(self.value.year, month)[1])

    @property
    def words(self) -> str:
        full = f"{self.value.year}年"
        if self.precision != "year":
            full += f"{self.value.month}月"
        return full + (f"{self.value.day}日" if self.precision == "day" else "")


@dataclass(frozen=True)
class Incident:
    """`org_fault` None: nobody has found out whose fault it was; only complaints ask."""

    kind: str
    on: Since
    org_fault: bool | None = None
    source: str = ""


@dataclass(frozen=True)
class Licence:
    kind: str
    valid_to: date | None  # None: nobody has looked
    forever: bool = False


@dataclass(frozen=True)
class Facts:
    """What is on record about one application. `reference`: the deadline of the year."""

    award: str
    reference: date
    local: bool | None = None
    operating: Since | None = None
    licences: tuple[Licence, ...] = ()
    incidents: tuple[Incident, ...] = ()
    incidents_asked: bool = False  # the departments' answers are in, so that silence says something
    innovations: tuple[str, ...] = ()
    banned_until: date | None = None
    perhaps_banned: tuple[str, ...] = ()  # banned organisations that may be this one


@dataclass(frozen=True)
class Finding:
    condition: str
    verdict: str
    reason: str

    @property
    def title(self) -> str:
        return CONDITIONS[self.condition][0]

    @property
    def article(self) -> str:
        return CONDITIONS[self.condition][1]

    @property
    def words(self) -> str:
        return VERDICTS[self.verdict]


def add_years(day: date, years: int) -> date:
    """同月同日; 29 February falls on the 28th where there is none (民法典第二百零二条)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def banned_until(decided: date, years: int) -> date:
    """不得申报的最后一日, itself included (办法第十八条)."""
    return add_years(decided, years)


def watched_until(awarded: date, years: int) -> date:
    """获奖后监督期的最后一日, itself included (办法第十八条)."""
    return add_years(awarded, years)


def judge(facts: Facts, numbers: Numbers) -> tuple[Finding, ...]:
    """Every condition that is asked of this application, in the order of the regulation."""
    found = [
        _registered(facts),
        _operating(facts, numbers),
        _licences(facts),
        Finding("excellence", PERSON, "对照自评报告和证实性材料判定。"),
        _clean(facts, numbers),
        Finding("others", PERSON, "对照申报通知判定。"),
    ]
    if facts.award == "INNOVATION":
        found.append(_innovation(facts))
    return (*found, _ban(facts))


def _registered(facts: Facts) -> Finding:
    if facts.local is None:
        return Finding("registered", UNKNOWN, "“注册地为诸暨”不明，请补充注册地。")
    return Finding(
        "registered",
        MET if facts.local else UNMET,
        "注册地在诸暨。" if facts.local else "注册地不在诸暨。",
    )


def _operating(facts: Facts, numbers: Numbers) -> Finding:
    title = f"正常运行{numbers.operating}年以上"
    since = facts.operating
    if since is None:
        return Finding("operating", UNKNOWN, f"“{title}”不明，请补充日期。")
    surely = add_years(since.latest, numbers.operating) <= facts.reference
    possibly = add_years(since.earliest, numbers.operating) <= facts.reference
    if surely:
        return Finding("operating", MET, f"自{since.words}起运行，满{numbers.operating}年。")
    if possibly:
        return Finding("operating", UNKNOWN, f"“{title}”不明，只知道是{since.words}，请补充日期。")
    return Finding(
        "operating",
        UNMET,
        f"自{since.words}起运行，到申报截止日{_day(facts.reference)}不满{numbers.operating}年。",
    )


def _licences(facts: Facts) -> Finding:
    ended = [
        one
        for one in facts.licences
        if not one.forever and one.valid_to is not None and one.valid_to < facts.reference
    ]
    if ended:
        one = ended[0]
        assert one.valid_to is not None
        return Finding(
            "licences", UNMET, f"{one.kind}有效期到{_day(one.valid_to)}，申报截止日已失效。"
        )
    unread = [one for one in facts.licences if not one.forever and one.valid_to is None]
    if unread:
        return Finding("licences", UNKNOWN, f"{unread[0].kind}的有效期不明，请补充日期。")
    if not facts.licences:
        return Finding("licences", UNKNOWN, "还没有登记证照，请补充营业执照等的有效期。")
    return Finding("licences", PERSON, "登记的证照在申报截止日都有效；产业政策须人工判定。")


def _clean(facts: Facts, numbers: Numbers) -> Finding:
    said = [_incident(one, facts.reference, numbers.clean) for one in facts.incidents]
    for verdict in (UNMET, PERSON, UNKNOWN):
        if reasons := [reason for found, reason in said if found == verdict]:
            return Finding("clean", verdict, reasons[0])
    if not facts.incidents_asked:
        return Finding("clean", UNKNOWN, "部门尚未全部答复，“近3年无不良记录”不明。")
    return Finding("clean", MET, f"近{numbers.clean}年没有登记的不良记录。")


def _incident(one: Incident, reference: date, years: int) -> tuple[str, str]:
    """Boundary day: a person says whether 近3年 holds it."""
    what = f"{one.on.words}{INCIDENTS[one.kind]}"
    if one.kind == COMPLAINT and one.org_fault is not True:
        if one.org_fault is None:
            return UNKNOWN, f"{what}是否组织责任不明，请查明。"
        return MET, f"{what}，非组织责任。"
    first = add_years(reference, -years)
    if one.on.latest < first:
        return MET, f"{what}，已超过{years}年。"
    if one.on.earliest > reference:
        return MET, f"{what}，在申报截止之后，另行核查。"
    if one.on.earliest > first and one.on.latest <= reference:
        return UNMET, f"{what}，在近{years}年内。"
    if one.on.precision == "day" and one.on.value == first:
        return PERSON, f"{what}，恰在近{years}年的界日，须人工判定。"
    return UNKNOWN, f"{what}的日期不够准确，请补充日期。"


def later_incidents(facts: Facts) -> tuple[Incident, ...]:
    """After the deadline: each opens a question that must be closed before the approval (13-9)."""
    return tuple(one for one in facts.incidents if one.on.latest > facts.reference)


def earlier_incidents(facts: Facts, numbers: Numbers) -> tuple[Incident, ...]:
    """Up to the deadline: those for which the condition of a clean record is not met or not known,
    whenever they came to light.
    """
    return tuple(
        one
        for one in facts.incidents
        if one.on.latest <= facts.reference
        and _incident(one, facts.reference, numbers.clean)[0] != MET
    )


def _innovation(facts: Facts) -> Finding:
    known = [INNOVATIONS[code] for code in facts.innovations if code in INNOVATIONS]
    if known:
        return Finding("innovation", MET, f"有{'、'.join(known)}的证明。")
    return Finding("innovation", UNMET, "申报创新奖须至少有一项创新证明。")


def _ban(facts: Facts) -> Finding:
    if facts.banned_until is not None and facts.reference <= facts.banned_until:
        return Finding("ban", UNMET, f"{_day(facts.banned_until)}以前（含当日）不得申报。")
    if facts.perhaps_banned:
        names = "、".join(facts.perhaps_banned)
        return Finding("ban", PERSON, f"不得申报的{names}可能就是这家组织，请查信用代码后判定。")
    return Finding("ban", MET, "没有在期限内的不得申报决定。")


@dataclass(frozen=True)
class Decided:
    """What a person said of one condition."""

    condition: str
    verdict: str
    reason: str = ""


def settle(findings: Sequence[Finding], decided: Iterable[Decided]) -> tuple[Finding, ...]:
    """The findings with the person's word where one is asked for.

    Raises Refusal `eligibility-fixed` when a computed answer would be overruled, `eligibility-
    unknown` where 符合 is said of what is not known, `reason-needed` without a reason.
    """
    said = {one.condition: one for one in decided}
    return tuple(_settled(one, said.get(one.condition)) for one in findings)


def _settled(found: Finding, word: Decided | None) -> Finding:
    if word is None or word.verdict == found.verdict:
        return found
    if word.verdict not in (MET, UNMET, UNKNOWN):
        raise Refusal("invalid", f"“{found.title}”应选符合、不符合或不明。", found.article)
    if found.verdict in (MET, UNMET) and word.verdict == MET:
        raise Refusal(
            "eligibility-fixed",
            f"“{found.title}”：{found.reason}请更正事实后再判定。",
            found.article,
        )
    if found.verdict == UNKNOWN and word.verdict == MET:
        raise Refusal("eligibility-unknown", found.reason, found.article)
    if not word.reason.strip():
        raise Refusal("reason-needed", f"请写明判定“{found.title}”的理由。", found.article)
    return Finding(found.condition, word.verdict, word.reason.strip())


def demand_decidable(settled: Sequence[Finding], passes: bool) -> None:
    """Raises Refusal when the whole does not follow from the conditions."""
    if passes:
        for one in settled:
            if one.verdict in (UNKNOWN, PERSON):
                reason = one.reason if one.verdict == UNKNOWN else f"“{one.title}”尚未判定。"
                raise Refusal("eligibility-unknown", reason, one.article)
            if one.verdict == UNMET:
                raise Refusal(
                    "eligibility-unmet", f"“{one.title}”不符合：{one.reason}", one.article
                )
    elif all(one.verdict in (MET, PERSON) for one in settled):
        raise Refusal(
            "eligibility-met", "没有一项条件不符合或不明，不能作出不符合的决定。", "办法第十二条"
        )


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
