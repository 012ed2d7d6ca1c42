"""申报组织名册: rows of the office's summary become checked drafts of applicants, bad rows,
questions, and what differs from last time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from award.applicants.core.applicant import AWARDS, Trade
from expert_pool.core import organisation
from expert_pool.core.organisation import Answer, Directory, Remembered
from expert_pool.core.organisation_names import readings
from expert_pool.facts import roster as rosters
from expert_pool.facts.halfday import HalfDay, spell
from expert_pool.facts.identifiers import credit_code
from expert_pool.facts.intake import (
    Context,
    HeadingMap,
    ImportPlan,
    Parsed,
    RawRow,
    RawTable,
    RowQuestion,
)
from expert_pool.facts.row_reading import RowReader
from expert_pool.facts.writing import (
    Choice,
    Unreadable,
    compact,
    count,
    looks_like_formula,
    split_list,
)

EARLIEST_FOUNDING = 1850
NOTHING = ("无", "没有", "暂无", "-", "/", "—", "")
OTHER_LEVEL = re.compile(r"全国|中国|国家|浙江|省|绍兴|市长|县长|区长|行业")
HONOUR = re.compile(
    r"(20\d\d)年?(?:度)?(?:诸暨市)?(?:人民)?(?:市?政府)?(?:第.届)?(质量创新奖|创新奖|质量奖)"
)
HONOUR_REVERSED = re.compile(r"(质量创新奖|创新奖|质量奖)[(:：]?(20\d\d)年?\)?")
LABELS = {
    "name": "申报组织名称",
    "uscc": "统一社会信用代码",
    "award": "申报奖项",
    "industries": "所属行业/主导产品",
    "town_code": "所在镇街",
    "place_text": "所在镇街（原文）",
    "founded": "成立时间",
    "employees": "职工人数",
    "recommender": "推荐单位",
    "contact": "联系人",
    "phone": "联系电话",
    "closed": "不便接待时间",
    "closed_text": "不便接待时间（原文）",
    "honours": "以往获奖",
    "past_awards": "以往获得的本市奖项",
    "group_company": "上级公司",
    "remark": "备注",
}


@dataclass(frozen=True)
class ApplicantDraft:
    """一行申报组织. The first of `industries` is the main one.

    `closed` None: something is written but its meaning is being asked.
    """

    name: str
    uscc: str = ""
    award: str = ""  # QUALITY, INNOVATION; empty while it is being asked
    industries: tuple[Trade, ...] = ()
    town_code: str | None = None
    place_text: str = ""
    founded: date | None = None
    founded_precision: str | None = None  # day / month
    employees: int | None = None
    recommender: str = ""
    contact: str = ""
    phone: str = ""
    closed: tuple[HalfDay, ...] | None = ()
    closed_text: str = ""
    honours: str = ""
    past_awards: tuple[tuple[int, str], ...] = ()  # (year, QUALITY or INNOVATION) of this city
    group_company: str = ""
    remark: str = ""
    row: int = 0
    uid: str = ""


def map_headings(
    headings: Sequence[str],
    remembered: Mapping[str, str] | None = None,
    rows: Sequence[RawRow] = (),
) -> HeadingMap:
    """What each heading means; `rows` help where the words do not."""
    return rosters.map_headings(KIND, headings, remembered, rows)


def parse_rows(
    table: RawTable, heading_map: HeadingMap, context: Context
) -> Parsed[ApplicantDraft]:
    """Every row: a draft, a bad row with its reasons, or part of a question."""
    return rosters.parse_rows(KIND, table, heading_map, context, _open_always)


def _open_always(reader: RowReader, kept: Sequence[ApplicantDraft]) -> Iterator[str]:
    blank = [str(draft.row) for draft in kept if draft.closed == () and not draft.closed_text]
    if blank and (reader.has("closed") or reader.has("open") or reader.has("schedule")):
        yield (
            f"第 {'、'.join(blank)} 行没有写不便接待的时间，按都可以接待处理，排定前请与企业核对。"
        )


def diff(
    parsed: Parsed[ApplicantDraft],
    existing: Sequence[ApplicantDraft],
    answers: Mapping[str, str] = MappingProxyType({}),
    remembered: Remembered = organisation.NOTHING,
) -> ImportPlan[ApplicantDraft]:
    """Against the year's applicants already entered: by credit code, else by name; what may be
    one of them is asked.
    """
    questions: list[RowQuestion] = []
    known = _Known(existing, remembered)
    matched = [
        pair for draft in parsed.drafts for pair in _matched(draft, known, answers, questions)
    ]
    return rosters.compared(KIND, parsed, matched, questions)


def about(draft: ApplicantDraft, before: ApplicantDraft | None) -> Iterator[tuple[str, str]]:
    """Which organisations a row speaks of: field and name."""
    yield from (("name", one.name) for one in (draft, before) if one)


def _matched(
    draft: ApplicantDraft,
    known: _Known,
    answers: Mapping[str, str],
    questions: list[RowQuestion],
) -> Iterator[tuple[ApplicantDraft, ApplicantDraft | None]]:
    """A draft with the applicant it is; none of it while that is being asked."""
    if draft.uid:
        yield draft, known.by_uid.get(draft.uid)
        return
    before, perhaps = known.find(draft)
    if perhaps is None:
        yield draft, before
    else:
        yield from rosters.answered(KIND, draft, (perhaps,), answers, questions)


class _Known:
    """The year's applicants, to find one by code or by any way to write its name."""

    def __init__(self, existing: Sequence[ApplicantDraft], remembered: Remembered) -> None:
        self.by_uid = {one.uid: one for one in existing}
        self.by_code = {one.uscc: one for one in reversed(existing) if one.uscc}
        self.by_name = {one.name: one for one in reversed(existing)}
        self.directory = Directory(self.by_name, remembered)

    def find(self, draft: ApplicantDraft) -> tuple[ApplicantDraft | None, ApplicantDraft | None]:
        """Which it is; or which it may be, for a person to say."""
        known = self.by_code.get(draft.uscc) or self.by_name.get(draft.name)
        if known is not None:
            return known, None
        for name, answer in self.directory.meant(draft.name).items():
            other = self.by_name[name]
            codes = draft.uscc and other.uscc  # both have one, and they differ
            if answer is Answer.SAME:
                return (None, other) if codes else (other, None)
            if not codes:
                return None, other
        return None, None


