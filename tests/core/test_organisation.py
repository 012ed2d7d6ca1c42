"""是不是同一单位: one question, three answers, whatever way a name is written."""

from __future__ import annotations

import itertools

import pytest

from expert_pool.core import organisation
from expert_pool.core.colleagues import Acquainted, colleagues
from expert_pool.core.organisation import Answer, Directory, compare

FIRM = "诸暨市大东袜业有限公司"
INVISIBLE = (
    "\u200b\u200c\u200d\u2060\u00ad\ufeff\u200e\u202a\u202e\u2066\u2069\ufe0f\U000e0101\u180e\u034f"
)

SAME = """
诸暨市大东袜业有限公司 | 诸暨大东袜业有限公司 | 浙江省诸暨市大东袜业有限公司
浙江诸暨大东袜业有限公司 | 诸暨市大东袜业有限责任公司 | 大东袜业有限公司 | 大东袜业
诸暨市大东袜业 | 大东袜业公司 | 诸暨市大唐街道大东袜业有限公司 | 大东袜业（诸暨）有限公司
诸暨市大东  袜业 有限公司 | 诸暨市大东袜业有限公司。 | 诸暨市大东袜业有限公司（退休）
诸暨市大东袜业有限公司(返聘) | 诸暨市大东袜业有限公司〔退休〕 | 诸暨市大东袜业有限公司【已退休】
诸暨市大东袜业有限公司[内退] | 诸暨市大东袜业有限公司退休返聘 | 诸暨市大东袜业有限公司（退休
诸暨市大东袜业有限公司-退休职工 | 诸暨市大东袜业有限公司（原副总工程师，已退休）
原诸暨市大东袜业有限公司 | 原大东袜业 | （原）诸暨市大东袜业有限公司
曾任职于诸暨市大东袜业有限公司 | 退休前在大东袜业 | 工作单位：诸暨市大东袜业有限公司
现任职于诸暨市大东袜业有限公司 | 从诸暨市大东袜业有限公司退休 | 返聘于诸暨市大东袜业有限公司
诸暨市大东袜业有限公司质管科 | 诸暨市大东袜业有限公司 总工办 | 诸暨市大东袜业有限公司，质管科
诸暨市大东袜业有限公司检测中心 | 诸暨市大东袜业有限公司技术中心 | 诸暨市大东袜业有限公司研究院
诸暨市大东袜业有限公司副总经理 | 诸暨市大东袜业有限公司总经理助理
诸暨市大东袜业有限公司董事长兼总经理 | 诸暨市大东袜业有限公司工会主席
诸暨市大东袜业有限公司质量部部长 | 诸暨市大东袜业有限公司首席质量官
诸暨市大东袜业有限公司办公室主任、高级工程师 | 诸暨市大东袜业有限公司杭州分公司
诸暨市大东袜业有限公司第二分厂 | 诸暨市袜业协会、诸暨市大东袜业有限公司
诸暨市大东袜业有限公司/浙江理工大学 | 浙江理工大学；大东袜业有限公司
浙江理工大学,诸暨市大东袜业有限公司 | 浙江理工大学 诸暨市大东袜业有限公司
诸暨市袜业协会和诸暨市大东袜业有限公司 | 诸暨市袜业协会（兼诸暨市大东袜业有限公司）
诸暨市袜业协会兼诸暨市大东袜业有限公司 | 大东袜业有限公司|浙江理工大学
诸暨市大东袜业有限公司（质管科、总工办） | 《诸暨市大东袜业有限公司》 | “诸暨市大东袜业有限公司”
"""
ASK = """
诸暨市大东袜业股份有限公司 | 诸暨市大东袜业集团有限公司 | 诸暨市大东袜业（集团）有限公司
大东袜业集团 | 大东集团 | 大东 | 诸暨大东 | 大东袜厂 | 诸暨市大东袜业厂 | 杭州大东袜业有限公司
浙江大东袜业有限公司 | 大东袜业科技有限公司 | 诸暨市大东袜业机械有限公司 | 大东袜业副总
大东袜业检测中心 | 大东袜业质管科 | 浙江理工大学教授兼大东袜业顾问
诸暨市袜业协会（大东袜业派驻） | 大東襪業有限公司 | 諸暨市大東襪業有限公司
诸暨市大冬袜业有限公司 | 诸暨市大东沫业有限公司 | 高级工程师，任职大东袜业质量部
高级工程师大东袜业
"""
DIFFERENT = """
诸暨市大西袜业有限公司 | 诸暨市小东袜业有限公司 | 诸暨大东方袜业有限公司 | 大东实业有限公司
诸暨市袜业协会 | 浙江理工大学 | 退休 | 无 |  | 、 | 质管科 | 诸暨市 | 有限公司
诸暨市盛丰袜业有限公司
"""


def each(lines: str) -> list[str]:
    return [part.strip() for line in lines.strip().splitlines() for part in line.split(" | ")]


