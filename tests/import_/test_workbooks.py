"""The office's own two workbooks: every row becomes a draft, a bad row or part of a question;
figures checked against the sheet by eye.
"""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from award.applicants.core import sheet_in as applicants_roster
from expert_pool.core import roster as experts_roster
from expert_pool.facts.halfday import spell
from expert_pool.facts.intake import Context, Parsed
from expert_pool.spreadsheet import read_table

FOLDER = Path(__file__).parents[1] / "data" / "workbooks"
WINDOW = (date(2026, 9, 7), date(2026, 9, 25))


def read(name: str, roster: Any, **context: Any) -> Parsed[Any]:
    table = read_table((FOLDER / name).read_bytes(), name)
    headings = roster.map_headings(table.headings, {}, table.rows)
    assert not headings.unsure
    assert not headings.unknown
    parsed: Parsed[Any] = roster.parse_rows(table, headings, Context(2026, WINDOW, **context))
    return parsed


def experts(**context: Any) -> Parsed[Any]:
    return read("专家库台账2026.xlsx", experts_roster, **context)


def applicants(**context: Any) -> Parsed[Any]:
    return read("申报组织汇总表2026.xlsx", applicants_roster, **context)


def test_experts_are_all_accounted_for() -> None:
    parsed = experts()
    assert parsed.problems == ()
    assert [(q.kind, q.rows) for q in parsed.questions] == [("same", (6, 44)), ("same", (10, 36))]
    assert {d.row for d in parsed.drafts} == set(range(3, 65)) - {6, 10, 36, 44}
    assert parsed.notes[0] == "第 65 行是合计行，没有读入。"


def test_experts_marks_and_absences() -> None:
    drafts = experts().drafts
    assert Counter(d.quality for d in drafts) == {True: 26, False: 23, None: 9}
    assert Counter(d.leader for d in drafts) == {False: 32, None: 14, True: 12}
    assert sum(d.absences is None for d in drafts) == 9
    assert sum(d.absences == () for d in drafts) == 6
    assert sum(d.suspended_year for d in drafts) == 7
    assert sum(d.served_years == (2024,) for d in drafts) == 13


def test_expert_of_row_16_as_written() -> None:
    draft = next(d for d in experts().drafts if d.row == 16)
    assert (draft.name, draft.gender, draft.birth, draft.birth_precision) == (
        "赵梅",
        "男",
        date(1986, 10, 1),
        "month",
    )
    assert (draft.phone, draft.town_code, draft.suspended_year) == (
        "17969603282",
        "330681115",
        True,
    )
    assert (spell(draft.absences), draft.absence_text) == (
        "9月8日全天、9月20日上午",
        "8号全天,20号上午",
    )


def test_a_person_answers_the_twins() -> None:
    questions = experts().questions
    keep = {question.key: question.proposals[0].value for question in questions}
    kept = experts(answers=keep)
    assert kept.questions == ()
    assert {6, 10} < {d.row for d in kept.drafts}
    assert not {36, 44} & {d.row for d in kept.drafts}
    both = experts(answers={question.key: "different" for question in questions})
    assert len(both.drafts) == 62


def test_applicants_are_all_accounted_for() -> None:
    parsed = applicants()
    assert [(p.row, p.column) for p in parsed.problems] == [(11, "统一社会信用代码")]
    assert "第 18 位应为 4，现为 5" in parsed.problems[0].reason
    assert parsed.questions == ()
    assert {d.row for d in parsed.drafts} == set(range(3, 25)) - {11}
    assert Counter(d.award for d in parsed.drafts) == {"QUALITY": 16, "INNOVATION": 5}
    assert {d.row: spell(d.closed) for d in parsed.drafts if d.closed}[22] == "9月14日-9月16日"
    assert {d.past_awards for d in parsed.drafts} == {
        (),
        ((2021, "QUALITY"),),
        ((2022, "INNOVATION"),),
    }


def test_one_trade_with_a_mark_inside_stays_one() -> None:
    draft = next(d for d in applicants().drafts if d.name == "诸暨市和锦电子信息有限公司")
    assert [(t.code, t.source_word) for t in draft.industries] == [
        ("39", "电子信息、智能视觉"),
        ("65", "电子信息、智能视觉"),
    ]


def test_confirmed_words_are_marked_confirmed() -> None:
    words = {use.word: tuple(p.code for p in use.proposals) for use in applicants().trades}
    drafts = applicants(trade_words=words).drafts
    assert all(trade.confirmed for draft in drafts for trade in draft.industries)
