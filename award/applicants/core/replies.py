"""部门答复（办法第十三条第三项）: what a department may say of an applicant, and its 回执 as Excel,
read back cell by cell.

Nothing is guessed: a cell that does not fit is named, and then nothing of the sheet is taken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from award.applicants.core.applicant import AWARDS
from award.applicants.core.eligibility import INCIDENTS, PRECISIONS
from expert_pool.facts import dates
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.writing import Cell, as_text, error_value

BASIS = "办法第十三条第三项"
FORMAT = "inquiry-reply/1"
LONGEST = 1000
EARLIEST = 1990  # of the day of an incident
FIRST_ROW = 7  # of the applicants; headings stand above
HEADINGS = (
    "序号",
    "申报组织",
    "统一社会信用代码",
    "奖项",
    "答复",
    "情况说明",
    "不良记录种类",
    "发生日期",
    "是否组织责任",
)
LETTERS = "ABCDEFGHI"
SIGNER = "答复人"
ANSWERS: Mapping[str, str] = {
    "none": "无异议",
    "objection": "有异议",
    "unconcerned": "不涉及",
}
FAULTS: Mapping[bool | None, str] = {True: "是", False: "否", None: "不明"}


@dataclass(frozen=True)
class Said:
    """One department's answer about one applicant; an objection may name an incident."""

    applicant: str
    answer: str
    text: str = ""
    incident: str = ""
    happened_on: date | None = None
    precision: str = "day"
    org_fault: bool | None = None


@dataclass(frozen=True)
class Asked:
    """One applicant of the list as it stands. `said`: what this department has answered so far,
    `version` how often; None and 0 when it has not.
    """

    uid: str
    name: str
    uscc: str
    award: str
    said: Said | None = None
    version: int = 0


@dataclass(frozen=True)
class Reply:
    """What a sheet says. `problems`: why it is not taken; `changed`: what differs from before, a
    line each; `conflicts`: answered elsewhere after the sheet was downloaded; `notes`: rows that
    need no answer any more, applicants that are not on the sheet.
    """

    said: tuple[Said, ...]
    by_name: str
    problems: tuple[str, ...]
    changed: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def sound(firm: str, said: Said, today: date) -> None:
    """Raises Refusal `invalid`, `reason-needed`, `too-long`, `unknown-kind` or `bad-date`."""
    if said.answer not in ANSWERS:
        raise Refusal("invalid", f"对{firm}的答复应是无异议、有异议或不涉及。", BASIS)
    if said.answer == "objection" and not said.text.strip():
        raise Refusal("reason-needed", f"对{firm}有异议，请写明情况。", BASIS, field="text")
    if len(said.text) > LONGEST:
        raise Refusal("too-long", f"对{firm}的说明超过 {LONGEST} 字，请精简。", BASIS)
    if not said.incident:
        return
    if said.incident not in INCIDENTS or said.precision not in PRECISIONS:
        raise Refusal("unknown-kind", "请从列表中选择不良记录的种类。", BASIS)
    if said.happened_on is None:
        raise Refusal("bad-date", f"请写明{firm}{INCIDENTS[said.incident]}的日期。", BASIS)
    if said.happened_on > today:
        raise Refusal("bad-date", f"{firm}不良记录的发生日期晚于今天，请核对。", BASIS)


def words(said: Said | None) -> str:
    """有异议（情况；重大安全事故，2025-03-01）."""
    if said is None:
        return "未答复"
    parts = [said.text.strip()] if said.text.strip() else []
    if said.incident:
        parts.append(f"{INCIDENTS.get(said.incident, said.incident)}，{_day(said)}")
    return ANSWERS[said.answer] + (f"（{'；'.join(parts)}）" if parts else "")


def to_json(reply: Reply) -> str:
    return json.dumps(
        {
            "by": reply.by_name,
            "said": [asdict(one) for one in reply.said],
        },
        ensure_ascii=False,
        default=date.isoformat,
    )


def from_json(text: str) -> tuple[str, tuple[Said, ...]]:
    data = json.loads(text)
    found = []
    for one in data["said"]:
        day = one["happened_on"]
        found.append(Said(**{**one, "happened_on": date.fromisoformat(day) if day else None}))
    return data["by"], tuple(found)