@pytest.mark.parametrize("written", each(SAME))
def test_standing_department_place_and_company_do_not_make_another_firm(written: str) -> None:
    assert compare(written, FIRM) is compare(FIRM, written) is Answer.SAME


@pytest.mark.parametrize("written", each(ASK))
def test_what_may_be_the_firm_is_asked(written: str) -> None:
    assert compare(written, FIRM) is compare(FIRM, written) is Answer.ASK


@pytest.mark.parametrize("written", each(DIFFERENT))
def test_another_firm_is_another(written: str) -> None:
    assert compare(written, FIRM) is compare(FIRM, written) is Answer.DIFFERENT


@pytest.mark.parametrize("sign", INVISIBLE)
@pytest.mark.parametrize("written", [FIRM, "大东袜业", FIRM + "质管科"])
def test_a_sign_that_nobody_sees_changes_nothing(written: str, sign: str) -> None:
    strewn = sign + sign.join(written) + sign
    assert organisation.key(strewn) == organisation.key(written)
    assert compare(strewn, FIRM) is compare(written, FIRM)


def test_width_case_blanks_and_radicals_are_the_same_signs() -> None:
    assert compare("ＡＢＣ（诸暨）　检测有限公司", "abc(诸暨)检测有限公司") is Answer.SAME
    assert compare("⻢氏袜业有限公司", "马氏袜业有限公司") is Answer.SAME


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("诸暨市越通检测有限公司", "诸暨越通检测有限公司", Answer.SAME),
        ("诸暨市越通检测有限公司", "越通检测", Answer.SAME),
        ("诸暨市市场监督管理局", "诸暨市市场监督管理局质量科", Answer.SAME),
        ("市场监督管理局", "诸暨市市场监督管理局", Answer.SAME),
        ("诸暨市市场监督管理局", "绍兴市市场监督管理局", Answer.DIFFERENT),
        ("诸暨市人民医院", "诸暨市第二人民医院", Answer.DIFFERENT),
        ("浙江大学", "浙江工业大学", Answer.DIFFERENT),
        ("浙江大学", "浙江大学管理学院", Answer.ASK),
        ("诸暨市质检院", "诸暨市质检院检测中心", Answer.ASK),
        ("大唐街道", "诸暨市大唐街道办事处", Answer.SAME),
        ("大唐镇", "大唐街道人民政府", Answer.SAME),
        ("诸暨农商银行", "浙江诸暨农村商业银行股份有限公司", Answer.ASK),
        ("海亮集团", "海亮集团有限公司", Answer.SAME),
        ("海亮集团有限公司", "浙江海亮股份有限公司", Answer.ASK),
        ("单位1", "单位10", Answer.DIFFERENT),
        ("诸暨市第一中学", "诸暨市第十一中学", Answer.DIFFERENT),
        ("盛丰医院", "诸暨市盛丰医院集团有限公司", Answer.SAME),
        ("诸暨市丰盛医院有限公司", "诸暨市盛丰医院集团有限公司", Answer.DIFFERENT),
    ],
)
def test_of_two_organisations(one: str, other: str, answer: Answer) -> None:
    assert compare(one, other) is compare(other, one) is answer


def test_what_a_person_said_goes_before_the_names_however_they_are_typed() -> None:
    said = {
        organisation.pair("大东集团", FIRM): True,
        organisation.pair("杭州大东袜业", FIRM): False,
    }
    assert compare("大东 集团", FIRM, said) is compare(FIRM, "大东集团", said) is Answer.SAME
    assert compare("杭州大东袜业", "诸暨市大东袜业有限公司\u200b", said) is Answer.DIFFERENT
    # It holds for other ways to write the two, unless the text names a second employer.
    assert compare("大东集团质管科", "大东袜业", said) is Answer.SAME
    assert compare("杭州大东袜业有限公司（退休）", FIRM, said) is Answer.DIFFERENT
    assert compare(
        "杭州大东袜业、大东集团", FIRM, {organisation.pair("杭州大东袜业", FIRM): False}
    ) is (Answer.ASK)
    assert compare("宁波大东袜业", FIRM, said) is Answer.ASK  # nobody has said of this one


def test_a_directory_finds_what_comparing_with_every_name_finds() -> None:
    names = [*each(SAME), *each(ASK), *each(DIFFERENT), "诸暨农商银行", "浙江诸暨农村商业银行"]
    # A town is known by its official name, whatever was written; two characters stand in a name.
    names += ["诸暨市大唐镇人民政府", "大唐街道办事处", "诸暨大唐镇质管科", "诸暨大东广场", "A东院"]
    found = Directory(names)
    for written in names:
        wanted = {
            name: answer
            for name in found.names
            if (answer := compare(written, name)) is not Answer.DIFFERENT
        }
        assert found.meant(written) == wanted


