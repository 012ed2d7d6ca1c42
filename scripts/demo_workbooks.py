"""演示用的表: written the way an office keeps them, so that the demonstration goes through the real
import.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from random import Random

from scripts.demo_people import DemoExpert, DemoFirm

EXPERT_HEADINGS = (
    "序号",
    "姓名",
    "性别",
    "出生年月",
    "工作单位",
    "职务/职称",
    "学历",
    "熟悉行业",
    "质量管理专家",
    "可任组长",
    "手机",
    "所在地",
    "需回避的单位",
    "{window}不能参加的时间",
    "备注",
)
FIRM_HEADINGS = (
    "序号",
    "申报组织名称",
    "统一社会信用代码",
    "申报奖项",
    "所属行业/主导产品",
    "所在镇街",
    "成立时间",
    "职工人数",
    "推荐单位",
    "联系人",
    "联系电话",
    "不便接待时间",
    "以往获奖",
)


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
        (
            f"{expert.born:%Y-%m-%d}",
            f"{expert.born.year}年{expert.born.month}月",
            f"{expert.born.year}.{expert.born.month:02d}",
        )
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
        (
            f"{firm.founded:%Y-%m-%d}",
            f"{firm.founded.year}年{firm.founded.month}月",
            f"{firm.founded.year}.{firm.founded.month}",
        )
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


RECOMMENDED_HEADINGS = (
    "序号",
    "姓名",
    "性别",
    "出生年月",
    "工作单位",
    "职称",
    "学历",
    "熟悉行业",
    "手机",
    "从事质量工作年限",
    "培训情况",
    "培训时间",
    "推荐单位",
    "有无违法违纪",
)
# Nobody here exists. The second is over 65, the form of the third leaves the years out, the fourth
# meets neither condition.
RECOMMENDED = (
    (
        "沈文澜",
        "女",
        "1984年3月",
        "绍兴越州质量技术检测院",
        "高级工程师",
        "硕士",
        "1763",
        "19900112233",
        "14年",
        "卓越绩效评审员培训",
        "2025.5",
        "无",
    ),
    (
        "俞伯年",
        "男",
        "1958年11月",
        "越中卓越绩效促进会",
        "教授级高工",
        "本科",
        "3352",
        "19900445566",
        "36年",
        "GB/T 19580 宣贯培训",
        "2019.6",
        "无",
    ),
    (
        "金晓棠",
        "女",
        "1979年7月",
        "浙东标准化研究院",
        "高级工程师",
        "本科",
        "2438",
        "19900778899",
        "",
        "卓越绩效评审员培训",
        "2024.10",
        "无",
    ),
    (
        "楼国庆",
        "男",
        "1988年10月",
        "诸暨恒达实业有限公司",
        "助理工程师",
        "大专",
        "3251",
        "19900990011",
        "3年",
        "无",
        "",
        "无",
    ),
)
OFFICIAL_HEADINGS = ("序号", "姓名", "单位", "身份")
OFFICIALS = (
    ("石建中", "诸暨市人民政府", "审委会委员"),
    ("边海燕", "诸暨市市场监督管理局", "审委会委员"),
    ("宣立群", "诸暨市发展和改革局", "审委会委员"),
    ("蔡明远", "诸暨市经济和信息化局", "审委会委员"),
    ("应雪芳", "诸暨市市场监督管理局", "监管部门工作人员"),
    ("斯国良", "大唐街道办事处", "推荐单位工作人员"),
)
HOLDING_HEADINGS = ("企业名称", "股东名称", "持股比例", "职务")


def recommendations_workbook(recommender: str, year: int) -> bytes:
    rows = [
        [str(number), *line[:11], recommender, line[11]]
        for number, line in enumerate(RECOMMENDED, 1)
    ]
    return _workbook("推荐表", f"{year}年诸暨市政府质量奖评审员推荐表", RECOMMENDED_HEADINGS, rows)


def officials_workbook(namesake: str) -> bytes:
    """`namesake`: an expert whose name a committee member bears too, at another unit; whether it is
    one person has to be looked into.
    """
    more = ((namesake, "诸暨市科学技术局", "审委会委员"),) if namesake else ()
    rows = [[str(number), *line] for number, line in enumerate((*OFFICIALS, *more), 1)]
    return _workbook("名单", "审委会委员及有关公职人员名单", OFFICIAL_HEADINGS, rows)


def holdings_workbook(first: str, second: str, namesake: str, employer: str) -> bytes:
    """Two companies: one with a shareholder of an expert's name, one held in part by an expert's
    employer and led by a group.
    """
    rows = [
        [first, "暨阳创业投资有限公司", "30%", "股东"],
        [first, namesake, "12%", "股东"],
        [first, "郦伟民", "58%", "法定代表人"],
        [second, "浙江宏泰控股集团有限公司", "60%", "控股股东"],
        [second, employer, "8%", "股东"],
    ]
    return _workbook("股东名单", "申报组织股东及主要人员名单", HOLDING_HEADINGS, rows)


FULL_WIDTH = str.maketrans("0123456789", "".join(chr(code) for code in range(0xFF10, 0xFF1A)))
_WRITTEN: tuple[Callable[[str], str], ...] = (
    lambda phone: phone,
    lambda phone: f"{phone[:3]} {phone[3:7]} {phone[7:]}",
    lambda phone: f"{phone[:3]}-{phone[3:7]}-{phone[7:]}",
    lambda phone: phone.translate(FULL_WIDTH),
)


def _written_phone(random: Random, phone: str) -> str:
    return random.choice(_WRITTEN)(phone)


def _workbook(
    sheet: str, title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]
) -> bytes:
    import xlsxwriter

    data = io.BytesIO()
    with xlsxwriter.Workbook(
        data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as workbook:
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
