"""单位的写法: what one written name may mean, once standing, department and place are taken apart.

诸暨市袜业协会、大东袜业有限公司质管科（退休） -> 袜业协会 in 诸暨; 大东袜业, a limited company.
Nothing is thrown away: every way to read the text is kept, and the comparison takes what fits best.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from expert_pool.facts.signs import folded
from expert_pool.facts.towns import Towns

# People without an employer are nobody's colleagues.
NO_EMPLOYER = (
    "", "无", "没有", "暂无", "无单位", "无工作单位", "自由职业", "自由职业者", "退休", "已退休",
    "退休人员", "离休", "离退休", "个体", "待业", "未知", "不详",
)  # fmt: skip
SHORTEST_CORE = 2
# Names are folded before they are read, so that full-width signs need no mention here.
SEPARATORS = r"[、,;/|\\\n\r\t&+]"
# Words that part two employers only after a whole name: 盛和针织 and 中兴 hold such signs too.
_AND = "(?:以及|并|和|及|与)"
_JOINED = re.compile(
    rf"(?<=公司|集团|协会|学会|商会|大学|学院|中心|银行|医院){_AND}|(?<=[厂局院所校会]){_AND}|兼(?:任|职)?"
)
_OPEN, _CLOSE = re.escape("([{【〔〖《<「『"), re.escape(")]}】〕〗》>」』")
_BRACKETS = re.compile(rf"[{_OPEN}]([^{_OPEN}{_CLOSE}]*)[{_CLOSE}]")
# Brackets that belong to the name: 大东(集团)有限公司, 百胜(中国)有限公司.
_IN_NAME = re.compile(r"^(?:集团|股份|控股|中国|普通合伙|有限合伙|特殊普通合伙|合伙|个人独资)$")
# What a name may begin with and not mean: 原…, 退休于…, 工作单位：….
_HEAD = re.compile(
    r"^(?:(?:原|现|曾|前|今|已|系|在|从|由|自|为|是)?"
    r"(?:工作单位|单位名称|所在单位|任职单位|现单位|原单位|单位|企业名称|公司名称|就职|任职|供职|就业"
    r"|受聘|返聘|反聘|聘用|聘|借调|借用|派驻|挂职|兼职|兼任|退休前|退休后|退休|离休|内退|离退休|退职"
    r"|离职|调离|曾任|现任|原任|前任|任)(?:于|在|到|至|自|从|为|是|前)?"
    r"|原先|原来|以前|从前|原|现|曾|前|今|已|系|在|从|由|自)+(?=[^\W\d_]{2})"
)
# Departments, titles and standing after the name of whom one belongs to. The last word tells.
_DEPARTMENT = (
    "部|部门|科|科室|室|处|股|组|办|中心|车间|分厂|厂区|分公司|支公司|支行|分行|分理处|营业部|事业部|"
    "办事处|项目部|工会|党委|支部|委员会|站|队|班|班组|基地|工段|研究院|研究所|设计院|技术院|研究室|实验室|"
    "门店|工作室|总部|本部"
)
_TITLE = (
    "长|书记|秘书|经理|总裁|总监|总工|主任|主管|主席|助理|董事|监事|股东|法人|代表|代表人|负责人|"
    "合伙人|顾问|专家|专员|干事|工程师|技师|技术员|会计师|会计|教授|讲师|教师|师|研究员|副总|总|官|员"
)
_STANDING = (
    "职工|员工|人员|干部|工人|退休|离休|内退|退养|返聘|反聘|外聘|聘用|特聘|兼职|挂职|借调|派驻|派遣|离职|"
    "调离|在职|在编|任职|工作|原|曾|已|下属|职|部分|等"
)
_PART = f"(?:{_DEPARTMENT}|{_TITLE}|{_STANDING})"
_REST = re.compile(
    rf"^(?:的|之|下属|所属|内设|驻)?(?!.*(?:公司|集团)$)[^\W_]{{0,14}}?{_PART}$"
    rf"|^.{{0,8}}(?:分|支)公司{_PART}?$"
)
# Where a name may end before a department: whole forms of companies, and words that public bodies
# end with.
_COMPANY = (
    "有限责任公司|有限公司|股份公司|集团公司|控股公司|总公司|公司|集团|总厂|厂|合作社|事务所|商行"
    "|经营部"
)
_BODY = (
    "管理局|监督局|局|人民政府|政府|办公室|办事处|委员会|管委会|大学|学院|学校|中学|小学|医院|研究院|"
    "研究所|检测院|质检院|检验院|协会|学会|商会|联合会|促进会|中心|银行|院|所|站|社|委|会|行|店|馆"
)
_BASE_END = re.compile(rf"(?:{_COMPANY}|{_BODY})")
_UNSURE_PART = re.compile("(?:学院|医院|研究院|研究所|学校|大学|中心|协会|学会|委员会)$")

_FORMS = (
    ("group", re.compile(r"集团")),
    ("stock", re.compile(r"股份")),
    ("limited", re.compile(r"有限责任|有限")),
    ("works", re.compile(r"厂")),
    ("partners", re.compile(r"合伙")),
    ("members", re.compile(r"合作社")),
)
_FORM = re.compile(
    "(?:集团|控股集团|控股)?(?:股份有限责任公司|股份有限公司|有限责任公司|有限公司|股份公司|责任公司"
    "|总公司|公司|股份|集团|总厂|厂|企业)(?:普通合伙|有限合伙|特殊普通合伙|合伙)?$"
    "|(?:专业)?合作社$|合伙企业$"
)
_GOVERNMENT = re.compile(r"(?:人民政府|政府|办事处|党工委|党委)$")
_IS_BODY = re.compile(rf"(?:{_BODY})$")
_MARKS = re.compile(r"[^\w]|_")


@dataclass(frozen=True)
class Reading:
    """One way to read a written name. `places` from wide to narrow; `form` the kinds of company it
    says; `sure`: nothing was taken off that could be part of the name itself.
    """

    key: str
    core: str
    places: tuple[str, ...]
    form: frozenset[str]
    body: bool
    sure: bool


@lru_cache(maxsize=65_536)
def key(text: str) -> str:
    """The signs that tell names apart: no blanks, brackets, punctuation, width or invisible
    characters.
    """
    return _MARKS.sub("", folded(text))


def is_body(core: str) -> bool:
    """机关、学校、医院、银行、协会: their names say what they do, and are shortened by leaving
    signs out.
    """
    return bool(_IS_BODY.search(core))


@lru_cache(maxsize=65_536)
def has_employer(text: str) -> bool:
    return any(key(unit) not in NO_EMPLOYER for unit in units(text)) if key(text) else False


@lru_cache(maxsize=65_536)
def units(text: str) -> tuple[str, ...]:
    """The names in one cell, first the first; brackets that hold a name of their own give one
    more.
    """
    plain = folded(text)
    found: list[str] = []
    for part in (piece for one in re.split(SEPARATORS, plain) for piece in _spaced(one)):
        found += _JOINED.split(part)
    return tuple(dict.fromkeys(one.strip() for one in found if key(one)))


def _spaced(text: str) -> list[str]:
    """A blank parts two names only when both sides end like one."""
    words = text.split()
    whole = len(words) > 1 and all(
        _FORM.search(key(word)) or _IS_BODY.search(key(word)) for word in words
    )
    return words if whole else [text]


@lru_cache(maxsize=65_536)
def readings(text: str) -> tuple[Reading, ...]:
    """Every way to read a text, the likeliest first; none for an empty one or for 退休, 无 and
    their like.
    """
    found: dict[Reading, None] = {}
    parts = units(text)
    for unit in (*parts, *((folded(text),) if len(parts) != 1 else ())):
        for plain, sure in _stripped(unit):
            if _names_somebody(plain):
                found.setdefault(_reading(plain, sure and unit in parts))
    return tuple(found)


def _names_somebody(plain: str) -> bool:
    """诸暨市, 有限公司 and 质管科 alone name nobody, nor does what is left of 诸暨市第一研究院
    without its end.
    """
    nothing = plain in NO_EMPLOYER or _places().get(plain) or _FORM.fullmatch(plain)
    return not nothing and len(plain) >= SHORTEST_CORE and not plain.endswith("第")


def _stripped(unit: str) -> Iterator[tuple[str, bool]]:
    """The unit as written, without what stands in brackets, before and after the name."""
    inside = [key(text) for text in _BRACKETS.findall(unit)]
    named = any(_IN_NAME.search(text) or text in _places() for text in inside)
    bare = unit if named else _BRACKETS.sub("", unit)
    for text in dict.fromkeys((key(unit), key(bare))):
        yield from _without_standing(text)
    for text in inside:
        if not _REST.match(text) and len(text) > SHORTEST_CORE:
            yield from _without_standing(text)


def _without_standing(text: str) -> Iterator[tuple[str, bool]]:
    if not text:
        return
    yield text, True
    bare = _HEAD.sub("", text)
    if bare != text:
        yield bare, True
    for found in _BASE_END.finditer(bare):
        base, rest = bare[: found.end()], bare[found.end() :]
        if rest and _REST.match(rest) and len(core_of(base)[0]) >= SHORTEST_CORE:
            company = re.search(rf"(?:{_COMPANY})$", base) is not None
            yield base, company or not _UNSURE_PART.search(rest)
    # A short name has no ending to tell where it stops: 大东袜业质管科.
    for length in range(SHORTEST_CORE, min(len(bare), 13)):
        if _REST.match(bare[-length:]) and len(core_of(bare[:-length])[0]) > SHORTEST_CORE:
            yield bare[:-length], False


@lru_cache(maxsize=65_536)
def core_of(plain: str) -> tuple[str, tuple[str, ...], str]:
    """字号 with trade, the places before it, and the legal form after it, of a name without
    punctuation.
    """
    places: list[str] = []
    rest = plain
    while found := _place(rest):
        word, place = found
        if len(_FORM.sub("", rest[len(word) :])) < SHORTEST_CORE or _GOVERNMENT.fullmatch(
            rest[len(word) :]
        ):
            break
        rest = rest[len(word) :]
        if place:
            places.append(place)
    core = _GOVERNMENT.sub("", _FORM.sub("", rest))
    core = core if len(core) >= SHORTEST_CORE else rest
    form = rest[len(core) :]
    town = Towns.load().match(core) if core.endswith(("街道", "镇", "乡")) else None
    return (town.town.name if town and town.certain else core), tuple(places), form


def _reading(plain: str, sure: bool) -> Reading:
    core, places, form = core_of(plain)
    inner = _inner_place(core) if not places else None
    if inner:  # 大东袜业(诸暨)有限公司
        core, places = inner
    kinds = frozenset(name for name, sign in _FORMS if sign.search(form))
    # 集团有限公司 is a group, 股份有限公司 a stock company; 有限 says nothing more of them.
    if kinds & {"group", "stock"}:
        kinds -= {"limited"}
    body = not kinds and not form.endswith(("公司", "企业")) and is_body(plain)
    return Reading(plain, core, places, kinds, body, sure)


def _inner_place(core: str) -> tuple[str, tuple[str, ...]] | None:
    for word, place in _places().items():
        if place and len(core) - len(word) > SHORTEST_CORE and core.endswith(word):
            return core[: -len(word)], (place,)
    return None


_SOME_PLACE = re.compile(r"^[^\W\d_]{2,3}?(?:自治区|省|市|区|县)(?=[^\W\d_]{2})")


def _place(text: str) -> tuple[str, str] | None:
    """The place a text begins with, as written and as it is called in short; towns of the city
    say nothing.
    """
    for length in range(min(len(text), 9), 1, -1):
        word = text[:length]
        if word in _places():
            return word, _places()[word]
    found = _SOME_PLACE.match(text)
    return (found[0], found[0].rstrip("省市区县")) if found else None


@lru_cache(maxsize=1)
def _places() -> dict[str, str]:
    """Provinces, cities and counties with and without their ending; towns only with it (大唐 is
    a brand too).
    """
    found = {"中国": "中国", "中华": "中国", "全国": "中国"}
    for town in Towns.load().all:
        short = re.sub(r"(?:自治区|省|市|区|县)$", "", town.name)
        if town.in_zhuji and town.code != "330681":
            found[town.name] = ""
        else:
            found |= {town.name: short} | ({short: short} if len(short) > 1 else {})
    return {folded(name): place for name, place in found.items()}