def test_of_many_names_much_alike_each_is_compared_with_a_few_only() -> None:
    """800 names that share two characters with 19 others and the first with 79: none is compared
    but with what it is, may be, or sounds like.
    """
    words, trades = ("恒", "瑞", "丰", "嘉", "盛", "和", "华", "达", "宏", "越"), ("针纺", "银行")
    ends = ("有限公司", "股份有限公司", "厂", "")
    names = [f"诸暨{a}{b}{c}{end}" for a in words for b in words for c in trades for end in ends]
    asked = []
    compare_ = organisation.compare
    directory = Directory(names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(organisation, "compare", lambda *told: asked.append(told) or compare_(*told))
        found = {name: directory.meant(name) for name in names[::16]}
    assert len(asked) <= 6 * len(found)
    for written, near in found.items():
        assert near == {
            name: answer
            for name in names
            if (answer := compare(written, name)) is not Answer.DIFFERENT
        }


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("诸暨市盛蜂医院集团有限公司", "诸暨市盛丰医院集团有限公司"),
        ("诸暨市嘉海珠宝饰品有限公司", "诸暨市嘉海珍珠饰品有限公司"),
        ("诸暨市丰盛针织集团有限公司", None),
        ("诸暨市盛和针织集团有限公司", "诸暨市盛和针织集团有限公司"),
        ("某某公司", None),
    ],
)
def test_a_slip_of_the_pen_is_asked_about_unless_the_name_is_somebody_s(
    written: str, near: str | None
) -> None:
    firms = (
        "诸暨市盛丰医院集团有限公司",
        "诸暨市盛和针织集团有限公司",
        "诸暨市嘉海珍珠饰品有限公司",
    )
    assert list(Directory(firms, slips=True).meant(written)) == ([near] if near else [])


def test_colleagues_have_one_employer_however_it_is_spelt() -> None:
    found = colleagues(
        {
            "a": "诸暨市越通检测有限公司",
            "b": "诸暨越通检测有限公司",
            "c": "越通检测",
            "d": "诸暨市越通检测有限公司（退休）",
            "e": "诸暨市袜业协会、越通检测",
            "f": "杭州越通检测有限公司",
            "g": "退休",
            "h": "退休",
            "i": "诸暨市袜业协会",
        }
    )
    # 越通检测 may be either firm's short name: in doubt they are kept apart.
    assert len({found.employer[uid] for uid in "abcdf"}) == 1
    assert len({found.employer[uid] for uid in "eghi"}) == 4
    assert found.pairs == frozenset({*itertools.product("abcd", "e"), ("e", "f"), ("e", "i")})


def test_employers_that_may_be_one_keep_two_people_apart_until_somebody_says() -> None:
    employers = {
        "a": "诸暨市越通检测有限公司",
        "b": "诸暨越通检测股份有限公司",
        "c": "绍兴市质检院",
    }
    found = colleagues(employers)
    assert (found.pairs, len(set(found.employer.values()))) == ({("a", "b")}, 3)
    assert [doubt.experts for doubt in found.doubts] == [("a", "b")]
    key = organisation.pair(employers["a"], employers["b"])
    assert colleagues(employers, {key: False}).pairs == frozenset()
    said = colleagues(employers, {key: True})
    assert (said.pairs, len(set(said.employer.values()))) == (frozenset(), 2)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("诸暨市第一研究院", "诸暨市第二研究院"),
        ("诸暨市第2研究院", "诸暨市第3研究院"),
        ("诸暨市第一中学", "诸暨市第二中学"),
    ],
)
def test_numbered_houses_are_houses_of_their_own(one: str, other: str) -> None:
    assert organisation.compare(one, other) is Answer.DIFFERENT
    assert organisation.compare(one, one) is Answer.SAME


def test_a_new_employer_is_compared_alone_and_found_like_all_together() -> None:
    """Of thousands; a name answered for meanwhile counts, and one that is gone says nothing."""
    texts = [f"诸暨{a}{b}{c}有限公司" for a in "恒瑞丰" for b in "嘉盛和" for c in ("针纺", "弹簧")]
    texts += ["诸暨恒嘉针纺公司", "诸暨横嘉针纺有限公司", "恒嘉针纺"]
    known = Acquainted()
    everybody = {f"e{number}": text for number, text in enumerate(texts)}
    assert colleagues(everybody, known=known) == colleagues(everybody)
    asked: list[str] = []
    compare = organisation.compare
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            organisation, "compare", lambda *told: asked.append(told[0]) or compare(*told)
        )
        more = {**everybody, "new": "诸暨瑞和弹簧厂"}
        found = colleagues(more, known=known)
    assert set(asked) == {"诸暨瑞和弹簧厂"} and found == colleagues(more)
    fewer = dict(list(everybody.items())[4:])
    said = {organisation.pair("诸暨横嘉针纺有限公司", "恒嘉针纺"): False}
    assert colleagues(fewer, said, known) == colleagues(fewer, said)
