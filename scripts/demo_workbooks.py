"""演示用的两张表: written the way an office keeps them, so that the demonstration goes through the real import."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from random import Random

from scripts.demo_people import DemoExpert, DemoFirm

EXPERT_HEADINGS = (
    "序号", "姓名", "性别", "出生年月", "工作单位", "职务/职称", "学历", "熟悉行业", "质量管理专家", "可任组长", "手机", "所在地",
    "需回避的单位", "{window}不能参加的时间", "备注",
)  # fmt: skip
FIRM_HEADINGS = (
    "序号", "申报组织名称", "统一社会信用代码", "申报奖项", "所属行业/主导产品", "所在镇街", "成立时间", "职工人数", "推荐单位", "联系人",
    "联系电话", "不便接待时间", "以往获奖",
)  # fmt: skip


def experts_workbook(experts: Sequence[DemoExpert], year: int, window: str, seed: int) -> bytes:
    """`window` as a heading says it, e.g. 9月7日-25日."""
    random = Random(seed)
    headings = [heading.format(window=window) for heading in EXPERT_HEADINGS]
    rows = [_expert_row(random, number, expert) for number, expert in enumerate(experts, 1)]
    return _workbook("专家库", f"诸暨市政府质量奖评审专家库（{year}年度）", headings, rows)


def firms_workbook(firms: Sequence[DemoFirm], year: int, seed: int) -> bytes:
    random = Random(seed)
    rows = [_firm_row(random, number, firm) for number, firm in enumerate(firms, 1)]
    return _workbook("申报汇总", f"{year}年度诸暨市政府质量奖申报组织汇总表", FIRM_HEADINGS, rows)


def _expert_row(random: Random, number: int, expert: DemoExpert) -> list[str]:
    born = random.choice(
        (f"{expert.born:%Y-%m-%d}", f"{expert.born.year}年{expert.born.month}月", f"{expert.born.year}.{expert.born.month:02d}")
    )
    return [
        str(number),
        expert.name,
        expert.gender,
        born,
        expert.employer,
        expert.title,
        expert.schooling,
        "、".join(trade.word for trade in expert.trades),
        random.choice(("是", "√", "Y")) if expert.quality else random.choice(("否", "×")),
        random.choice(("是", "√", "Y")) if expert.leader else random.choice(("否", "×")),
        _written_phone(random, expert.phone),
        expert.town,
        expert.recuse,
        expert.absences,
        expert.remark,
    ]


def _firm_row(random: Random, number: int, firm: DemoFirm) -> list[str]:
    founded = random.choice(
        (f"{firm.founded:%Y-%m-%d}", f"{firm.founded.year}年{firm.founded.month}月", f"{firm.founded.year}.{firm.founded.month}")
    )
    office = "人民政府" if firm.town.endswith(("镇", "乡")) else "办事处"
    return [
        str(number),
        firm.name,
        firm.uscc,
        firm.award,
        firm.trade.word,
        firm.town,
        founded,
        str(firm.staff),
        firm.town + office,
        firm.contact,
        _written_phone(random, firm.phone),
        firm.closed,
        firm.honours,
    ]


FULL_WIDTH = str.maketrans("0123456789", "".join(chr(code) for code in range(0xFF10, 0xFF1A)))
_WRITTEN: tuple[Callable[[str], str], ...] = (
    lambda phone: phone,
    lambda phone: f"{phone[:3]} {phone[3:7]} {phone[7:]}",
    lambda phone: f"{phone[:3]}-{phone[3:7]}-{phone[7:]}",
    lambda phone: phone.translate(FULL_WIDTH),
)


def _written_phone(random: Random, phone: str) -> str:
    return random.choice(_WRITTEN)(phone)


def _workbook(sheet: str, title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    import xlsxwriter

    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        page = workbook.add_worksheet(sheet)
        big, head = (
            workbook.add_format({"bold": True, "font_size": 16, "align": "center"}),
            workbook.add_format({"bold": True, "border": 1}),
        )
        page.merge_range(0, 0, 0, len(headings) - 1, title, big)
        page.write_row(1, 0, headings, head)
        last = 1
        for last, row in enumerate(rows, 2):
            page.write_row(last, 0, row)
        page.write_row(last + 1, 1, ["合计", str(last - 1)])
        page.set_column(1, len(headings) - 1, 16)
    return data.getvalue()
