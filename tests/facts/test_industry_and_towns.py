import csv
from pathlib import Path

import pytest

from expert_pool.facts import industry as module
from expert_pool.facts.industry import Industries
from expert_pool.facts.towns import Towns, travel_minutes

INDUSTRIES = Industries.load()
TOWNS = Towns.load()


@pytest.mark.parametrize(
    ("word", "codes"),
    [
        ("铜加工", {"3251"}),
        ("水暖管件、阀门", {"3352", "3443"}),
        ("新材料 (化纤)", {"28"}),
        ("银行", {"662"}),
        ("C1763", {"1763"}),
        ("针织(1763)", {"1763"}),
        ("弹簧行业", {"3483"}),
        ("纺织业", {"17"}),
        ("汽车零部件及配件制造", {"3670"}),
        ("印染和服装", {"171", "175", "181"}),
    ],
)
def test_propose_is_sure_of_known_words(word: str, codes: set[str]) -> None:
    proposals = INDUSTRIES.propose(word)
    assert {p.code for p in proposals} == codes
    assert {p.confidence for p in proposals} == {"sure"}


@pytest.mark.parametrize("word", ["精密汽车弹簧制造", "环保用污水装置", "智能视觉", "冷链食品"])
def test_propose_is_not_sure_of_words_it_only_finds_inside(word: str) -> None:
    proposals = INDUSTRIES.propose(word)
    assert proposals
    assert all(p.confidence != "sure" for p in proposals)


@pytest.mark.parametrize("word", ["质量管理", "其他", "火箭", ""])
def test_propose_does_not_invent(word: str) -> None:
    assert INDUSTRIES.propose(word) == ()


def test_propose_prefers_what_a_person_confirmed() -> None:
    assert [p.code for p in INDUSTRIES.propose("火箭", {"火箭": ("374",)})] == ["374"]


@pytest.mark.parametrize(
    ("text", "trades"),
    [
        (
            "医疗器械、软件和信息服务、水暖管件、阀门",
            ("医疗器械", "软件和信息服务", "水暖管件、阀门"),
        ),
        ("电子信息、智能视觉、软件和信息服务", ("电子信息、智能视觉", "软件和信息服务")),
        ("农、林、牧、渔业、纺织", ("农、林、牧、渔业", "纺织")),
        ("环保设备(除尘、脱硫)、袜业", ("环保设备(除尘、脱硫)", "袜业")),
        ("袜业/银行", ("袜业", "银行")),
        ("袜业 银行", ("袜业", "银行")),
        ("新材料 (化纤)、针织", ("新材料 (化纤)", "针织")),
    ],
)
def test_split_keeps_names_with_a_mark_inside(text: str, trades: tuple[str, ...]) -> None:
    assert INDUSTRIES.split(text) == trades


def test_trade_words_are_unique_and_their_codes_exist() -> None:
    with (Path(module.__file__).parent / "data" / "trade_words.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        rows = list(csv.DictReader(file))
    assert len({row["word"] for row in rows}) == len(rows) > 1000
    assert not [
        row for row in rows for code in row["codes"].split(";") if not INDUSTRIES.known(code)
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("大唐", "大唐街道"),
        ("大唐镇", "大唐街道"),
        ("诸暨市大唐街道开元东路12号", "大唐街道"),
        ("枫桥镇人民政府", "枫桥镇"),
        ("绍兴市越城区", "绍兴市越城区"),
        ("杭州", "杭州市"),
        ("宁波余姚", "余姚市"),
        ("浙江诸暨店口", "店口镇"),
        ("安华 镇", "安华镇"),
    ],
)
def test_match_finds_places_by_the_names_people_write(text: str, name: str) -> None:
    match = TOWNS.match(text)
    assert match is not None
    assert (match.town.name, match.certain) == (name, True)


@pytest.mark.parametrize("text", ["草塔镇", "市区", "浙江"])
def test_match_is_unsure_of_old_and_wide_names(text: str) -> None:
    match = TOWNS.match(text)
    assert match is not None
    assert not match.certain


def test_match_knows_every_town_of_zhuji_and_no_other() -> None:
    assert len(TOWNS.zhuji) == 23
    assert TOWNS.match("火星") is None
    assert TOWNS.match("") is None


def test_travel_minutes_follow_the_formula() -> None:
    place = {town.name: town for town in TOWNS.all}
    assert travel_minutes(place["店口镇"], place["岭北镇"]) == 133
    assert travel_minutes(place["大唐街道"], place["大唐街道"]) == 0
