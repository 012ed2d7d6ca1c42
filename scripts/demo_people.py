"""演示用的人和企业: made up with faker, weighted like Zhuji's real clusters; nobody here exists."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from faker import Faker
from stdnum.cn import uscc


@dataclass(frozen=True)
class Trade:
    """A cluster: the word an office writes, the GB/T 4754 class it means, how common it is, and the
    towns it lives in.
    """

    word: str
    code: str
    weight: int
    towns: tuple[str, ...]
    suffix: str = ""


# Clusters of Zhuji's towns (memory, docs/architecture.md): socks in 大唐, copper and fittings in 店
# 口, pearls in 山下湖, shirts in 枫桥.
TRADES = (
    Trade("袜业", "1763", 6, ("大唐街道", "暨南街道", "五泄镇"), "针纺"),
    Trade("水暖管件", "3352", 5, ("店口镇",), "管业"),
    Trade("铜加工", "3251", 4, ("店口镇", "姚江镇"), "铜业"),
    Trade("珍珠饰品", "2438", 4, ("山下湖镇",), "珍珠饰品"),
    Trade("环保设备", "3591", 3, ("牌头镇", "店口镇"), "环保科技"),
    Trade("衬衫服装", "1819", 3, ("枫桥镇",), "服饰"),
    Trade("汽车零部件", "3670", 3, ("次坞镇", "店口镇"), "汽车部件"),
    Trade("弹簧", "3483", 2, ("次坞镇", "应店街镇"), "弹簧"),
    Trade("机械装备", "3515", 3, ("陶朱街道", "牌头镇"), "机械"),
    Trade("电线电缆", "3831", 2, ("安华镇", "璜山镇"), "电缆"),
    Trade("化纤新材料", "2822", 2, ("安华镇", "大唐街道"), "新材料"),
    Trade("医疗器械", "3581", 2, ("陶朱街道", "暨阳街道"), "医疗科技"),
    Trade("智能视觉、电子信息", "3969", 2, ("陶朱街道",), "智能科技"),
    Trade("软件和信息服务", "6513", 2, ("陶朱街道", "暨阳街道"), "软件"),
    Trade("香榧加工", "1373", 2, ("赵家镇", "东白湖镇"), "香榧食品"),
    Trade("茶叶", "1530", 1, ("东白湖镇", "岭北镇"), "茶业"),
    Trade("白酒", "1512", 1, ("同山镇",), "酒业"),
    Trade("建筑安装", "4710", 3, ("暨阳街道", "浣东街道"), "建设"),
    Trade("供水", "4610", 1, ("暨阳街道",), "水务"),
    Trade("银行", "6621", 1, ("浣东街道", "暨阳街道"), "银行"),
    Trade("医院", "8411", 1, ("暨阳街道", "马剑镇"), "医院"),
    Trade("物流", "5810", 1, ("浣东街道", "浬浦镇"), "物流"),
    Trade("物业管理", "7020", 1, ("陈宅镇", "东和乡", "暨阳街道"), "物业服务"),
)

HOUSES = (
    "浙越质量认证有限公司",
    "绍兴越州质量技术检测院",
    "暨阳职业技术学院",
    "浙东标准化研究院",
    "稽山大学管理学院",
    "诸暨市产业创新服务中心",
    "浣江工程咨询有限公司",
    "越中卓越绩效促进会",
)
TITLES = (
    "高级工程师",
    "教授级高工",
    "副教授",
    "教授",
    "质量总监",
    "国家注册审核员",
    "工程师",
    "首席质量官",
)
SCHOOLING = ("本科", "大学本科", "硕士", "博士", "大专")
WORDS = [
    "恒",
    "瑞",
    "丰",
    "嘉",
    "盛",
    "和",
    "锦",
    "泰",
    "华",
    "鼎",
    "宏",
    "祥",
    "隆",
    "海",
    "腾",
    "越",
    "暨",
    "浣",
    "荣",
    "达",
]
LEGAL = ("有限公司", "股份有限公司", "集团有限公司")


@dataclass(frozen=True)
class DemoFirm:
    """One line of the applicants' list, as the office wrote it."""

    name: str
    uscc: str
    award: str
    trade: Trade
    town: str
    founded: date
    staff: int
    contact: str
    phone: str
    closed: str = ""
    honours: str = ""


@dataclass(frozen=True)
class DemoExpert:
    """One line of the experts' list.

    `absences`: "" is an empty cell, that is unknown; "都可以" is free on all days.
    """

    name: str
    gender: str
    born: date
    employer: str
    title: str
    schooling: str
    trades: tuple[Trade, ...]
    quality: bool
    leader: bool
    phone: str
    town: str
    recuse: str = ""
    absences: str = ""
    remark: str = ""


