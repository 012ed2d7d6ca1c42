"""单位名称: whether two written names mean one organisation.

In doubt yes: a conflict overlooked is worse than one looked into.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

# People without an employer are nobody's colleagues.
NO_EMPLOYER = ("", "无", "自由职业", "退休", "已退休", "个体", "待业")
_REGION = re.compile(r"^(中国|浙江省?|绍兴市?|诸暨市?|杭州市?)+")
_FORM = re.compile(
    r"(股份有限公司|有限责任公司|集团有限公司|有限公司|集团公司|集团|公司|总厂|厂)+$"
)
# What may follow a company's whole name when a part of it is meant.
_PART = re.compile(r"^(下属)?.*(分公司|分厂|研究院|研发中心|技术中心|部|车间|事业部|办事处|工会)$")
SHORTEST_CORE = 2
SHORTEST_PART = 3
NEAR = 0.74  # three of four characters agree


@lru_cache(maxsize=8192)
def key(name: str) -> str:
    """The name without spaces, brackets and width differences."""
    return re.sub(
        r"[\s()\[\]【】《》“”\"'·.,，。、-]", "", unicodedata.normalize("NFKC", name)
    ).casefold()


@lru_cache(maxsize=8192)
def core(name: str) -> str:
    """字号: the name without region and legal form, as people write it in short (诸暨大东袜业有限公
    司 -> 大东袜业).
    """
    plain = key(name)
    without_region = _REGION.sub("", plain)
    return _FORM.sub("", without_region) or without_region or plain


def has_employer(name: str) -> bool:
    return key(name) not in NO_EMPLOYER


@lru_cache(maxsize=65_536)
def same(written: str, official: str) -> bool:
    """Whether `written` (a full name, a short one, or a part of the company) means the organisation
    `official`.
    """
    one, other = key(written), key(official)
    if not one or not other:
        return False
    if one == other or (one.startswith(other) and _PART.match(one[len(other) :])):
        return True
    short, full = core(written), core(official)
    # Short names are compared whole: 大东 is not 大东方.
    return len(short) >= SHORTEST_CORE and short == full


def nearest(written: str, official: Iterable[str]) -> str | None:
    """The organisation that may be meant by a name that is nobody's exactly (一字之差, or a part of
    the name); a person decides.
    """
    short = core(written)
    best, best_score = None, NEAR
    for name in official:
        score = _likeness(short, core(name))
        if score > best_score:
            best, best_score = name, score
    return best


def _likeness(a: str, b: str) -> float:
    """0 to 1: by matching blocks, or nearly 1 when one whole name of three characters or more lies
    in the other.
    """
    if min(len(a), len(b)) >= SHORTEST_PART and (a in b or b in a):
        return 0.9
    if (
        a[:1] != b[:1] and a[1:2] != b[1:2]
    ):  # another brand in the same trade (丰盛针织, 盛和针织) is another firm
        return 0.0
    return SequenceMatcher(None, a, b, autojunk=False).ratio()


def names_in(text: str) -> tuple[str, ...]:
    """Several names in one field, e.g. group companies."""
    return tuple(part.strip() for part in re.split(r"[;；、,，\n]", text) if part.strip())