def manifest(uid: str, question: str, asked: Sequence[Asked]) -> tuple[tuple[str, str], ...]:
    """The hidden page: which letter, which question, which applicants, how often answered."""
    return (
        ("格式", FORMAT),
        ("回执", uid),
        ("事项", question),
        ("名单", ",".join(one.uid for one in asked)),
        ("版本", json.dumps({one.uid: one.version for one in asked}, separators=(",", ":"))),
    )


def rows(asked: Sequence[Asked], by_name: str) -> list[tuple[str | int | None, ...]]:
    """One row an applicant, and the last for who answers."""
    found: list[tuple[str | int | None, ...]] = []
    for position, one in enumerate(asked, 1):
        found.append(
            (position, one.name, one.uscc or None, AWARDS.get(one.award), *_cells(one.said))
        )
    found.append((None, SIGNER, None, None, by_name or None, None, None, None, None))
    return found


def _cells(said: Said | None) -> tuple[str | None, ...]:
    if said is None:
        return (None,) * 5
    fault = FAULTS[said.org_fault] if said.incident else None
    return (
        ANSWERS[said.answer],
        said.text or None,
        INCIDENTS.get(said.incident),
        _day(said) or None,
        fault,
    )


def _day(said: Said) -> str:
    if said.happened_on is None:
        return ""
    return said.happened_on.isoformat()[: {"year": 4, "month": 7}.get(said.precision, 10)]


def read(
    question: str,
    asked: Sequence[Asked],
    cells: Mapping[str, Cell],
    found: Mapping[str, str],
    today: date,
) -> Reply:
    """Compare a sheet with what was answered so far. `cells` by name, empty ones left out."""
    listed = [uid for uid in found.get("名单", "").split(",") if uid]
    known = {one.uid: one for one in asked}
    problems = _strange(question, listed, known, cells, found)
    said: list[Said] = []
    for row, uid in enumerate(listed, FIRST_ROW):
        if uid in known:
            one, wrong = _answer(known[uid], row, cells, today)
            problems += wrong
            said += [one] if one is not None and not wrong else []
    last = FIRST_ROW + len(listed)
    by_name = _plain(cells.get(f"E{last}"))
    if not by_name:
        problems.append(f"E{last}请填写答复人姓名。")
    if problems:
        return Reply((), by_name, tuple(problems))
    fresh = [one for one in said if _differs(one, known[one.applicant].said)]
    return Reply(
        tuple(fresh),
        by_name,
        (),
        tuple(
            f"{known[one.applicant].name}：{words(known[one.applicant].said)} → {words(one)}"
            for one in fresh
        ),
        tuple(_conflicts(fresh, known, found)),
        tuple(_notes(listed, known, cells)),
    )


def _strange(
    question: str,
    listed: Sequence[str],
    known: Mapping[str, Asked],
    cells: Mapping[str, Cell],
    found: Mapping[str, str],
) -> list[str]:
    """What is not as it was sent out."""
    said = []
    if found.get("事项") != question:
        said.append("征求意见的事项已经改过，请重新下载回执再填。")
    for letter, heading in zip(LETTERS, HEADINGS, strict=True):
        place = f"{letter}{FIRST_ROW - 1}"
        if cells.get(place) != heading:
            said.append(f"{place}的表头应是“{heading}”，请不要改动表头。")
    for row, uid in enumerate(listed, FIRST_ROW):
        if uid not in known:
            continue
        one = known[uid]
        for letter, wanted, what in (("B", one.name, "申报组织"), ("C", one.uscc, "信用代码")):
            if _plain(cells.get(f"{letter}{row}")) != wanted:
                said.append(f"{letter}{row}的{what}与名单不符，应是“{wanted}”。")
    last = FIRST_ROW + len(listed)
    if _plain(cells.get(f"B{last}")) != SIGNER:
        said.append(f"B{last}应是“{SIGNER}”，请不要增删行。")
    said += [
        f"{place}在表格之外，请移到相应的格子里。"
        for place in sorted(cells, key=_order)
        if _outside(place, last)
    ]
    return said


