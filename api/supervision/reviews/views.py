"""评审登记页面: one organisation, one stage, a line per expert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from api.kit.parts import Option
from award.applicants.store import ApplicantRow
from expert_pool.core.rulebook import rulebook
from expert_pool.dossier import Reviewed

DECLINED = "declined"
NOTHING = Reviewed("", "", None, {})


def sheet(
    row: ApplicantRow,
    stage: str,
    people: Sequence[tuple[str, str, bool]],
    known: Mapping[str, Reviewed],
) -> dict[str, object]:
    book = rulebook()
    agreed = next(
        (
            one.stage.consensus_score
            for one in known.values()
            if one.stage and one.stage.consensus_score is not None
        ),
        None,
    )
    return {
        "uid": row.uid,
        "name": row.fields.name,
        "year": row.year,
        "stage": stage,
        "stages": tuple(book.stages.items()),
        "consensus": "" if agreed is None else f"{agreed:g}",
        "lines": tuple(_line(person, known.get(person[0], NOTHING)) for person in people),
        "sides": tuple(_side(code, people, known) for code in book.raters),
        "noted": sum(bool(one.stage) for one in known.values()),
    }


def _line(person: tuple[str, str, bool], one: Reviewed) -> dict[str, object]:
    book, noted = rulebook(), one.stage
    came = "" if noted is None else DECLINED if noted.declined else noted.attendance
    score = noted.own_score if noted else None
    attendance = {code: words for code, (words, _) in book.attendance.items()} | {
        DECLINED: book.declined[0]
    }
    return {
        "uid": person[0],
        "name": person[1],
        "leader": person[2],
        "attendance": _options(attendance, came),
        "report": _options(
            {code: words for code, (words, _) in book.reports.items()},
            noted.report if noted else "",
        ),
        "score": "" if score is None else f"{score:g}",
    }


def _options(words: Mapping[str, str], chosen: str) -> tuple[Option, ...]:
    return (
        Option("", "未记", chosen=not chosen),
        *(Option(code, text, chosen=code == chosen) for code, text in words.items()),
    )


def _side(
    code: str, people: Sequence[tuple[str, str, bool]], known: Mapping[str, Reviewed]
) -> dict[str, object]:
    """One side's table: a leader does not rate herself, the others rate everybody."""
    side = rulebook().raters[code]
    rated = [person for person in people if not (code == "leader" and person[2])]
    given = {
        uid: known[uid].ratings[code]
        for uid, _, _ in rated
        if uid in known and code in known[uid].ratings
    }
    leader = next((name for _, name, leads in people if leads), "")
    names = {mark.rater_name for mark in given.values()}
    return {
        "code": code,
        "zh": side.zh,
        "items": tuple(side.items.values()),
        "name": names.pop() if len(names) == 1 else leader if code == "leader" else "",
        "done": len(given),
        "lines": tuple(
            {
                "uid": uid,
                "name": name,
                "points": tuple(
                    str(given[uid].items[item]) if uid in given else "" for item in side.items
                ),
                "score": str(given[uid].score) if uid in given else "",
            }
            for uid, name, _ in rated
        ),
    }
