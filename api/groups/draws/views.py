"""随机抽取: the draws of a year, and one with its candidates, what is likely in it and what came of
it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from api.groups.board.views import JobPanel
from api.kit.shell import Message, Tone
from api.kit.templating import moment
from assignment.draw import TICKETS, Candidate, CandidateSet, Pair
from assignment.likely import why_likely
from award.groups.core.book import Names, edition
from award.groups.draws import DrawRow, DrawView, Findings

TONES: dict[str, Tone] = {"open": "warn", "drawn": "ok", "void": ""}
# Rows shown; the record has them all.
LIKELY, OVER = 12, 60


@dataclass(frozen=True)
class DrawLine:
    uid: str
    status: str
    tone: Tone
    digest: str
    count: int
    reached: str
    opened: str
    by: str
    outcome: str


@dataclass(frozen=True)
class PairRow:
    """An expert with applicants whom she meets equally often, in how many of a hundred draws, and
    why so often.
    """

    person: str
    firms: tuple[str, ...]
    share: str
    why: str = ""


@dataclass(frozen=True)
class TicketRow:
    """One candidate: the tickets it holds, and its total against the best."""

    number: int
    first: str
    last: str
    share: str
    value: str
    chosen: bool


@dataclass(frozen=True)
class ListPage:
    rows: tuple[DrawLine, ...]
    rights: bool
    job: JobPanel | None = None
    waiting: str = ""  # the set that is to be drawn from first
    current: str = ""  # the plan the search begins with
    stopped: bool = False
    again: bool = False  # the year was drawn for already


@dataclass(frozen=True)
class DrawPage:
    row: DrawRow
    tone: Tone
    facts: tuple[tuple[str, str, bool], ...]  # term, value, in fixed width
    likely: tuple[PairRow, ...]
    over: tuple[PairRow, ...]
    over_count: int
    over_shown: int
    tickets: tuple[TicketRow, ...]
    outcome: tuple[tuple[str, str, bool], ...]
    plan_uid: str
    rights: bool
    verdict: Message | None = None
    findings: tuple[str, ...] = ()


def line(row: DrawRow) -> DrawLine:
    outcome = (
        f"第 {row.chosen + 1} 个方案，号码 {row.ticket:06d}"
        if row.chosen is not None and row.ticket is not None
        else ""
    )
    return DrawLine(
        row.uid,
        row.status_zh,
        TONES[row.status],
        row.digest,
        row.count,
        percent(row.reached),
        moment(row.opened_at),
        row.opened_name,
        outcome or row.void_reason,
    )


def draw_page(view: DrawView, rights: bool, findings: Findings | None) -> DrawPage:
    row, found = view.row, view.candidates
    over = found.over_cap
    whys = _whys(found.digest)
    for pair, _ in over[:OVER]:
        if pair not in whys:
            whys[pair] = why_likely(found, pair)
    return DrawPage(
        row,
        TONES[row.status],
        _facts(row, found),
        _pairs(
            ((pair, tickets * 1000 / TICKETS, "") for pair, tickets in found.likelihood.items()),
            view.names,
        )[:LIKELY],
        _pairs(((pair, share, whys.get(pair, "")) for pair, share in over[:OVER]), view.names),
        len(over),
        min(len(over), OVER),
        tuple(_tickets(found, row.chosen)),
        _outcome(row),
        row.plan_uid or "",
        rights and row.status == "open" and not row.waits_for_consent,
        _verdict(row, findings) if findings else None,
        findings.said if findings else (),
    )


def percent(thousandths: float) -> str:
    return f"{thousandths / 10:.1f}".removesuffix(".0") + " %"


def _facts(row: DrawRow, found: CandidateSet) -> tuple[tuple[str, str, bool], ...]:
    kept = "，未超过所设上限" if row.reached <= row.cap else "，超过所设上限，原因见下"
    return (
        ("集合校验码（SHA-256）", row.digest, True),
        (
            "备选方案",
            f"{row.count} 个，都通过独立复核，与其中最好的相差不超过 {percent(row.tolerance)}",
            False,
        ),
        (
            "任一搭配的可能性",
            f"最高 {percent(row.reached)}（上限设为 {percent(row.cap)}）{kept}",
            False,
        ),
        ("种子取自", found.seed_from or "公布时没有写明", False),
        ("公布", f"{moment(row.opened_at)}　{row.opened_name}", False),
    )


def _outcome(row: DrawRow) -> tuple[tuple[str, str, bool], ...]:
    if row.status == "void":
        proposed = (
            (("提出作废", f"{moment(row.voiding_at)}　{row.voiding_name}", False),)
            if row.voiding_at
            else ()
        )
        return (
            *proposed,
            ("作废", f"{moment(row.voided_at)}　{row.voided_name or ''}", False),
            ("理由", row.void_reason, False),
        )
    if row.ticket is None or row.chosen is None:
        return ()
    return (
        ("种子", row.seed, True),
        ("来由", row.source, False),
        ("抽中的号码", f"{row.ticket:06d}", True),
        ("抽中的方案", f"{row.count} 个中的第 {row.chosen + 1} 个", False),
        ("抽取", f"{moment(row.drawn_at)}　{row.drawn_name or ''}", False),
    )


def _pairs(shares: Iterable[tuple[Pair, float, str]], names: Names) -> tuple[PairRow, ...]:
    """One row for what a person meets together: whoever is drawn into a group meets all its
    applicants.
    """
    together: dict[tuple[str, str, str], list[str]] = {}
    for (reviewer, case), share, why in shares:
        together.setdefault((reviewer, percent(share), why), []).append(names.firm(case).name)
    return tuple(
        PairRow(names.person(reviewer).name, tuple(firms), share, why)
        for (reviewer, share, why), firms in together.items()
    )


def _tickets(found: CandidateSet, chosen: int | None) -> Iterable[TicketRow]:
    values = [found.plan(position).objective or 0 for position in range(len(found.candidates))]
    for position, (one, end) in enumerate(
        zip(found.candidates, _ends(found.candidates), strict=True)
    ):
        yield TicketRow(
            position + 1,
            f"{end - one.tickets:06d}",
            f"{end - 1:06d}",
            percent(one.tickets * 1000 / TICKETS),
            f"{values[position]:,}",
            position == chosen,
        )


def _ends(candidates: Sequence[Candidate]) -> Iterable[int]:
    return accumulate(one.tickets for one in candidates)


def _verdict(row: DrawRow, findings: Findings) -> Message:
    if findings.said:
        return Message(f"复核发现 {len(findings.said)} 处不符", "bad")
    if row.status != "drawn":
        return Message(
            f"复核通过：校验码与内容一致，{row.count} 个方案都合规、差距都在容许之内", "ok"
        )
    words = (
        f"复核通过：校验码与内容一致，{row.count} 个方案都合规，"
        "由种子重算得到同一个号码和同一个方案"
    )
    stored = f"{edition(findings.plan_number or 0)}（{findings.plan_status}）"
    if findings.as_drawn:
        return Message(
            f"{words}；抽中的方案存为{stored}，其后没有改动",
            "ok",
        )
    return Message(
        f"{words}；但存成的{stored}其后有人工改动，改动见操作日志",
        "warn",
    )


@lru_cache(maxsize=8)
def _whys(_digest: str) -> dict[Pair, str]:
    """The reasons already found for a set: each asks what every other expert would cost in her
    place.
    """
    return {}