def _answer(
    one: Asked, row: int, cells: Mapping[str, Cell], today: date
) -> tuple[Said | None, list[str]]:
    """The answer of one row, None where nothing is said, and what is wrong with its cells."""
    values = {letter: cells.get(f"{letter}{row}") for letter in "EFGHI"}
    wrong = [
        f"{letter}{row}是错误值{broken}，请改成文字。"
        for letter, value in values.items()
        if (broken := error_value(value))
    ]
    if wrong:
        return None, wrong
    answer = _chosen(ANSWERS, _plain(values["E"]))
    text, kind = _plain(values["F"]), _chosen(INCIDENTS, _plain(values["G"]))
    if answer is None:
        return None, [f"E{row}写的是“{_plain(values['E'])[:12]}”，应为无异议、有异议或不涉及。"]
    if not answer:
        filled = next((letter for letter in "FGHI" if _plain(values[letter])), "")
        return None, [f"{filled}{row}写了内容，E{row}还没有选答复。"] if filled else []
    if kind is None:
        return None, [f"G{row}写的是“{_plain(values['G'])[:12]}”，请从列表中选择种类。"]
    if answer != "objection" and kind:
        return None, [f"G{row}写了不良记录，E{row}应为有异议。"]
    if len(text) > LONGEST:
        return None, [f"F{row}超过{LONGEST}字，请精简。"]
    if answer == "objection" and not text:
        return None, [f"F{row}请写明对{one.name}有异议的情况。"]
    if not kind:
        stray = next((letter for letter in "HI" if _plain(values[letter])), "")
        wrong = [f"{stray}{row}写了内容，G{row}还没有选不良记录的种类。"] if stray else []
        return Said(one.uid, answer, text), wrong
    return _with_incident(Said(one.uid, answer, text, kind), row, values, today)


def _with_incident(
    said: Said, row: int, values: Mapping[str, Cell], today: date
) -> tuple[Said | None, list[str]]:
    written = _plain(values["H"])
    if not written:
        return None, [f"H{row}请写明发生日期，如 2025-03-01、2025-03 或 2025。"]
    year = re.fullmatch(r"(\d{4})年?", written)
    if year and EARLIEST <= int(year[1]) <= today.year:
        day, precision = date(int(year[1]), 1, 1), "year"
    else:
        read = dates.read_date(values["H"], EARLIEST, today.year)
        if not isinstance(read, dates.Written):
            return None, [f"H{row}写的是“{written[:20]}”，应是 2025-03-01 这样的日期。"]
        day, precision = read.date, read.precision
    if day > today:
        return None, [f"H{row}的日期晚于今天，请核对。"]
    fault = _plain(values["I"]) or FAULTS[None]
    guilty = {word: value for value, word in FAULTS.items()}
    if fault not in guilty:
        return None, [f"I{row}写的是“{fault[:12]}”，应为是、否或不明。"]
    return (
        Said(
            said.applicant,
            said.answer,
            said.text,
            said.incident,
            day,
            precision,
            guilty[fault],
        ),
        [],
    )


def _chosen(choices: Mapping[str, str], word: str) -> str | None:
    """The code of a word; empty for an empty cell, None for another word."""
    if not word:
        return ""
    return next((code for code, title in choices.items() if title == word), None)


def _differs(said: Said, held: Said | None) -> bool:
    if held is None or (said.answer, said.text) != (held.answer, held.text.strip()):
        return True
    return bool(said.incident) and said != held


def _conflicts(
    fresh: Sequence[Said], known: Mapping[str, Asked], found: Mapping[str, str]
) -> Iterator[str]:
    """下载后网上又有答复的: only where the sheet says something else than the page does now."""
    try:
        sent = {uid: int(count) for uid, count in json.loads(found.get("版本", "")).items()}
    except (AttributeError, TypeError, ValueError, RecursionError):
        sent = {}
    for one in fresh:
        firm = known[one.applicant]
        if sent.get(firm.uid) != firm.version:
            yield f"{firm.name}：网上现为{words(firm.said)}，表中为{words(one)}。"


def _notes(
    listed: Sequence[str], known: Mapping[str, Asked], cells: Mapping[str, Cell]
) -> Iterator[str]:
    for row, uid in enumerate(listed, FIRST_ROW):
        if uid not in known:
            yield f"第{row}行的{_plain(cells.get(f'B{row}'))}已不在名单上，不用答复。"
    for uid, one in known.items():
        if uid not in listed:
            yield f"{one.name}是下载以后列入名单的，表中没有，请另行答复。"


def _plain(value: Cell) -> str:
    return as_text(value).replace("\r\n", "\n").strip()


def _outside(place: str, last: int) -> bool:
    letters, row = _split(place)
    return row > last or len(letters) > 1 or letters > LETTERS[-1]


def _order(place: str) -> tuple[int, str]:
    letters, row = _split(place)
    return row, letters


def _split(place: str) -> tuple[str, int]:
    letters = place.rstrip("0123456789")
    return letters, int(place[len(letters) :])