# one row
# --------------------------------------------------------------------------------------------------


def _parse_row(reader: RowReader, row: RawRow) -> ApplicantDraft | None:
    name = reader.text(row, "name").replace(" ", "")
    if not name:
        reader.problem(row, "name", "组织名称为空")
    elif looks_like_formula(name) or len(name) < 2 or len(name) > 120:
        reader.problem(row, "name", "这不像一个组织的名称，请核对")
    code = credit_code(reader.cell(row, "uscc"))
    if isinstance(code, Unreadable):
        reader.problem(row, "uscc", code.why, code.text)
        code = None
    elif code is None and reader.has("uscc"):
        reader.problem(row, "uscc", "统一社会信用代码为空，请补上")
    founded = reader.date(row, "founded", "founded", name, EARLIEST_FOUNDING, reader.context.year)
    closed, closed_text = _closed(reader, row, name)
    honours = reader.text(row, "honours")
    draft = ApplicantDraft(
        name=name,
        uscc=code or "",
        award=_award(reader, row, name),
        industries=tuple(Trade(*trade) for trade in reader.trades(row, "industries", whole=True)),
        town_code=reader.place(row, "place", name),
        place_text=reader.text(row, "place"),
        founded=founded.date if founded else None,
        founded_precision=founded.precision if founded else None,
        employees=_employees(reader, row, name),
        recommender=reader.text(row, "recommender"),
        contact=reader.text(row, "contact"),
        phone=reader.phone(row, "phone", required=False),
        closed=closed,
        closed_text=closed_text,
        honours="" if honours in NOTHING else honours,
        past_awards=past_awards(honours),
        group_company=_group(reader, row),
        remark=reader.text(row, "remark"),
        row=row.number,
    )
    return None if row.number in reader.bad_rows else draft


def _award(reader: RowReader, row: RawRow, name: str) -> str:
    """质量奖 QUALITY, (质量)创新奖 INNOVATION; both or neither is asked (办法 2: two awards)."""
    text = reader.text(row, "award")
    found = {award for part in split_list(text, "、,;/和及 ") if (award := award_of(part))}
    if len(found) == 1:
        return found.pop()
    choices = [Choice(code, zh) for code, zh in AWARDS.items()]
    why = (
        "两个奖项都写了"
        if found
        else "没有写申报哪个奖项"
        if not text
        else f"“{text}”看不出是哪个奖项"
    )
    if not reader.has("award"):
        why = "表里没有申报奖项一列"

    def read(answer: str) -> str | Unreadable:
        said = answer if answer in AWARDS else award_of(answer)
        return said or Unreadable(answer, "应答质量奖或创新奖")

    question = f"{name}：{why}，请选一个。"
    return reader.ask(row, "award", "award", question, choices, name, text, read=read) or ""


