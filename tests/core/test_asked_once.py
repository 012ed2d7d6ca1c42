"""One question, however its names are written: as comparing each with each finds it, but not by
comparing each with each (20,000 people have thousands of employers that look alike).
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from expert_pool.core import organisation
from expert_pool.core.recusal import Doubt, asked_once

NAMES = (
    "大东袜业",
    "诸暨市大东袜业有限公司",
    "诸暨大东袜业有限责任公司",
    "大东集团",
    "绍兴市人民医院",
    "绍兴市人民医院（质管科）",
    "浙江大学",
    "浙江大学管理学院",
    "珍珠厂",
)


def by_each(found: list[Doubt]) -> tuple[Doubt, ...]:
    kept: list[Doubt] = []
    for doubt in found:
        for place, other in enumerate(kept):
            ways = ((other.written, other.official), (other.official, other.written))
            if any(
                organisation.same(doubt.written, one) and organisation.same(doubt.official, two)
                for one, two in ways
            ):
                experts = tuple(dict.fromkeys((*other.experts, *doubt.experts)))
                kept[place] = replace(other, experts=experts)
                break
        else:
            kept.append(doubt)
    return tuple(kept)


def test_the_same_as_comparing_each_with_each() -> None:
    random = Random(1)
    merged = 0
    for _ in range(60):
        doubts = [
            Doubt(random.choice(NAMES), random.choice(NAMES), (f"e-{random.randint(1, 5)}",))
            for _ in range(random.randint(0, 12))
        ]
        expected = by_each(doubts)
        assert asked_once(doubts) == expected
        merged += len(doubts) - len(expected)
    assert merged > 50
