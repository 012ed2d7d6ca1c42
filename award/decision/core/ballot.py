"""审查表决（办法第十三条第七项）: quorum, need, what a tally may say, and the order of the
candidates. Counts only, never who voted how.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from expert_pool.facts.refusal import Refusal

VOTE = "办法第十三条第七项"


@dataclass(frozen=True)
class Share:
    """三分之二以上、一半以上. `inclusive`: exactly the share is enough (民法典 1259: 以上
    includes the number itself).
    """

    part: Fraction
    inclusive: bool

    def least(self, whole: int) -> int:
        """The smallest whole number that is enough of `whole`."""
        wanted = self.part * whole
        if self.inclusive:
            return -int((-wanted).__floor__())
        return int(wanted.__floor__()) + 1


@dataclass(frozen=True)
class Tally:
    """计票单 as one teller typed it: slips returned and invalid, and per candidate the approvals
    and the valid slips on which a recused member has struck the name out."""

    teller: str
    returned: int
    invalid: int
    approve: Mapping[str, int]
    struck: Mapping[str, int] = field(default_factory=dict)

    @property
    def valid(self) -> int:
        return self.returned - self.invalid

    def base(self, case: str) -> int:
        """The valid slips that could approve this candidate."""
        return self.valid - self.struck.get(case, 0)

    @property
    def counts(self) -> tuple[object, ...]:
        """What two tellers must agree on: a name struck out nought times is a name not struck
        out.
        """
        struck = {case: count for case, count in self.struck.items() if count}
        return self.returned, self.invalid, dict(self.approve), struck


@dataclass(frozen=True)
class Round:
    """一轮表决: who was there by sign-in, slips issued, two tallies.

    `voided`: the office declared the round void and says why.
    """

    number: int
    present: int
    issued: int
    tallies: tuple[Tally, ...] = ()
    voided: str = ""


@dataclass(frozen=True)
class Form:
    """What the year's settings make of the slip. `strikes`: a recused member strikes one candidate
    out and votes on the others; else she does not vote at all.
    """

    most_ticks: int | None = None
    secret: bool = True
    strikes: bool = True


@dataclass(frozen=True)
class Standing:
    """A candidate before the committee: the award it competes for and the total that decides
    equal votes.
    """

    case: str
    award: str
    total: Fraction


def check_round(
    round_: Round, members: int, quorum: Share, cases: Iterable[str], most_ticks: int | None = None
) -> None:
    """Refuses what a round may not be, in the order in which a person would notice it."""
    check_presence(round_, members, quorum)
    known = set(cases)
    for tally in round_.tallies:
        check_tally(tally, round_.issued, known, most_ticks)
    _check_pair(round_.tallies)


def check_presence(round_: Round, members: int, quorum: Share) -> None:
    """到会人数和发出的票."""
    need = quorum.least(members)
    if round_.present > members:
        raise _no("present", f"实到{round_.present}人，多于应到{members}人。")
    if round_.present < need:
        raise _no(
            "quorum",
            f"应到{members}人，实到{round_.present}人，不足{_named(quorum.part)}（{need}人），表决无效。",
            members=members,
            present=round_.present,
            need=need,
        )
    if round_.issued > round_.present:
        raise _no("issued", f"发出{round_.issued}张，多于实到{round_.present}人。")


def check_tally(
    tally: Tally, issued: int, cases: Collection[str], most_ticks: int | None = None
) -> None:
    """What one teller typed."""
    if tally.returned < 1:
        raise _no("returned", "没有收回选票，这一轮没有表决；请核对计票单，或者重新投票。")
    if tally.returned > issued:
        raise _no("returned", f"收回{tally.returned}张，多于发出的{issued}张。")
    if not 0 <= tally.invalid <= tally.returned:
        raise _no("invalid", f"无效{tally.invalid}张，多于收回的{tally.returned}张。")
    if set(tally.approve) != set(cases):
        raise _no("cases", "计票单上的组织与候选组织名单不一致，请逐家填写（没有赞成票的填0）。")
    if not set(tally.struck) <= set(cases):
        raise _no("cases", "回避划去的组织不在候选名单中。")
    for case in sorted(cases):
        struck, approve = tally.struck.get(case, 0), tally.approve[case]
        if not 0 <= struck <= tally.valid:
            raise _no("struck", f"回避划去{struck}张，多于有效票{tally.valid}张。", case=case)
        if not 0 <= approve <= tally.base(case):
            raise _no("approve", f"赞成{approve}票，多于有效票{tally.base(case)}张。", case=case)
    ticks = sum(tally.approve.values())
    if most_ticks is not None and ticks > most_ticks * tally.valid:
        raise _no(
            "ticks", f"每张最多赞成{most_ticks}家，{tally.valid}张有效票不会有{ticks}个赞成。"
        )


def _check_pair(tallies: Sequence[Tally]) -> None:
    if len(tallies) != 2:
        raise _no("tellers", "须由两名计票人分别填写计票单。")
    one, other = tallies
    if one.teller == other.teller:
        raise _no("tellers", "两份计票单须由不同的人填写。")
    if one.counts == other.counts:
        return
    for case in sorted(one.approve):
        if one.approve[case] != other.approve.get(case):
            raise _no(
                "tallies",
                f"两份计票不一致：赞成票为{one.approve[case]}票、{other.approve.get(case)}票。",
                case=case,
            )
    raise _no("tallies", "两份计票不一致：收回、无效或回避划去的张数不同，请重新清点。")


def passes(tally: Tally, case: str, approval: Share) -> bool:
    """Enough approvals of the slips that counted for it.

    With no such slip nobody has approved anything.
    """
    base = tally.base(case)
    return base > 0 and tally.approve[case] >= approval.least(base)


def ranking(
    standings: Iterable[Standing], approve: Mapping[str, int]
) -> tuple[tuple[str, ...], ...]:
    """Candidates by votes, then by total; those equal in both share a place.

    Never by name, number or order of entry.
    """
    groups: dict[tuple[int, Fraction], list[str]] = {}
    for one in standings:
        groups.setdefault((approve[one.case], one.total), []).append(one.case)
    return tuple(tuple(sorted(groups[key])) for key in sorted(groups, reverse=True))


def _named(part: Fraction) -> str:
    return {Fraction(2, 3): "三分之二", Fraction(1, 2): "一半", Fraction(3, 4): "四分之三"}.get(
        part, f"{part.numerator}/{part.denominator}"
    )


def _no(code: str, message: str, **params: object) -> Refusal:
    return Refusal(f"vote-{code}", message, VOTE, **params)
