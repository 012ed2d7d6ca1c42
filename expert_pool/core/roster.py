"""专家名册: rows of an office's workbook become checked drafts of experts, bad rows, questions, and
the difference to the register.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from expert_pool.core import organisation, person
from expert_pool.core.expert import Industry
from expert_pool.core.organisation import Answer, Remembered
from expert_pool.facts import roster as rosters
from expert_pool.facts.dates import Written
from expert_pool.facts.halfday import HalfDay, spell
from expert_pool.facts.identifiers import identity_card, masked_id
from expert_pool.facts.industry import is_quality_word
from expert_pool.facts.intake import (
    Context,
    HeadingMap,
    ImportPlan,
    Parsed,
    RawRow,
    RawTable,
    RowQuestion,
)
from expert_pool.facts.qualifications import education
from expert_pool.facts.row_reading import RowReader
from expert_pool.facts.writing import (
    Choice,
    Unreadable,
    blank,
    compact,
    gender,
    person_name,
    split_list,
    tidy,
)

OLDEST, YOUNGEST = 100, 18  # years of age that make sense in a birth date
NO_NAMES = ("无", "没有", "暂无", "不需要", "无需回避", "无回避", "-", "/", "—")
OWN_EMPLOYER = re.compile(r"^(本单位|本公司|所在单位|任职单位|现单位)$")
RELATION = re.compile(
    r"\((?=[^()]*(任职|配偶|持股|亲属|顾问|咨询|供应|客户|子女|父母|兄|弟|姐|妹|股东|竞争|辅导|合作|亲戚|曾))[^()]*\)$"
)
PAUSED = re.compile(
    r"(?:(20\d\d|今|本)年度?)?[^,，;；。]{0,8}?(?:暂不|不再|不)(?:能)?(?:参加|参与|担任|安排)"
    r"|(?:(20\d\d|今|本)年度?)?[^,，;；。]{0,6}?(?:暂停|停用|请假一年)"
)
LEFT = re.compile(r"退出|调离|离职|已故|去世|注销|解聘|出库|移出")
SERVED = re.compile(
    r"((?:20\d\d年?(?:度)?[、,和及]?)+)[^,，;；。、]{0,6}?(?<!不)(?<!未)(?:参加|参与|参评|评审|担任)"
)
TAKES_PART = ("参加", "在库", "正常", "愿意", "可参加", "在聘", "有效")
PAUSES = ("不参加", "暂不参加", "暂停", "停用", "退出", "不愿意", "请假", "暂停使用")
LABELS = {
    "name": "姓名",
    "gender": "性别",
    "birth": "出生年月",
    "employer": "工作单位",
    "title": "职务/职称",
    "education": "学历",
    "education_text": "学历（原文）",
    "industries": "熟悉行业",
    "quality": "质量管理专家",
    "leader": "可任组长",
    "phone": "手机",
    "town_code": "所在地",
    "place_text": "所在地（原文）",
    "recuse": "需回避的单位",
    "absences": "不能参加的时间",
    "absence_text": "不能参加的时间（原文）",
    "remark": "备注",
    "suspended_year": "本年度暂不参加",
    "served_years": "参加过的年度",
    "id_number": "身份证号",
}


@dataclass(frozen=True)
class ExpertDraft:
    """一行专家. None or empty: not known.

    `absences` None: unknown, which is not free. `uid` is set for people already in the register.
    """

    name: str
    gender: str = ""
    birth: date | None = None
    birth_precision: str | None = None  # day / month
    employer: str = ""
    title: str = ""
    education: str = ""
    education_text: str = ""
    industries: tuple[Industry, ...] = ()
    quality: bool | None = None
    leader: bool | None = None
    phone: str = ""
    town_code: str | None = None
    place_text: str = ""
    recuse: tuple[str, ...] = ()
    absences: tuple[HalfDay, ...] | None = None
    absence_text: str = ""
    remark: str = ""
    suspended_year: bool = False
    served_years: tuple[int, ...] = ()
    row: int = 0
    uid: str = ""
    id_number: str = field(default="", repr=False)


def map_headings(
    headings: Sequence[str],
    remembered: Mapping[str, str] | None = None,
    rows: Sequence[RawRow] = (),
) -> HeadingMap:
    """What each heading means; `rows` help where the words do not."""
    return rosters.map_headings(KIND, headings, remembered, rows)


def parse_rows(table: RawTable, heading_map: HeadingMap, context: Context) -> Parsed[ExpertDraft]:
    """Every row: a draft, a bad row with its reasons, or part of a question."""
    return rosters.parse_rows(KIND, table, heading_map, context)


def diff(
    parsed: Parsed[ExpertDraft],
    existing: Sequence[ExpertDraft],
    answers: Mapping[str, str] = MappingProxyType({}),
    remembered: Remembered = organisation.NOTHING,
) -> ImportPlan[ExpertDraft]:
    """Against the people already in the register; who may be one of them is asked and waits."""
    questions: list[RowQuestion] = []
    matched = list(_matched(parsed.drafts, existing, answers, questions, remembered))
    return rosters.compared(KIND, parsed, matched, questions)


def about(draft: ExpertDraft, before: ExpertDraft | None) -> Iterator[tuple[str, str]]:
    """Which organisations a row says something of that decides on who may review them: field and
    name.
    """
    known = before.recuse if before else ()
    yield from (("recuse", name) for name in draft.recuse if name not in known)
    if before and before.employer != draft.employer:
        yield from (("employer", name) for name in (draft.employer, before.employer))


def _matched(
    drafts: Sequence[ExpertDraft],
    existing: Sequence[ExpertDraft],
    answers: Mapping[str, str],
    questions: list[RowQuestion],
    remembered: Remembered,
) -> Iterator[tuple[ExpertDraft, ExpertDraft | None]]:
    """Each draft with whom it is in the register, None for somebody new; the rest becomes
    questions.

    Two rows of a file are two people by now, so that one known person is at most one of them: the
    one she is most like.
    """
    by_uid = {one.uid: one for one in existing}
    known = person.Register(existing, remembered)
    taken = {id(by_uid[draft.uid]) for draft in drafts if draft.uid and draft.uid in by_uid}
    waiting = []
    for draft in drafts:
        if draft.uid:
            yield draft, by_uid.get(draft.uid)
        else:
            waiting.append(draft)
    while waiting:
        found = [(draft, known.find(draft, taken)) for draft in waiting]
        claims: dict[int, list[ExpertDraft]] = {}
        for draft, match in found:
            if match.known is not None:
                claims.setdefault(id(match.known), []).append(draft)
        waiting, settled = [], set(taken)
        for draft, match in found:
            if match.known is None:
                yield from rosters.answered(KIND, draft, match.perhaps, answers, questions)
                continue
            settled.add(id(match.known))
            rivals = [one for one in claims[id(match.known)] if one is not draft]
            own = person.likeness(draft, match.known)
            if all(own > person.likeness(one, match.known) for one in rivals):
                yield draft, match.known
            elif any(own == person.likeness(one, match.known) for one in rivals):
                yield from rosters.answered(KIND, draft, (match.known,), answers, questions)
            else:
                waiting.append(draft)
        taken = settled


# one row
# --------------------------------------------------------------------------------------------------


def _parse_row(reader: RowReader, row: RawRow) -> ExpertDraft | None:
    name = person_name(reader.cell(row, "name"))
    if isinstance(name, Unreadable):
        reader.problem(row, "name", name.why)
        name = reader.text(row, "name")
    sex = gender(reader.cell(row, "gender"))
    if isinstance(sex, Unreadable):
        reader.problem(row, "gender", sex.why)
        sex = ""
    phone = reader.phone(row, "phone", required=True)
    who = f"{name}{phone[-4:]}" if phone else name
    birth = reader.date(
        row, "birth", "birth", name, reader.context.year - OLDEST, reader.context.year - YOUNGEST
    )
    birth = _checked_by_card(reader, row, birth, sex)
    employer, title = _employer(reader, row, who)
    absences, absence_text = _absences(reader, row, who)
    remark = reader.text(row, "remark")
    schooling = reader.text(row, "education")
    level = education(schooling)
    draft = ExpertDraft(
        name=name,
        gender=sex,
        birth=birth.date if birth else None,
        birth_precision=birth.precision if birth else None,
        employer=employer,
        title=title,
        education=level,
        education_text="" if schooling == level else schooling,
        industries=tuple(Industry(*trade) for trade in reader.trades(row, "industries")),
        quality=_quality(reader, row, who),
        leader=reader.mark(row, "leader", who, ("组长", "可任组长"), ("组员", "成员", "评审员")),
        phone=phone,
        town_code=reader.place(row, "place", who),
        place_text=reader.text(row, "place"),
        recuse=_recuse(reader, row, employer),
        absences=absences,
        absence_text=absence_text,
        remark=remark,
        suspended_year=_suspended(reader, row, who, remark),
        served_years=_served(remark, reader.text(row, "history"), reader.context.year),
        id_number=compact(reader.cell(row, "id_number")).upper(),
        row=row.number,
    )
    return None if row.number in reader.bad_rows else draft


def _checked_by_card(
    reader: RowReader, row: RawRow, birth: Written | None, sex: str
) -> Written | None:
    """The date of birth, as the ID number has it; a number that is wrong or disagrees makes the row
    a bad one.
    """
    if blank(reader.cell(row, "id_number")):
        return birth
    card = identity_card(reader.cell(row, "id_number"))
    if isinstance(card, Unreadable):
        reader.problem(row, "id_number", card.why, "（身份证号不显示）")
        return birth
    if card is None:
        return birth
    born, card_sex = card
    agrees = birth is None or (
        birth.date == born
        if birth.precision == "day"
        else (birth.date.year, birth.date.month) == (born.year, born.month)
    )
    if not agrees:
        reader.problem(row, "birth", f"与身份证号上的出生日期 {born.isoformat()} 不一致")
    if sex and sex != card_sex:
        reader.problem(row, "gender", "与身份证号上的性别不一致")
    return Written(born, "day")


def _employer(reader: RowReader, row: RawRow, who: str) -> tuple[str, str]:
    """Employer and title; a column 单位及职务 holds both, with a blank between."""
    employer, title = reader.text(row, "employer"), reader.joined(row, "title")
    if re.search(r"职务|职称", reader.column("employer")) and not title:
        employer, _, title = employer.partition(" ")
    if not employer and reader.has("employer"):
        choices = (Choice("无", "没有工作单位（退休、自由职业）"),)
        employer = (
            reader.ask(
                row,
                "employer",
                "employer",
                f"{who}的工作单位空着，是没有单位，还是漏填？",
                choices,
                who,
                read=lambda answer: tidy(answer) or Unreadable(answer, "没有写单位"),
            )
            or ""
        )
    return employer, title


def _quality(reader: RowReader, row: RawRow, who: str) -> bool | None:
    """The mark; else the kind of expert; else 质量管理 among the trades when the table has no
    column for it.
    """
    found = reader.mark(
        row,
        "quality",
        who,
        ("质量管理专家", "质量专家", "质量"),
        ("行业专家", "专业专家", "技术专家", "行业"),
    )
    if found is None and reader.has("category"):
        category = reader.text(row, "category")
        if "质量" in category or "卓越" in category:
            found = True
        elif re.search(r"行业|专业|技术", category):
            found = False
    if found is None and not reader.has("quality") and not reader.has("category"):
        trades = reader.joined(row, "industries")
        found = True if any(is_quality_word(word) for word in split_list(trades)) else None
    return found


def _absences(reader: RowReader, row: RawRow, who: str) -> tuple[tuple[HalfDay, ...] | None, str]:
    """From the column of absences, of free times, or of times of unclear meaning; the original text
    beside.
    """
    for place, meaning in (("absences", "absent"), ("free", "free"), ("schedule", "unclear")):
        text = reader.written(row, place)
        if text:
            return reader.absences(row, place, who, meaning), text  # type: ignore[arg-type]
    return None, ""


def _recuse(reader: RowReader, row: RawRow, employer: str) -> tuple[str, ...]:
    names: list[str] = []
    for cell in reader.cells(row, "recuse"):
        for part in split_list(cell, "、,;\n/"):
            name = RELATION.sub("", part).strip()
            if compact(name) in NO_NAMES:
                continue
            names.append(employer if OWN_EMPLOYER.match(name) else name)
    return tuple(dict.fromkeys(name for name in names if name))


def _suspended(reader: RowReader, row: RawRow, who: str, remark: str) -> bool:
    """2026年暂不参加 counts for 2026 only; somebody who may have left for good is a question, and
    kept out meanwhile.
    """
    if reader.mark(row, "participates", who, TAKES_PART, PAUSES) is False:
        return True
    for match in PAUSED.finditer(compact(remark)):
        year = match[1] or match[2]
        if year in (None, "今", "本") or int(year) == reader.context.year:
            return True
    if LEFT.search(remark):
        choices = (Choice("停用", "已不在库，本年度不用"), Choice("在库", "仍在库，可以使用"))
        answer = reader.ask(
            row,
            "remark",
            "remark",
            f"{who}的备注写“{remark}”，本年度还用不用？",
            choices,
            who,
            remark,
            read=lambda answer: (
                answer if answer in ("在库", "停用") else Unreadable(answer, "应答“停用”或“在库”")
            ),
        )
        return answer != "在库"
    return False


def _served(remark: str, history: str, year: int) -> tuple[int, ...]:
    """2024年参加过 -> 2024; 2026年暂不参加 is no service.

    In a column about past reviews every year counts.
    """
    found = [int(number) for number in re.findall(r"20\d\d", history) if int(number) < year]
    for match in SERVED.finditer(compact(remark)):
        found += [int(number) for number in re.findall(r"20\d\d", match[1]) if int(number) < year]
    return tuple(sorted(set(found)))


# the same person
# --------------------------------------------------------------------------------------------------


def _describe(draft: ExpertDraft) -> str:
    parts = (
        draft.name,
        draft.employer,
        draft.phone,
        draft.birth.isoformat() if draft.birth else "",
    )
    return "，".join(part for part in parts if part)


def _same_value(name: str, old: Any, new: Any) -> bool:
    if (
        name == "industries"
    ):  # confirmations in the register are not lost by reading the words again
        return {item.code for item in old} == {item.code for item in new}
    if name == "suspended_year":  # a file that says nothing lifts no suspension
        return bool(old) or not new
    return bool(old == new)


def _show(name: str, value: Any) -> str:
    if value is None or value == ():
        return "未填" if name != "absences" or value is None else "没有不便"
    match name:
        case "industries":
            return "、".join(item.code for item in value)
        case "absences":
            return spell(value)
        case "recuse":
            return "、".join(value)
        case "served_years":
            return "、".join(map(str, value))
        case "id_number":
            return masked_id(value) or "未填"
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


KIND = rosters.Kind[ExpertDraft](
    code="expert",
    one="同一个人",
    known="库里的",
    update=lambda one: f"是库里的{person.described(one)}",
    new="作为新的一位导入",
    labels=LABELS,
    dated="birth",
    growing=("recuse", "served_years"),
    read=_parse_row,
    alike=lambda a, b: person.compare(a, b) is not Answer.DIFFERENT,
    keys=person.keys,
    describe=_describe,
    described=person.described,
    show=_show,
    same_value=_same_value,
)