def make_firms(seed: int, count: int, known: tuple[DemoFirm, ...] = ()) -> tuple[DemoFirm, ...]:
    """`count` applicants; a quarter of `known` (an earlier year's) apply again, so that 上次评审过
    has something to find.
    """
    random = Random(seed)
    people = _faker(seed)
    firms = [_again(random, firm) for firm in known[: min(len(known), count) // 4]]
    names = {firm.name for firm in known}
    # Every cluster once, in order of weight, before chance decides the rest: a small list still
    # looks like Zhuji.
    wanted = sorted(TRADES, key=lambda trade: -trade.weight)[: count * 2 // 3]
    while len(firms) < count:
        trade = (
            wanted.pop(0)
            if wanted
            else random.choices(TRADES, [trade.weight for trade in TRADES])[0]
        )
        firm = _firm(random, people, trade, names)
        names.add(firm.name)
        firms.append(firm)
    return tuple(firms)


def _firm(random: Random, people: Faker, trade: Trade, taken: set[str]) -> DemoFirm:
    name = ""
    while not name or name in taken:
        name = (
            f"诸暨{random.choice(WORDS)}{random.choice(WORDS)}{trade.suffix}{random.choice(LEGAL)}"
        )
    body = "91330681" + "".join(random.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=9))
    return DemoFirm(
        name=name,
        uscc=body + uscc.calc_check_digit(body),
        award=random.choices(("质量奖", "创新奖"), (3, 2))[0],
        trade=trade,
        town=random.choice(trade.towns),
        founded=date(1990, 1, 1) + timedelta(days=random.randrange(30 * 365)),
        staff=random.choices((86, 150, 240, 420, 900, 1800), (1, 3, 4, 5, 4, 3))[0],
        contact=people.name(),
        phone=_phone(random),
        closed=random.choices(("", "", "", "周五", "9.14-9.15盘点", "9月10日", "9.21-9.22"), k=1)[
            0
        ],
    )


def _again(random: Random, firm: DemoFirm) -> DemoFirm:
    return replace(firm, honours=f"上年度申报{firm.award}", closed=random.choice(("", "周五")))


def make_experts(seed: int, count: int, firms: tuple[DemoFirm, ...]) -> tuple[DemoExpert, ...]:
    """`count` reviewers: each applicant's trade is known to several of them, employers are shared,
    availability is patchy.
    """
    random = Random(seed)
    people = _faker(seed + 1)
    trades = _trades_for(random, count, firms)
    experts: list[DemoExpert] = []
    names: set[str] = set()
    for position in range(count):
        name = people.name()
        while name in names:
            name = people.name()
        names.add(name)
        experts.append(_expert(random, name, position, trades[position], firms))
    return tuple(experts)


def _trades_for(random: Random, count: int, firms: tuple[DemoFirm, ...]) -> list[tuple[Trade, ...]]:
    asked = [firm.trade for firm in firms]
    random.shuffle(asked)
    result = []
    for position in range(count):
        first = asked[position % len(asked)]
        others = random.choices(
            TRADES, [trade.weight for trade in TRADES], k=random.choice((0, 1, 1, 2))
        )
        result.append(tuple(dict.fromkeys((first, *others))))
    return result


def _expert(
    random: Random, name: str, position: int, trades: tuple[Trade, ...], firms: tuple[DemoFirm, ...]
) -> DemoExpert:
    # Every third knows quality management, every fourth may lead, shifted by one each round through
    # the trades: so some do both, some neither, and no trade is left without either.
    turn = position + position // len(firms)
    firm = random.choice(firms)
    employer = random.choices(
        (
            random.choice(HOUSES),
            firm.name,
            f"诸暨{random.choice(WORDS)}{random.choice(WORDS)}实业有限公司",
        ),
        (5, 1, 4),
    )[0]
    towns = tuple(town for trade in TRADES for town in trade.towns)
    return DemoExpert(
        name=name,
        gender=random.choice("男女"),
        born=date(1960, 1, 1) + timedelta(days=random.randrange(30 * 365)),
        employer=employer,
        title=random.choice(TITLES),
        schooling=random.choice(SCHOOLING),
        trades=trades,
        quality=turn % 3 == 0,
        leader=turn % 4 == 0,
        phone=_phone(random),
        town=random.choice((*towns, "暨阳街道", "浣东街道", "绍兴市越城区", "杭州")),
        recuse=random.choice(firms).name if random.random() < 0.15 else "",
        absences=_absences(random, position),
        remark=_remark(random, position),
    )


def _absences(random: Random, position: int) -> str:
    if position % 17 == 16:
        return ""  # never answered
    if random.random() < 0.3:
        return random.choice(("都可以", "无"))
    days = random.choice(
        (
            "9.8-9.9",
            "9月10日(会议)",
            "每周三下午",
            "9月14日上午",
            "周一上午",
            "9.17-9.18",
            "9.21-9.22",
            "9月11日",
        )
    )
    return random.choice(
        (days, f"{days}，{random.choice(('9月16日下午', '9月23日', '9月15日', '9月24日上午'))}")
    )


def _remark(random: Random, position: int) -> str:
    if position % 29 == 28:
        return "身体原因2026年暂不参加"
    return random.choice(("", "", "", "新聘"))


def _phone(random: Random) -> str:
    return f"19900{random.randrange(1_000_000):06d}"


def _faker(seed: int) -> Faker:
    people = Faker("zh_CN")
    people.seed_instance(seed)
    return people
