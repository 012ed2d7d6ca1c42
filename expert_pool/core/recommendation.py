"""推荐表、股东名单和委员名单: rows of three sheets become checked drafts; every bad row is named,
and one keeps its whole sheet out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from expert_pool.core.expert import ExpertFields
from expert_pool.core.recusal import OFFICE_WORDS
from expert_pool.core.roster import ExpertDraft, map_headings, parse_rows
from expert_pool.facts.dates import read_date
from expert_pool.facts.identifiers import credit_code
from expert_pool.facts.intake import Context, RawRow, RawTable, RowProblem
from expert_pool.facts.qualifications import rank
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.row_reading import unread_columns
from expert_pool.facts.table import broken_cells
from expert_pool.facts.writing import Cell, Unreadable, as_text, blank, compact, tidy

# Columns that only the 推荐表 has; the rest is read as in the roster. The first pattern that fits a
# heading counts.
COLUMNS = (
    ("recommender", re.compile(r"推荐(单位|部门|机构|组织)(名称|全称)?(\(.*\))?$")),
    ("conduct", re.compile(r".*(违法|违纪|不良|失信).*|推荐(单位)?意见|廉洁.*|单位意见")),
    ("experience", re.compile(r".*(从事|工作|从业|专业).*(年限|年数|年头)(\(年\))?$")),
    ("trained_on", re.compile(r".*(培训|取证|发证).*(时间|日期|年月)$")),
    ("training", re.compile(r".*(培训|评审员证|资格证).*")),
    ("email", re.compile(r".*(邮箱|e-?mail).*", re.IGNORECASE)),
    ("channel", re.compile(r"(申报|报名|推荐)(方式|渠道|类型)$")),
)
HOLDING_COLUMNS = (
    ("uscc", re.compile(r".*(信用代码|机构代码).*")),
    ("company", re.compile(r"(企业|公司|单位|组织|被投资.*|申报组织)(名称|全称)?$")),
    ("kind", re.compile(r".*(类型|性质|类别)$")),
    ("percent", re.compile(r".*(比例|占比|持股%|股比).*")),
    ("position", re.compile(r".*(职务|身份|关系|职位|任职)$")),
    ("holder", re.compile(r".*(股东|人员|姓名|出资人|投资人|高管).*")),
)
OFFICIAL_COLUMNS = (
    ("role", re.compile(r".*(身份|类别|类型|名单)$")),
    ("name", re.compile(r".*(姓名|委员|人员)$")),
    ("unit", re.compile(r".*(单位|部门|机构)(名称|全称)?$")),
    ("since", re.compile(r".*(起始|任职|开始|聘任).*(时间|日期|年月)?$")),
)
# The role somebody's words mean; the first that fits counts (审定办成员 of a recommending town is
# still who recommends).
ROLE_WORDS = (
    ("recommender", re.compile(r"推荐")),
    ("regulator", re.compile(r"监管|审定办|主管|执法|工作人员")),
    ("committee", re.compile(r"审委会|审定委员会|委员|主任|表决")),
)
COMPANY_WORDS = re.compile(
    r"公司|集团|企业|厂$|合伙|中心$|协会$|委员会$|政府|研究院|大学|学院$|基金|信托|银行"
)
NUMBER = re.compile(r"(序号|编号|NO\.?)$", re.IGNORECASE)
GOOD = ("同意", "同意推荐", "推荐", "良好", "优秀", "合格", "清正廉洁", "无问题", "符合")
BAD = ("不同意", "不推荐", "不合格", "不符合")
EARLIEST = 1980


@dataclass(frozen=True)
class CandidacyFields:
    """一份申请或推荐. None or empty: not said."""

    channel: str = "recommended"
    recommender: str = ""
    received_on: date | None = None  # None: today
    experience_years: int | None = None
    training: str = ""
    trained_on: date | None = None
    conduct: bool | None = None


@dataclass(frozen=True)
class Recommendation:
    """推荐表的一行: the person and what the form says."""

    person: ExpertFields
    candidacy: CandidacyFields
    row: int = 0


@dataclass(frozen=True)
class HoldingFields:
    """股东名单的一行. `percent` None: not said."""

    company: str
    holder: str
    is_company: bool
    position: str = ""
    percent: float | None = None
    company_uscc: str = ""
    row: int = 0


@dataclass(frozen=True)
class OfficialFields:
    """委员和公职人员名单的一行; `role` as in core.recusal."""

    role: str
    name: str
    unit: str
    since: date | None = None
    row: int = 0


class Sheet:
    """The cells of a sheet by meaning, and what is wrong with them."""

    def __init__(self, table: RawTable, columns: Sequence[tuple[str, re.Pattern[str]]]) -> None:
        self.heading: dict[str, str] = {}
        for heading in table.headings:
            field = next(
                (name for name, pattern in columns if pattern.match(compact(heading))), None
            )
            if field is not None:
                self.heading.setdefault(field, heading)
        self.problems: list[RowProblem] = []
        self.table = table

    def rows(self) -> Iterator[RawRow]:
        """The rows without error values; those with one are problems."""
        for row in self.table.rows:
            broken = broken_cells(row, self.table.headings)
            if not broken:
                yield row
            self.problems += [
                RowProblem(row.number, heading, reason, error) for heading, error, reason in broken
            ]

    def notes(self) -> tuple[str, ...]:
        """What was left out of the file: other sheets, totals, columns that nobody knows."""
        known = set(self.heading.values())
        unread = [one for one in self.table.headings if one not in known and not NUMBER.match(one)]
        return (*self.table.notes, *unread_columns(unread, self.table.rows))

    def cell(self, row: RawRow, field: str) -> Cell:
        return row.cells.get(self.heading.get(field, ""))

    def text(self, row: RawRow, field: str) -> str:
        value = self.cell(row, field)
        return "" if blank(value) else tidy(value)

    def problem(self, row: RawRow, field: str, reason: str) -> None:
        self.problems.append(
            RowProblem(
                row.number,
                self.heading.get(field, field),
                reason,
                as_text(self.cell(row, field))[:200],
            )
        )


@dataclass(frozen=True)
class Recommendations:
    rows: tuple[Recommendation, ...]
    problems: tuple[RowProblem, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Holdings:
    rows: tuple[HoldingFields, ...]
    problems: tuple[RowProblem, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Officials:
    rows: tuple[OfficialFields, ...]
    problems: tuple[RowProblem, ...]
    notes: tuple[str, ...] = ()


def read_recommendations(table: RawTable, context: Context) -> Recommendations:
    """推荐表 rows. What the roster would ask about (an unclear trade word) stays unknown and is
    noted.
    """
    sheet = Sheet(table, COLUMNS)
    table = replace(table, rows=tuple(sheet.rows()))
    own = set(sheet.heading.values())
    rest = tuple(heading for heading in table.headings if heading not in own)
    parsed = parse_rows(
        replace(table, headings=rest), map_headings(rest, None, table.rows), context
    )
    drafts = {draft.row: draft for draft in parsed.drafts}
    rows = []
    meant = set(drafts) | {problem.row for problem in parsed.problems}  # not the line of totals
    for row in table.rows:
        form = _form(sheet, row, context.year) if row.number in meant else CandidacyFields()
        if row.number in drafts:
            rows.append(
                Recommendation(
                    _person(drafts[row.number], sheet.text(row, "email")), form, row.number
                )
            )
    notes = tuple(
        dict.fromkeys(f"第 {question.row} 行：{question.text}" for question in parsed.questions)
    )
    return Recommendations(
        tuple(rows), (*parsed.problems, *sheet.problems), (*parsed.notes, *notes)
    )


def _person(draft: ExpertDraft, email: str) -> ExpertFields:
    return ExpertFields(
        name=draft.name,
        employer=draft.employer or "无",
        gender=draft.gender,
        birth=draft.birth,
        birth_precision=draft.birth_precision,
        title=draft.title,
        education=draft.education,
        education_text=draft.education_text,
        quality=draft.quality,
        seniority=rank(draft.title),
        phone=draft.phone,
        town_code=draft.town_code,
        place_text=draft.place_text,
        remark=draft.remark,
        industries=draft.industries,
        email=email or None,
    )


def _form(sheet: Sheet, row: RawRow, year: int) -> CandidacyFields:
    recommender = sheet.text(row, "recommender")
    trained = read_date(sheet.cell(row, "trained_on"), EARLIEST, year)
    if isinstance(trained, Unreadable):
        sheet.problem(row, "trained_on", trained.why)
    return CandidacyFields(
        "recommended" if recommender else "self",
        recommender,
        None,
        _years(sheet, row),
        sheet.text(row, "training"),
        None if trained is None or isinstance(trained, Unreadable) else trained.date,
        _conduct(sheet, row),
    )


def _years(sheet: Sheet, row: RawRow) -> int | None:
    text = compact(sheet.cell(row, "experience"))
    if not text:
        return None
    found = re.fullmatch(r"(\d{1,2})(\.\d)?(年|年以上|余年|多年)?", text)
    if found is None:
        sheet.problem(row, "experience", "工作年限应写几年，如 12")
        return None
    return int(found[1])


def _conduct(sheet: Sheet, row: RawRow) -> bool | None:
    """无 below 有无违法违纪 is good, below 推荐意见 it says nothing."""
    text = compact(sheet.cell(row, "conduct"))
    if not text:
        return None
    asks_for_faults = re.search(r"违法|违纪|不良|失信", sheet.heading["conduct"]) is not None
    if text in BAD or (asks_for_faults and text in ("有", "是")):
        return False
    if (
        text in GOOD
        or text.startswith("同意")
        or (asks_for_faults and (text in ("无", "没有", "否") or text.startswith("无")))
    ):
        return True
    sheet.problem(
        row, "conduct", "看不出是否同意推荐，请写“同意推荐”或“不同意”；有无违法违纪请写“无”或“有”"
    )
    return None


def read_holdings(table: RawTable) -> Holdings:
    """股东名单 rows: a company and who holds or runs it.

    Refuses a sheet without those two columns.
    """
    sheet = Sheet(table, HOLDING_COLUMNS)
    for field, words in (("company", "企业名称"), ("holder", "股东（人员）名称")):
        if field not in sheet.heading:
            raise Refusal(
                "no-column",
                f"没有找到“{words}”一列。需要的列：企业名称、股东名称、持股比例、职务。",
            )
    rows = []
    for row in sheet.rows():
        company, holder = sheet.text(row, "company"), sheet.text(row, "holder")
        for field, words, value in (
            ("company", "企业名称", company),
            ("holder", "股东名称", holder),
        ):
            if not value:
                sheet.problem(row, field, f"{words}为空")
        code = credit_code(sheet.cell(row, "uscc"))
        if isinstance(code, Unreadable):
            sheet.problem(row, "uscc", code.why)
        kind = sheet.text(row, "kind")
        is_company = (
            bool(re.search(r"企业|法人|机构|单位", kind))
            if kind
            else bool(COMPANY_WORDS.search(holder))
        )
        position = sheet.text(row, "position") or "股东"
        percent = _percent(sheet, row)
        rows.append(
            HoldingFields(
                company,
                holder,
                is_company,
                position,
                percent,
                code if isinstance(code, str) else "",
                row.number,
            )
        )
    return Holdings(tuple(rows), tuple(sheet.problems), sheet.notes())


def _percent(sheet: Sheet, row: RawRow) -> float | None:
    """60%, 60, 0.6 (a cell formatted as percent): all mean 60 percent."""
    value = sheet.cell(row, "percent")
    if blank(value):
        return None
    if isinstance(value, int | float):
        number = float(value) * 100 if 0 < float(value) <= 1 else float(value)
    else:
        found = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)%?", compact(value))
        if found is None:
            sheet.problem(row, "percent", "持股比例应写 60% 这样的数")
            return None
        number = float(found[1])
    if not 0 <= number <= 100:
        sheet.problem(row, "percent", "持股比例应在 0 到 100 之间")
        return None
    return round(number, 4)


def read_officials(table: RawTable, year: int) -> Officials:
    """审委会委员、公职人员名单 rows: who, of which unit, in which role.

    Refuses a sheet without those three columns.
    """
    sheet = Sheet(table, OFFICIAL_COLUMNS)
    for field, words in (("name", "姓名"), ("unit", "单位"), ("role", "身份")):
        if field not in sheet.heading:
            raise Refusal(
                "no-column",
                f"没有找到“{words}”一列。需要的列：姓名、单位、身份（审委会委员、监管部门工作人员或推荐单位工作人员）。",
            )
    rows = []
    for row in sheet.rows():
        name, unit, said = sheet.text(row, "name"), sheet.text(row, "unit"), sheet.text(row, "role")
        for field, words, value in (("name", "姓名", name), ("unit", "单位", unit)):
            if not value:
                sheet.problem(row, field, f"{words}为空")
        role = next((code for code, pattern in ROLE_WORDS if pattern.search(said)), "")
        if not role:
            sheet.problem(row, "role", f"身份应写{'、'.join(OFFICE_WORDS.values())}之一")
        since = read_date(sheet.cell(row, "since"), EARLIEST, year)
        if isinstance(since, Unreadable):
            sheet.problem(row, "since", since.why)
        rows.append(
            OfficialFields(
                role,
                name,
                unit,
                None if since is None or isinstance(since, Unreadable) else since.date,
                row.number,
            )
        )
    return Officials(tuple(rows), tuple(sheet.problems), sheet.notes())
