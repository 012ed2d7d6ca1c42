"""由年度文件得出结果 (`award-decision/1`): one pure function from the scorebooks to the winners (办
法第十三条第六项至第十四条).

The file says how far the year has come and, where it stops, why and by which article. The order of
cases in it is the order of their
ids: it is a way to write the same thing in the same bytes, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from award.decision.core.ballot import Round, Share, Standing, Tally, check_round, passes, ranking
from award.decision.core.bans import barred
from award.decision.core.canonical import canonical
from award.decision.core.notice import period_of
from award.decision.core.places import INNOVATION, QUALITY, fill
from award.decision.core.prizes import Prize, prize
from award.decision.core.scores import Rules, Total, total
from award.decision.core.year_file import CaseFacts, Ruling, YearFile, read_year
from expert_pool.facts.refusal import Refusal

FORMAT = "award-decision/1"
EVALUATION = "办法第十三条第六项"
VOTE = "办法第十三条第七项"
NOTICE = "办法第十三条第八项"
APPROVAL = "办法第十三条第九项"
MONEY = "办法第十四条"
STEPS = ("evaluation", "vote", "notice", "approval", "honours")


class HaltError(Exception):
    """The year stops here: which step could not be taken, why, by which article."""

    def __init__(
        self, code: str, article: str, cases: Iterable[str] = (), message: str = ""
    ) -> None:
        self.entry = {
            "code": code, "article": article, "cases": sorted(cases), "message": message,
        }  # fmt: skip
        super().__init__(code)


@dataclass
class Draft:
    """What is known so far."""

    outcome: dict[str, str] = field(default_factory=dict)
    totals: list[dict[str, Any]] = field(default_factory=list)
    competes: dict[str, str] = field(default_factory=dict)  # candidate -> award
    standing: dict[str, Fraction] = field(default_factory=dict)
    vote: dict[str, Any] | None = None
    ranked: tuple[tuple[str, ...], ...] = ()
    prizes: dict[str, Prize] = field(default_factory=dict)
    placed: list[str] = field(default_factory=list)
    notice: dict[str, Any] | None = None
    honours: list[dict[str, Any]] = field(default_factory=list)


def decide(data: bytes) -> bytes:
    """Canonical bytes of the decision. Raises FormatError for what is no year file."""
    return canonical(decision(read_year(data)))


def decision(year: YearFile) -> dict[str, Any]:
    draft = Draft()
    stopped: dict[str, Any] | None = None
    reached = "none"
    for step, act in zip(STEPS, (_evaluate, _vote, _notice, _approve, _honour), strict=True):
        try:
            act(year, draft)
        except HaltError as halt:
            stopped = {"step": step, **halt.entry}
            break
        reached = step
    return {
        "format": FORMAT,
        "year": year.year,
        "year_file": year.sha256,
        "regulation": {"id": year.regulation.id, "digest": year.regulation.digest},
        "reached": reached,
        "stopped": stopped,
        "totals": draft.totals,
        "vote": draft.vote,
        "outcomes": [
            {"case": case, "outcome": outcome} for case, outcome in sorted(draft.outcome.items())
        ],
        "notice": draft.notice,
        "honours": draft.honours,
    }


# 综合评价
# ------------------------------------------------------------------------------------------


def _evaluate(year: YearFile, draft: Draft) -> None:
    for case in year.cases:
        draft.outcome[case.id] = _before_totals(year, case) or "unscored"
    rules = rules_of(year)
    waiting = [case for case in year.cases if draft.outcome[case.id] == "unscored"]
    unscored = []
    for case in sorted(waiting, key=lambda one: one.id):
        found = total(rules, case.document, case.site)
        if found is None:
            unscored.append(case.id)
        else:
            _meet_lines(year, draft, case, found)
    if unscored:
        raise HaltError("unscored", EVALUATION, unscored, "还有组织没有完成资料评审或现场评审。")


def rules_of(year: YearFile) -> Rules:
    """Refuses an empty setting and weights that do not make one whole."""
    _entered(year, ("doc_rule", "site_rule", "total_rule", "score_round", "compare"))
    _entered(year, ("fallback_innovation",))
    one = other = Fraction(0)
    if year.settings["total_rule"] == "weighted":
        _entered(year, ("doc_weight", "site_weight"))
        one, other = year.settings["doc_weight"], year.settings["site_weight"]
        if one + other != 1:
            raise HaltError("weights", EVALUATION, (), "资料与现场的权重之和不是1。")
    said = year.settings
    return Rules(
        year.points, said["doc_rule"], said["site_rule"], said["total_rule"],
        one, other, said["score_round"], said["compare"],
    )  # fmt: skip


def _entered(year: YearFile, names: Sequence[str]) -> None:
    for name in names:
        if year.settings[name] is None:
            raise HaltError(f"empty-{name}", "办法第五条", (), f"设置 {name} 尚未填写。")


def _before_totals(year: YearFile, case: CaseFacts) -> str:
    """Why a case has no total, or empty."""
    if case.left == "withdrawn":
        return "withdrawn"
    if barred(case.applied, case.bans, year.regulation.ban_years):
        return "barred"
    return "" if case.shortlisted else "not-shortlisted"


def _meet_lines(year: YearFile, draft: Draft, case: CaseFacts, found: Total) -> None:
    lines = year.regulation.lines
    award = case.award
    fell = found.compared < lines[QUALITY] and award == QUALITY
    if fell and year.settings["fallback_innovation"] == "yes":
        award = INNOVATION
    meets = found.compared >= lines[award]
    either = (found.exact >= lines[award]) != (Fraction(found.rounded) >= lines[award])
    draft.totals.append(
        {
            "case": case.id, "award": award, "document": _exact(found.document),
            "site": _exact(found.site), "exact": _exact(found.exact), "total": found.rounded,
            "line": lines[award], "meets": meets, "rounding_matters": either,
        }
    )  # fmt: skip
    draft.outcome[case.id] = "candidate" if meets else "below-line"
    if meets:
        draft.competes[case.id] = award
        draft.standing[case.id] = found.compared


def _exact(value: Fraction) -> str:
    """Points as a fraction in lowest terms: 143999/240."""
    return str(value / 100)


# 审查表决
# ------------------------------------------------------------------------------------------


def _vote(year: YearFile, draft: Draft) -> None:
    approval = approval_of(year)
    _entered(year, ("most_ticks",))
    round_ = _valid_round(year, draft.competes)
    tally = round_.tallies[0]
    need = {case: approval.least(tally.base(case)) for case in draft.competes}
    passed = {case for case in draft.competes if passes(tally, case, approval)}
    draft.ranked = ranking(
        (Standing(case, draft.competes[case], draft.standing[case]) for case in draft.competes),
        tally.approve,
    )
    draft.vote = {
        "round": round_.number, "members": len(year.members), "present": round_.present,
        "quorum": year.regulation.quorum.least(len(year.members)), "issued": round_.issued,
        "returned": tally.returned, "invalid": tally.invalid, "valid": tally.valid,
        "candidates": _lines(draft, tally, need, passed),
    }  # fmt: skip
    for case in draft.competes:
        draft.outcome[case] = "passed" if case in passed else "no-majority"
    _prizes(year, draft, passed)
    _places(year, draft, passed)


def _lines(
    draft: Draft, tally: Tally, need: dict[str, int], passed: set[str]
) -> list[dict[str, Any]]:
    rank = {}
    place = 1
    for group in draft.ranked:
        rank.update(dict.fromkeys(group, place))
        place += len(group)
    return [
        {
            "case": case, "approve": tally.approve[case], "base": tally.base(case),
            "need": need[case], "passed": case in passed, "rank": rank[case],
        }
        for case in sorted(draft.competes)
    ]  # fmt: skip


def approval_of(year: YearFile) -> Share:
    """一半以上: whether exactly half passes says the version, or where it does not, the setting."""
    inclusive = year.regulation.approval_inclusive
    if inclusive is None:
        _entered(year, ("exactly_half",))
        inclusive = year.settings["exactly_half"] == "passes"
    return Share(year.regulation.approval, inclusive)


def _valid_round(year: YearFile, cases: Iterable[str]) -> Round:
    """The last round that nobody declared void; it must be in order."""
    live = [one for one in year.rounds if not one.voided]
    if not live:
        raise HaltError("no-round", VOTE, (), "还没有有效的表决。")
    round_ = max(live, key=lambda one: one.number)
    try:
        check_round(
            round_,
            len(year.members),
            year.regulation.quorum,
            cases,
            year.settings["most_ticks"] or None,
        )
    except Refusal as refusal:
        raise HaltError(refusal.code, VOTE, (), refusal.message_zh) from None
    return round_


def _prizes(year: YearFile, draft: Draft, passed: set[str]) -> None:
    """What each is due, and whether it takes a place; where the text is silent, by a person's
    record.
    """
    full, later = year.regulation.prizes, year.settings["quality_then_innovation"]
    by_id = {case.id: case for case in year.cases}
    silent = []
    for case in sorted(passed):
        found = prize(draft.competes[case], by_id[case].history, full, later)
        if found is None:
            ruling = _ruling(year, "prize", (case,))
            if ruling is None:
                silent.append(case)
                continue
            found = Prize(ruling.amount, ruling.counted, "ruled")
        draft.prizes[case] = found
    if silent:
        raise HaltError(
            "prize-silent", MONEY, silent, "办法没有规定这种情形的奖金和名额，请决定并记录。"
        )


def _places(year: YearFile, draft: Draft, passed: set[str]) -> None:
    outside = {case for case, found in draft.prizes.items() if not found.counted}
    decided = [ruling.cases for ruling in year.rulings if ruling.kind == "tie"]
    quota = year.regulation.quota
    taken = 0
    tied: tuple[str, ...] = ()
    for award in (QUALITY, INNOVATION):
        ranked = [
            tuple(case for case in group if case in passed and draft.competes[case] == award)
            for group in draft.ranked
        ]
        places = quota.quality if award == QUALITY else quota.winners - taken
        filled = fill(
            [group for group in ranked if group], min(places, quota.winners), outside, decided
        )
        taken += sum(case not in outside for case in filled.placed)
        for case in filled.over:
            draft.outcome[case] = "over-quota"
        for case in filled.placed:
            draft.outcome[case] = "proposed"
        draft.placed += filled.placed
        tied += filled.tied
        if filled.tied and award == QUALITY:
            break
    if tied:
        raise HaltError("tie", VOTE, tied, "票数和总分都相同，请审委会决定并记录。")


def _ruling(year: YearFile, kind: str, cases: tuple[str, ...]) -> Ruling | None:
    return next((one for one in year.rulings if one.kind == kind and one.cases == cases), None)


# 公示、批准、奖励
# ------------------------------------------------------------------------------------


def _notice(year: YearFile, draft: Draft) -> None:
    _entered(year, ("notice_workdays", "notice_first_day"))
    if year.notice is None:
        raise HaltError("no-notice", NOTICE, (), "拟奖名单还没有公示。")
    said = year.notice
    days, counts = year.settings["notice_workdays"], year.settings["notice_first_day"] == "yes"
    found = period_of(said.first_day, days, counts, said.working_days, said.announced)
    if found is None:
        raise HaltError("calendar", NOTICE, (), "工作日历没有覆盖整个公示期。")
    draft.notice = {
        "first_day": found.first.isoformat(), "last_day": found.last.isoformat(),
        "unsettled_years": list(found.unsettled),
    }  # fmt: skip
    if found.unsettled:
        years = "、".join(map(str, found.unsettled))
        raise HaltError("calendar", NOTICE, (), f"{years}年节假日安排未公布，截止日待核。")
    still_open = [one for one in year.objections if one.state == "open"]
    if still_open:
        raise HaltError("objection", NOTICE, (), f"还有{len(still_open)}件异议没有办结。")


def _approve(year: YearFile, draft: Draft) -> None:
    if year.approval is None:
        raise HaltError("no-approval", APPROVAL, (), "还没有市政府的批准文件。")
    assert draft.notice is not None
    if year.approval.on.isoformat() <= draft.notice["last_day"]:
        raise HaltError(
            "notice-running", NOTICE, (), f"公示到{draft.notice['last_day']}止，尚未期满。"
        )
    gone = dict.fromkeys(year.approval.removed, "removed")
    gone |= {case.id: "forgone" for case in year.cases if case.left == "forgone"}
    gone |= {one.case: "cancelled" for one in year.objections if one.state == "upheld"}
    draft.placed += _vacancies(year, draft, gone)
    for case in draft.placed:
        draft.outcome[case] = gone.get(case, "honoured")


def _vacancies(year: YearFile, draft: Draft, lost: dict[str, str]) -> list[str]:
    """递补: a place stays empty unless a person decided who takes it, of the same award and over
    the quota before.
    """
    filled: dict[str, str] = {}
    for ruling in year.rulings:
        if ruling.kind != "vacancy":
            continue
        gone, instead = ruling.cases
        emptied = gone in draft.placed and gone in lost and draft.prizes[gone].counted
        waiting = draft.outcome.get(instead) == "over-quota" and instead not in lost
        again = gone in filled or instead in filled.values()
        if not emptied or not waiting or again or draft.competes[gone] != draft.competes[instead]:
            raise HaltError(
                "vacancy",
                NOTICE,
                ruling.cases,
                "递补决定与结果不符：空出的须占名额，递补的须是同一奖项超名额的。请撤回后重新登记。",
            )
        filled[gone] = instead
    return list(filled.values())


def _honour(year: YearFile, draft: Draft) -> None:
    """获奖名单和应发奖金; the award's date is the day of the approval."""
    assert year.approval is not None
    draft.honours = [
        {
            "case": case, "award": draft.competes[case], "counted": draft.prizes[case].counted,
            "amount": draft.prizes[case].amount, "why": draft.prizes[case].why,
            "on": year.approval.on.isoformat(),
        }
        for case in sorted(draft.placed)
        if draft.outcome[case] == "honoured"
    ]  # fmt: skip
