"""Makes workbooks as another office would keep them, together with what is true, so that reading
can be compared with it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

import openpyxl
from stdnum.cn import uscc

FIRST, LAST = date(2026, 9, 7), date(2026, 9, 25)
DAYS = [FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)]
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜戚谢邹"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国红梅"
BRANDS = "丰盛瑞鼎泰和锦嘉海隆腾祥宏恒华"
EMPLOYERS = [
    "浙江省质量科学研究院",
    "诸暨市职业教育中心",
    "绍兴市计量院",
    "某认证公司",
    "浙江农林大学暨阳学院",
]
TOWNS = [
    ("大唐街道", "330681005"),
    ("店口", "330681104"),
    ("枫桥镇", "330681109"),
    ("诸暨市山下湖镇", "330681108"),
]
TOWNS += [("暨阳", "330681001")]
TOWNS += [
    ("牌头", "330681115"),
    ("杭州市", "330100"),
    ("绍兴市柯桥区", "330603"),
    ("宁波", "330200"),
    ("义乌", "330782"),
]
TRADES = [
    ("袜业", {"176", "182", "183"}),
    ("铜管加工", {"325"}),
    ("水暖管件、阀门", {"335", "344"}),
    ("弹簧", {"348"}),
    ("珍珠首饰", {"243"}),
    ("商业银行", {"662"}),
    ("综合医院", {"841"}),
    ("幼儿园", {"831"}),
    ("白酒", {"151"}),
    ("茶叶", {"153", "016"}),
    ("物业服务", {"702"}),
    ("纺织机械", {"355"}),
    ("自来水", {"461"}),
    ("汽配", {"367"}),
    ("医疗器械", {"358"}),
    ("电线电缆", {"383"}),
    ("环保设备(除尘)", {"359"}),
    ("衬衫", {"181"}),
    ("混凝土", {"302"}),
    ("建筑装饰", {"501"}),
    ("养老服务", {"851"}),
    ("快递", {"602"}),
    ("印染", {"171", "175"}),
    ("塑料制品", {"292"}),
    ("检验检测", {"745"}),
    ("超市", {"521"}),
    ("家具", {"21"}),
    ("园林绿化", {"784"}),
    ("软件开发", {"651"}),
]
EXPERT_HEADINGS = {
    "name": ["姓名", "专家姓名", "评审员", "姓  名", "名字"],
    "gender": ["性别", "男/女"],
    "birth": ["出生年月", "出生日期", "生日"],
    "employer": ["工作单位", "所在单位", "任职单位", "现工作单位"],
    "title": ["职称", "职务/职称", "专业技术职称"],
    "education": ["学历", "文化程度", "最高学历"],
    "industries": ["熟悉行业", "专业领域", "擅长领域", "评审专业", "熟悉的行业（可多填）"],
    "quality": ["质量管理专家", "是否质量专家", "是否为质量管理专家（√/×）"],
    "leader": ["可任组长", "能否任组长", "组长资格", "可担任组长"],
    "phone": ["手机", "联系电话", "手机号码", "移动电话", "联系方式"],
    "place": ["所在地", "常住地", "居住镇街", "家庭住址"],
    "recuse": ["需回避的单位", "回避单位", "利益关系单位", "应回避企业"],
    "absences": [
        "9月7日-25日不能参加的时间",
        "不便时间",
        "请假（9.7-9.25）",
        "无法参加时间",
        "时间冲突",
        "哪几天没空",
    ],
    "remark": ["备注", "说明"],
}
APPLICANT_HEADINGS = {
    "name": ["申报组织名称", "企业名称", "参评单位", "申报单位"],
    "uscc": ["统一社会信用代码", "信用代码", "社会信用代码"],
    "award": ["申报奖项", "奖项", "申报类别"],
    "industries": ["所属行业/主导产品", "主营业务", "所属行业", "主要产品（服务）"],
    "place": ["所在镇街", "属地", "镇乡（街道）"],
    "founded": ["成立时间", "注册日期", "成立日期"],
    "employees": ["职工人数", "员工总数", "从业人数"],
    "recommender": ["推荐单位", "推荐部门"],
    "contact": ["联系人", "经办人"],
    "phone": ["联系电话", "手机", "联系方式"],
    "closed": ["不便接待时间", "不宜安排的时间", "请避开的日子"],
    "honours": ["以往获奖", "质量荣誉"],
}


@dataclass
class Book:
    """A workbook and the truth about it: row number -> field -> value; rows that must be bad, must
    be asked as one person, must ask.
    """

    data: bytes
    truth: dict[int, dict[str, Any]] = field(default_factory=dict)
    bad: dict[int, str] = field(default_factory=dict)
    twins: list[tuple[int, int]] = field(default_factory=list)
    asked: dict[int, str] = field(default_factory=dict)


def wide(text: str) -> str:
    return text.translate({ord("0") + n: ord("０") + n for n in range(10)})


def written_phone(random: Random, number: str) -> str | int:
    styles = (
        number,
        int(number),
        wide(number),
        f"{number[:3]}-{number[3:7]}-{number[7:]}",
        f"{number[:3]} {number[3:7]} {number[7:]}",
    )
    return random.choice((*styles, f"+86 {number}", f" {number}"))


def written_day(random: Random, day: date) -> tuple[object, str]:
    """A cell and its precision."""
    return random.choice(
        (
            (day, "day"),
            (day.isoformat(), "day"),
            (f"{day.year}/{day.month}/{day.day}", "day"),
            (f"{day.year}.{day.month}", "month"),
            (f"{day.year}年{day.month}月", "month"),
            (f"{day.year}年{day.month:02}月{day.day}日", "day"),
            (f"{day.year}.{day.month:02}.{day.day:02}", "day"),
        )
    )


def written_absences(random: Random) -> tuple[str, set[tuple[date, str]] | str | None]:
    """A wording and what it says: half-days, None for unknown, "ask" for what nobody can know."""
    a = random.randrange(len(DAYS) - 4)
    b = a + random.randint(1, 4)
    one, first, last = random.choice(DAYS), DAYS[a], DAYS[b]
    weekday = random.randrange(5)
    name = "一二三四五"[weekday]
    span = {(day, half) for day in DAYS[a : b + 1] for half in ("AM", "PM")}
    whole = {(one, "AM"), (one, "PM")}
    weekly = [day for day in DAYS if day.weekday() == weekday]
    dot, zh = (lambda d: f"{d.month}.{d.day}"), (lambda d: f"{d.month}月{d.day}日")
    full = {(day, half) for day in weekly for half in ("AM", "PM")}
    everything = {(day, half) for day in DAYS for half in ("AM", "PM")}
    return random.choice(
        (
            ("", None),
            ("无", set()),
            ("都可以", set()),
            ("全部可以", set()),
            ("没有", set()),
            (f"{dot(first)}-{dot(last)}", span),
            (f"{zh(first)}至{zh(last)}", span),
            (f"{zh(first)}-{last.day}日", span),
            (f"{dot(first)}~{dot(last)}出差", span),
            (f"{zh(one)}", whole),
            (f"{zh(one)}（培训）", whole),
            (f"{one.day}号", whole),
            (f"{zh(one)}上午", {(one, "AM")}),
            (f"{one.day}号下午", {(one, "PM")}),
            (f"{one.month}/{one.day}下午开会", {(one, "PM")}),
            (f"周{name}不行", full),
            (f"每周{name}", full),
            (f"星期{name}上午", {(day, "AM") for day in weekly}),
            (f"每周{name}下午", {(day, "PM") for day in weekly}),
            ("每天上午", {(day, "AM") for day in DAYS}),
            ("9月上旬", {(day, half) for day in DAYS if day.day <= 10 for half in ("AM", "PM")}),
            ("9月中下旬", {(day, half) for day in DAYS if day.day >= 11 for half in ("AM", "PM")}),
            (f"除{zh(one)}外都可以", whole),
            (f"只有{zh(one)}有空", everything - whole),
            ("9月都不行", everything),
            ("待定", "ask"),
            ("出差", "ask"),
            ("本周", "ask"),
            ("国庆后", "ask"),
            ("9.31", "ask"),
            ("看情况", "ask"),
            (f"{zh(one)}左右", "ask"),
            ("9月底", "ask"),
        )
    )


def experts(seed: int, number: int = 40) -> Book:
    random = Random(seed)
    names = {key: random.choice(options) for key, options in EXPERT_HEADINGS.items()}
    order = list(EXPERT_HEADINGS)
    random.shuffle(order)
    order = ["name", *[key for key in order if key != "name"]]
    book, page, start = _sheet(
        random, "2026年度评审专家台账", ["序号", *(names[key] for key in order)]
    )
    result = Book(b"")
    for position in range(number):
        row = start + position
        cells, truth = _expert(random, position)
        if position == 7:
            cells["phone"], result.bad[row] = "1381234567", names["phone"]
        if position == 9:
            cells["birth"], result.bad[row] = "1975.13", names["birth"]
        if truth["absences"] == "ask":
            result.asked[row] = str(cells["absences"])
        result.truth[row] = truth
        page.append([position + 1, *(cells[key] for key in order)])
    last = start + number
    twin = dict(zip(order, [cell.value for cell in page[start + 2]][1:], strict=True))
    page.append([number + 1, *("换了单位" if key == "employer" else twin[key] for key in order)])
    result.twins.append((start + 2, last))
    page.append(["", "合计", number + 1])
    page.append(["注：以上人员均已征得本人同意。"])
    result.data = _bytes(book)
    return result


def _expert(random: Random, position: int) -> tuple[dict[str, Any], dict[str, Any]]:
    name = random.choice(SURNAMES) + "".join(random.sample(GIVEN, random.choice((1, 2))))
    phone = f"13{random.randrange(10)}{position:04}{random.randrange(10_000):04}"
    born = date(1958, 1, 1) + timedelta(random.randrange(12_000))
    birth, precision = written_day(random, born)
    trades = random.sample(TRADES, random.randint(0, 3))
    town, code = random.choice(TOWNS)
    absence, meant = written_absences(random)
    quality, leader = random.choice((True, False, None)), random.choice((True, False, None))
    yes, no = random.choice((("√", "×"), ("是", "否"), ("Y", "N"), ("有", "无")))
    firm = f"诸暨市{random.choice(BRANDS)}{random.choice(BRANDS)}针织有限公司"
    remark, paused, served = random.choice(
        (
            ("", False, ()),
            ("2026年暂不参加", True, ()),
            ("2024年参加过", False, (2024,)),
            ("新聘", False, ()),
        )
    )
    cells = {
        "name": name + random.choice(("", " ")),
        "gender": random.choice(("男", "女")),
        "birth": birth,
        "employer": random.choice(EMPLOYERS),
        "title": random.choice(("高级工程师", "", "副教授")),
        "education": random.choice(("本科", "大学本科", "硕士")),
        ("industries"): "、".join(word for word, _ in trades),
        "quality": {True: yes, False: no, None: ""}[quality],
        ("leader"): {True: yes, False: no, None: ""}[leader],
        "phone": written_phone(random, phone),
        "place": town,
        "recuse": random.choice(("", firm, (f"{firm}；诸暨市甲乙袜业有限公司"))),
        "absences": absence,
        "remark": remark,
    }
    truth = {
        "name": name,
        "birth": (born.year, born.month) if precision == "month" else born,
        "phone": phone,
        "town_code": code,
        "absences": meant,
        "quality": quality,
        "leader": leader,
        "trades": [codes for _, codes in trades],
        "suspended_year": paused,
        "served_years": served,
        "recuse": tuple(part for part in str(cells["recuse"]).split("；") if part),
    }
    return cells, truth


def applicants(seed: int, number: int = 18) -> Book:
    random = Random(seed)
    names = {key: random.choice(options) for key, options in APPLICANT_HEADINGS.items()}
    order = [
        "name",
        *random.sample(
            [key for key in APPLICANT_HEADINGS if key != "name"], len(APPLICANT_HEADINGS) - 1
        ),
    ]
    book, page, start = _sheet(random, "2026年度申报情况", ["序号", *(names[key] for key in order)])
    result = Book(b"")
    for position in range(number):
        row = start + position
        cells, truth = _applicant(random, position)
        if position == 5:
            wrong = "0" if cells["uscc"][-1] != "0" else "1"
            cells["uscc"], result.bad[row] = cells["uscc"][:-1] + wrong, names["uscc"]
        if truth["closed"] == "ask":
            result.asked[row] = str(cells["closed"])
        result.truth[row] = truth
        page.append([position + 1, *(cells[key] for key in order)])
    result.data = _bytes(book)
    return result


def _applicant(random: Random, position: int) -> tuple[dict[str, Any], dict[str, Any]]:
    word, codes = TRADES[position % len(TRADES)]
    name = (
        f"诸暨市{BRANDS[position % len(BRANDS)]}{random.choice(BRANDS)}"
        f"第{position}{random.choice(('有限公司', '股份有限公司'))}"
    )
    body = "91330681" + "".join(random.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(9))
    code = body + uscc.calc_check_digit(body)
    founded = date(1990, 1, 1) + timedelta(random.randrange(12_000))
    cell, precision = written_day(random, founded)
    town, town_code = random.choice([one for one in TOWNS if one[1].startswith("330681")])
    closed, meant = written_absences(random)
    staff, employees = random.choice(((240, 240), ("约300人", 300), ("1,200", 1200), ("86人", 86)))
    award, award_code = random.choice(
        (
            ("质量奖", "QUALITY"),
            ("创新奖", "INNOVATION"),
            ("质量创新奖", "INNOVATION"),
            ("市政府质量奖", "QUALITY"),
        )
    )
    honours, past = random.choice(
        (
            ("", ()),
            ("无", ()),
            ("2021年质量奖", ((2021, "QUALITY"),)),
            ("2022年度创新奖", ((2022, "INNOVATION"),)),
        )
    )
    phone = f"139{position:04}{random.randrange(10_000):04}"
    cells = {
        "name": name,
        "uscc": code,
        "award": award,
        "industries": word,
        "place": town,
        "founded": cell,
        "employees": staff,
        "recommender": (f"{town}人民政府"),
        "contact": "张三",
        "phone": written_phone(random, phone),
        "closed": closed,
        "honours": honours,
    }
    truth = {
        "name": name,
        "uscc": code,
        "award": award_code,
        "trades": [codes],
        "town_code": town_code,
        "employees": employees,
        "phone": phone,
        ("founded"): (founded.year, founded.month) if precision == "month" else founded,
        "closed": meant,
        "past_awards": past,
    }
    return cells, truth


def _sheet(random: Random, title: str, headings: list[str]) -> tuple[openpyxl.Workbook, Any, int]:
    """A page with a title, sometimes a line about who filled it in, and the headings; gives the
    first data row (1-based).
    """
    book = openpyxl.Workbook()
    page = book.active
    page.append([title])
    page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(headings))
    if random.random() < 0.5:
        page.append(["填报单位：市场监管局", "", "", "填报日期：2026年6月30日"])
    page.append(headings)
    return book, page, page.max_row + 1


def _bytes(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
