"""Plots: well-formed, inside their frame, and every figure also in words."""

from __future__ import annotations

from xml.etree import ElementTree

from api.kit.plots import NAME_WIDTH, WIDTH, Row, bars, steps

SVG = "{http://www.w3.org/2000/svg}"


def drawn(text: str) -> ElementTree.Element:
    named = text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return ElementTree.fromstring(named)


def test_bars_have_lengths_in_proportion_and_figures_in_words() -> None:
    plot = bars("供需", ("需要", "可用"), (Row("袜业", (4, 2)), Row("<铜>", (0, 1))), " 人")
    assert plot is not None
    assert plot.words == "供需：袜业 需要4 人、可用2 人；<铜> 需要0 人、可用1 人"
    whole = drawn(str(plot.drawing))
    assert whole.get("aria-label") == plot.words
    widths = [float(one.get("width", "0")) for one in whole.iter(f"{SVG}rect")]
    assert widths[0] == 2 * widths[1] > 0
    assert widths[2] == 0
    for one in whole.iter(f"{SVG}rect"):
        assert 0 <= float(one.get("x", "0")) <= WIDTH
        assert float(one.get("x", "0")) + float(one.get("width", "0")) <= WIDTH


def test_deviations_go_to_both_sides_of_the_axis() -> None:
    plot = bars("宽严", ("偏差",), (Row("赵", (-3.0,)), Row("钱", (1.5,))), " 分")
    assert plot is not None
    left, right = drawn(str(plot.drawing)).iter(f"{SVG}rect")
    axis = next(drawn(str(plot.drawing)).iter(f"{SVG}line"))
    zero = float(axis.get("x1", "0"))
    assert abs(float(left.get("x", "0")) + float(left.get("width", "0")) - zero) < 0.2
    assert abs(float(right.get("x", "0")) - zero) < 0.2
    assert plot.words == "宽严：赵 偏差-3 分；钱 偏差1.5 分"


def test_a_gap_over_time_steps_down_and_says_its_figures() -> None:
    plot = steps("离最优", ((1.0, 40.0), (3.0, 10.0), (10.0, 2.5)))
    assert plot is not None
    assert plot.words == "离最优：1 秒 40%，3 秒 10%，10 秒 2.5%"
    path = next(drawn(str(plot.drawing)).iter(f"{SVG}path"))
    assert path.get("d", "").count("V") == 2


def test_nothing_to_draw_draws_nothing() -> None:
    assert bars("空", ("一",), ()) is None
    assert steps("空", ((0.0, 5.0),)) is None


def test_no_figure_leaves_the_frame_or_runs_over_a_name() -> None:
    hostile = (
        (Row("袜业", (1_234_567, 2_345_678)), Row("铜", (12, 0))),
        (Row("赵", (-1_234.5,)), Row("欧阳修远大名字很长", (3_000,))),
        (Row("赵", (-3.0,)), Row("钱", (-12.25,))),
        (Row("2026 年", (0, 0)),),
        tuple(Row(f"第{n}评审组", (n - 15.5,)) for n in range(30)),
    )
    for rows in hostile:
        plot = bars("图", ("一", "二")[: len(rows[0].values)], rows)
        assert plot is not None
        names = {row.name[:7] for row in rows}
        for text in drawn(str(plot.drawing)).iter(f"{SVG}text"):
            assert text.text is not None
            if text.text[:7] not in names:
                at, long = float(text.get("x", "0")), 4.6 * len(text.text)
                left = at - long if text.get("text-anchor") == "end" else at
                assert NAME_WIDTH - 6 <= left <= left + long <= WIDTH, (rows[0], text.text)


def test_a_figure_that_rounds_to_nothing_has_no_sign_and_stands_apart_from_a_year() -> None:
    plot = bars("宽严", ("2026",), (Row("赵", (-0.04,)),), " 分")
    assert plot is not None
    assert plot.words == "宽严：赵 2026 0 分"
