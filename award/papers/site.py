"""现场评审的文书（办法第十条第二项、第十三条第五项）: the notice to each firm, the plan of the
visit with who looks at what, sign-in and record of evidence, and what finance needs afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from award.groups.core.book import Book, GroupEntry, Seat, VisitEntry, day_zh
from award.groups.core.site_work import CATEGORIES, share_out
from award.papers import word
from award.papers.roster import write_signature
from award.papers.word import CENTRE, HEI, KAI, LEFT, RIGHT, SI, Cell, Column, paragraph, table
from award.papers.wording import (
    clean,
    clock,
    date_zh,
    draft_mark,
    halves_zh,
    number_line,
    role,
    tidy,
)
from expert_pool.facts.halfday import spell
from expert_pool.facts.money import written

NOTICE, PLAN, PLEDGE, PAY = "现场评审通知", "现场评审计划", "廉洁保密承诺书", "评审工作日和费用单"
PAY_NOTE = (
    "注：半天数以组长的签到为准，还没有签到的按已定的现场评审日程；交通、食宿为组长填报的数。"
    "标准由审定办填写。"
)
BASIS = "《诸暨市政府质量奖评审管理办法》"
# What each half-day of a visit is made of; the first opens and the last closes with a meeting.
HALF_DAY = {
    "first": ("首次会议：说明目的、日程和纪律；听取汇报", "高层访谈"),
    "middle": ("分工查阅资料、访谈，核对资料评审提出的问题", "现场查看"),
    "last": ("补充取证，组内合议", "末次会议：通报现场评审情况，不透露得分"),
}
ITEMS_TO_BRING = (
    "准备自评报告及其证明材料，指定一名联络人全程陪同。",
    "安排一间会议室，有关负责人参加首次、末次会议。",
    "不接送站、不宴请、不赠送礼品，不就评审结果向评审组打听。",
)


LATER = "由评审组组长另行告知"


def notice_docx(book: Book, days: Mapping[str, str] | None = None, on: date | None = None) -> bytes:
    """现场评审通知, a page for every firm that is visited.

    `days`: what its leader has planned for the day of a visit, by the firm's id, one entry a line;
    given once the firms have passed the document review. `on`: its date, else that of the plan.
    """
    book = tidy(book)
    document = word.new_document(
        f"{book.subject}{NOTICE}", "", number_line(book), draft_mark(book), numbered=False
    )
    first = True
    for group in book.groups:
        for visit in group.visits:
            if visit.stays:
                plan = None if days is None else days.get(visit.firm.id, LATER)
                _notice(document, book, group, visit, plan, new_page=not first)
                _signed(document, book, on or book.published_on)
                first = False
    if first:
        paragraph(document, "本方案没有现场评审。", align=CENTRE)
    return word.save(document)


def _notice(
    document: Any,
    book: Book,
    group: GroupEntry,
    visit: VisitEntry,
    plan: str | None,
    *,
    new_page: bool,
) -> None:
    def write(text: str, indent: float = 2, exact: float = 27 if plan is None else 22) -> None:
        # A size smaller than 三号, so that a notice is one page.
        paragraph(document, text, indent=indent, size=SI, exact=exact)

    word.title(document, f"关于开展{book.subject}", "现场评审的通知", new_page=new_page)
    write(f"{visit.firm.name}：", 0)
    passed = "" if plan is None else f"你单位申报的{book.subject}已通过资料评审。"
    write(
        f"{passed}根据{BASIS}第十条、第十三条第五项，定于{_days(visit)}到你单位进行现场评审。"
        "现将有关事项通知如下：",
    )
    times = "；".join(
        f"{day_zh(day)}{halves_zh(halves)}"
        f"（{'，'.join(clock(book.hours.of(half)) for half in halves)}）"
        for day, halves in visit.days
    )
    write(f"一、时间：{times}。")
    write(f"二、评审组：{_team(book, group)}")
    write("三、请你单位：")
    for number, text in enumerate(ITEMS_TO_BRING, 1):
        write(f"{number}. {text}")
    if plan is not None:
        entries = [clean(line).rstrip("。；") for line in plan.splitlines() if line.strip()]
        write(f"四、日程安排：{'；'.join(entries)}。")
    phone = f"，电话{book.letterhead.phone}" if book.letterhead.phone else ""
    write(
        "认为评审组成员应当回避，或者时间确有困难的，请在收到通知后两个工作日内向审定办提出"
        f"{phone}；发现评审人员有影响公正的行为，也请向审定办反映。",
    )


def _team(book: Book, group: GroupEntry) -> str:
    if not book.members_shown:
        return f"{group.name}，成员名单另行告知。"
    members = "、".join(
        f"{seat.person.name}（{seat.person.employer}）" for seat in group.seats if not seat.leader
    )
    leader = next((seat.person for seat in group.seats if seat.leader), None)
    head = f"组长{leader.name}（{leader.employer}），" if leader else ""
    return f"{group.name}，{head}组员{members}。"


def _days(visit: VisitEntry) -> str:
    days = [day for day, _ in visit.days]
    return day_zh(days[0]) if len(days) == 1 else f"{day_zh(days[0])}至{day_zh(days[-1])}"


def _signed(document: Any, book: Book, on: date | None) -> None:
    paragraph(document, book.letterhead.issuer, align=RIGHT, right_indent=1, keep=True)
    paragraph(document, date_zh(on), align=RIGHT, right_indent=3)


def plan_docx(book: Book) -> bytes:
    """现场评审计划: of every visit the plan of its half-days, who looks at which category, the
    sign-in sheet and the record of evidence.
    """
    book = tidy(book)
    document = word.new_document(
        f"{book.subject}{PLAN}", book.letterhead.secrecy, number_line(book), draft_mark(book)
    )
    word.title(document, book.subject, PLAN)
    paragraph(
        document,
        f"依据{BASIS}第十条第二项，由组长按本计划实施；需要调整的，组长当场决定并记在计划上。",
        indent=2,
        size=SI,
        exact=24,
    )
    first = True
    for group in book.groups:
        for visit in group.visits:
            if visit.stays:
                _visit(document, book, group, visit, new_page=not first)
                first = False
    write_signature(document, book)
    return word.save(document)


def _visit(
    document: Any, book: Book, group: GroupEntry, visit: VisitEntry, *, new_page: bool
) -> None:
    firm = visit.firm
    paragraph(
        document, f"{group.name}　{firm.name}", font=HEI, keep=True, new_page=new_page, outline=1
    )
    contact = "，".join(word_ for word_ in (firm.contact, firm.phone) if word_)
    where = f"{firm.town}。" + (f"联系人：{contact}。" if contact else "")
    paragraph(document, where, font=KAI, size=SI, exact=24, keep=True)
    table(
        document,
        (Column("时间", 46), Column("内容", 86, LEFT), Column("参加", 24)),
        _sessions(book, visit),
    )
    paragraph(document, "分工", font=HEI, before=10, after=4, keep=True)
    table(
        document,
        (Column("评审员", 34), Column("负责的类目", 122, LEFT)),
        [
            (f"{seat.person.name}（{role(seat)}）", "、".join(found) or "协助取证")
            for seat, found in _roles(book, group, firm.id).items()
        ]
        if book.members_shown
        else [("另行告知", "、".join(CATEGORIES))],
    )
    _forms(document, book, group)


def _sessions(book: Book, visit: VisitEntry) -> list[list[Cell]]:
    """Two rows for each half-day: it opens with a meeting on the first and closes with one on the
    last; a visit of one half-day has both.
    """
    rows: list[list[Cell]] = []
    for position, stay in enumerate(visit.stays):
        only = len(visit.stays) == 1
        last = position == len(visit.stays) - 1
        kind = "first" if position == 0 else "last" if last else "middle"
        parts = list(HALF_DAY[kind])
        if only:
            parts = [HALF_DAY["first"][0], HALF_DAY["middle"][0], HALF_DAY["last"][1]]
        span = clock(book.hours.of(stay.half))
        for number, text in enumerate(parts):
            rows.append(
                [
                    Cell(
                        f"{day_zh(stay.date)}\n{span}" if number == 0 else "",
                        merge="restart" if number == 0 else "continue",
                    ),
                    Cell(text, LEFT),
                    Cell("全体" if "会议" in text else "按分工"),
                ]
            )
    return rows


def _roles(book: Book, group: GroupEntry, firm: str) -> dict[Seat, tuple[str, ...]]:
    """分工 as the leader set it for this visit, else as it is usually shared out."""
    leader = next((seat.person.id for seat in group.seats if seat.leader), None)
    usual = share_out([seat.person.id for seat in group.seats], leader)
    noted = {seat: book.works.get((firm, seat.person.id)) for seat in group.seats}
    if any(work and work.categories for work in noted.values()):
        return {seat: work.categories if work else () for seat, work in noted.items()}
    return {seat: usual[seat.person.id] for seat in group.seats}


def _forms(document: Any, book: Book, group: GroupEntry) -> None:
    paragraph(document, "签到", font=HEI, before=10, after=4, keep=True)
    names = [seat.person.name for seat in group.seats] if book.members_shown else []
    table(
        document,
        (Column("姓名", 34), Column("首次会议", 61), Column("末次会议", 61)),
        [(name, "", "") for name in (*names, "受评单位", "")],
    )
    paragraph(document, "取证记录", font=HEI, before=10, after=4, keep=True)
    table(
        document,
        (
            Column("条款", 22),
            Column("资料、访谈或现场", 48, LEFT),
            Column("事实", 58, LEFT),
            Column("记录人", 28),
        ),
        [("", "", "", "")] * 6,
        height=30,
    )


def pledge_docx(book: Book) -> bytes:
    """廉洁保密承诺书（办法第十六条）, a page to be signed by each member."""
    book = tidy(book)
    document = word.new_document(
        f"{book.subject}{PLEDGE}", "", number_line(book), draft_mark(book), numbered=False
    )
    people = {seat.person.id: seat.person for group in book.groups for seat in group.seats}
    for position, person in enumerate(people.values()):
        word.title(document, f"{book.subject}评审", PLEDGE, new_page=position > 0)
        paragraph(document, f"本人参加{book.subject}评审，郑重承诺：", indent=2)
        for number, text in enumerate(
            (
                f"遵守{BASIS}和评审纪律，独立、客观、公正地评审，只按评审标准打分。",
                "与申报组织有利害关系的主动回避，评审期间发现的立即报告。",
                "不透露评审组名单、评审材料、评审意见和得分，不复制、不带走申报材料。",
                "不接受申报组织的礼品、礼金、宴请和其他安排，不向申报组织推销咨询、认证、培训。",
                "不单独与申报组织私下接触，不委托他人代评。",
            ),
            1,
        ):
            paragraph(document, f"{number}. {text}", indent=2)
        paragraph(document, "违反上述承诺的，愿意按办法第十六条承担责任。", indent=2, after=36)
        paragraph(document, f"承诺人（{person.name}）签名：　　　　　　　　", align=RIGHT)
        paragraph(document, "　　　　年　　月　　日", align=RIGHT, before=12, right_indent=2)
    if not people:
        paragraph(document, "本方案没有评审员。", align=CENTRE)
    return word.save(document)


def pay_docx(book: Book) -> bytes:
    """评审工作日和费用单（办法第十五条）, for finance: the days are those of the check-in, else the
    plan's; the standard and the fees are filled in by the office.
    """
    book = tidy(book)
    document = word.new_document(
        f"{book.subject}{PAY}", "内部资料", number_line(book), draft_mark(book), turned=True
    )
    word.title(document, f"{book.subject}{PAY}")
    columns = (
        Column("姓名", 22),
        Column("工作单位", 52, LEFT),
        Column("现场评审的日期", 62, LEFT),
        Column("半天数", 16),
        Column("评审费（元）", 24),
        Column("交通、食宿（元）", 26),
        Column("签名", 23),
    )
    rows, total, spent = [], 0, 0
    for group in book.groups:
        for seat in group.seats:
            who = seat.person
            days = [half for visit in group.visits for half in book.present(visit, who.id)]
            costs = sum(book.spent(visit, who.id) for visit in group.visits)
            total, spent = total + len(days), spent + costs
            rows.append(
                (who.name, who.employer, spell(days), str(len(days)), "", _money(costs), "")
            )
    table(document, columns, [*rows, ("合计", "", "", str(total), "", _money(spent), "")])
    paragraph(
        document,
        PAY_NOTE,
        size=SI,
        exact=24,
        before=6,
    )
    write_signature(document, book)
    return word.save(document)


def _money(fen: int) -> str:
    return written(fen) if fen else ""