def award_of(text: str) -> str:
    """The code of an award named in words, or empty."""
    plain = compact(text)
    if "创新" in plain:
        return "INNOVATION"
    return "QUALITY" if "质量" in plain else ""


def _employees(reader: RowReader, row: RawRow, name: str) -> int | None:
    found = count(reader.cell(row, "employees"))
    if isinstance(found, Unreadable):
        if not found.choices:
            reader.problem(row, "employees", found.why)
            return None
        again = reader.ask(
            row,
            "employees",
            "employees",
            f"{name}的职工人数“{found.text}”{found.why}。",
            found.choices,
            name,
            found.text,
            read=lambda answer: count(answer) or Unreadable(answer, "没有写人数"),
        )
        return again.number if again else None
    if found and found.about:
        reader.notes.append(
            f"第 {row.number} 行{name}的职工人数“{reader.written(row, 'employees')}”按"
            f" {found.number} 人计。"
        )
    return found.number if found else None


def _closed(reader: RowReader, row: RawRow, name: str) -> tuple[tuple[HalfDay, ...] | None, str]:
    """The half-days on which the organisation cannot receive; nothing written: none known."""
    for field, meaning in (("closed", "absent"), ("open", "free"), ("schedule", "unclear")):
        text = reader.written(row, field)
        if text:
            return reader.absences(row, field, name, meaning), text  # type: ignore[arg-type]
    return (), ""


def _group(reader: RowReader, row: RawRow) -> str:
    return "；".join(
        part for part in split_list(reader.joined(row, "group_company")) if part not in NOTHING
    )


def past_awards(text: str) -> tuple[tuple[int, str], ...]:
    """2021年质量奖、2022年创新奖 -> years and awards of this city; awards of other levels are not
    counted.
    """
    found: set[tuple[int, str]] = set()
    for part in split_list(text, "、,;\n和及"):
        plain = compact(part).replace("诸暨市", "").replace("市政府", "").replace("政府", "")
        if OTHER_LEVEL.search(plain):
            continue
        for year, words in HONOUR.findall(plain) or [
            pair[::-1] for pair in HONOUR_REVERSED.findall(plain)
        ]:
            found.add((int(year), award_of(words)))
    return tuple(sorted(found))


# the same organisation
# --------------------------------------------------------------------------------------------------


def _same(a: ApplicantDraft, b: ApplicantDraft) -> bool:
    """Worth asking: one credit code, one name; names that may be one where a code is missing."""
    if a.uscc and b.uscc:
        return a.uscc == b.uscc or organisation.same(a.name, b.name)
    return organisation.meant(a.name, b.name)


def _keys(one: ApplicantDraft) -> tuple[str, ...]:
    return (one.uscc, *(reading.core for reading in readings(one.name)))


def _describe(draft: ApplicantDraft) -> str:
    return "，".join(part for part in (draft.name, draft.uscc, AWARDS.get(draft.award, "")) if part)


def _same_value(name: str, old: Any, new: Any) -> bool:
    if name == "industries":  # confirmations are not lost by reading the words again
        return [item.code for item in old] == [item.code for item in new]
    return bool(old == new)


def _show(name: str, value: Any) -> str:
    if value is None or value == ():
        return "未填"
    match name:
        case "industries":
            return "、".join(item.code for item in value)
        case "closed":
            return spell(value)
        case "past_awards":
            return "、".join(f"{year}年{AWARDS[award]}" for year, award in value)
        case "award":
            return AWARDS.get(str(value), str(value))
    return str(value)


KIND = rosters.Kind[ApplicantDraft](
    code="applicant",
    one="同一家",
    known="已登记的",
    update=lambda one: f"是{one.name}，按这一行更新",
    new="作为新的一家导入",
    labels=LABELS,
    dated="founded",
    growing=("past_awards",),
    read=_parse_row,
    alike=_same,
    keys=_keys,
    describe=_describe,
    described=_describe,
    show=_show,
    same_value=_same_value,
)
