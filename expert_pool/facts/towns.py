"""镇乡街道与外地: where people and organisations are, found by the many names people write, and the
travel time between two places.

Points: `data/zhuji_towns.csv` (GeoNames, CC BY) and `data/outside_places.csv`; the column
`precision` says how much to trust a point (seat, village, predecessor, estimate; city for places
outside). Codes are those of the administrative division.
"""

from __future__ import annotations

import csv
import math
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
ROAD_FACTOR = (
    1.35  # road over straight line (domain.md 3.2, to be corrected by the office's own matrix)
)
SPEED_KM_H = 40.0
DOOR_MINUTES = 10
EARTH_KM = 6371.0
HOME = "330681"
CENTRE = "330681001"
# Abolished towns people still write, and the town that took them over. From memory, hence never
# certain.
FORMER = {
    "城关": "330681001",
    "草塔": "330681005",
    "王家井": "330681004",
    "街亭": "330681004",
    "阮市": "330681104",
    "江藻": "330681106",
    "直埠": "330681106",
    "湄池": "330681104",
    "陈蔡": "330681124",
    "斯宅": "330681124",
    "三都": "330681002",
}


@dataclass(frozen=True)
class Town:
    """一个地点. `precision` tells staff how much to trust the point."""

    code: str
    name: str
    lat: float
    lon: float
    precision: str

    @property
    def in_zhuji(self) -> bool:
        return self.code.startswith(HOME)


@dataclass(frozen=True)
class TownMatch:
    """What was found; `certain` is False when a person should look."""

    town: Town
    certain: bool
    why: str = ""


class Towns:
    def __init__(self, towns: tuple[Town, ...]) -> None:
        self.all = towns
        self._by_code = {town.code: town for town in towns}
        self._names: dict[str, TownMatch] = {}
        for town in towns:
            city = self._by_code.get(town.code[:4] + "00")
            for name in _names(town, city.name if city and city is not town else ""):
                wide = town.precision == "province"
                self._names.setdefault(name, TownMatch(town, not wide, "只写到省" if wide else ""))
        for name, code in FORMER.items():
            if code in self._by_code:
                town = self._by_code[code]
                self._names.setdefault(
                    name, TownMatch(town, False, f"“{name}”是旧地名，现在可能属{town.name}")
                )

    @classmethod
    @lru_cache(maxsize=1)
    def load(cls) -> Towns:
        towns: list[Town] = []
        for name in ("zhuji_towns.csv", "outside_places.csv"):
            with (DATA / name).open(encoding="utf-8", newline="") as file:
                towns += [
                    Town(
                        r["code"],
                        r["name"],
                        float(r["lat_wgs84"]),
                        float(r["lon_wgs84"]),
                        r["precision"],
                    )
                    for r in csv.DictReader(file)
                ]
        return cls(tuple(towns))

    def get(self, code: str) -> Town | None:
        return self._by_code.get(code)

    @property
    def zhuji(self) -> tuple[Town, ...]:
        """The 23 towns, without the city itself."""
        return tuple(town for town in self.all if town.in_zhuji and town.code != HOME)

    def find(self, text: str) -> Town | None:
        match = self.match(text)
        return match.town if match else None

    def match(self, text: str) -> TownMatch | None:
        """The place a text names: exactly, without its ending (大唐 = 大唐镇 = 大唐街道), or inside
        an address.
        """
        plain = _plain(text)
        if not plain:
            return None
        for candidate in (plain, _without_region(plain)):
            for name in (candidate, _stem(candidate)):
                if name in self._names:
                    return self._names[name]
        if plain in ("市区", "城区", "市本级", "本市", "本地", "市内"):
            return TownMatch(self._by_code[HOME], False, f"“{text.strip()}”没有写明镇街")
        return self._inside(_without_region(plain)) or self._inside(plain)

    def _inside(self, plain: str) -> TownMatch | None:
        """A town named inside an address; with its full name it is certain, by the bare stem it is
        a guess.
        """
        full = [
            m
            for name, m in self._names.items()
            if name.endswith(("街道", "镇", "乡", "市", "区", "县")) and name in plain
        ]
        if full:
            best = max(
                full,
                key=lambda m: (
                    m.town.in_zhuji and m.town.code != HOME,
                    m.town.in_zhuji,
                    len(m.town.name),
                ),
            )
            return TownMatch(best.town, best.certain, best.why)
        stems = [
            (name, m)
            for name, m in self._names.items()
            if plain.startswith(name) and len(name) >= 2
        ]
        if stems:
            name, match = max(stems, key=lambda item: len(item[0]))
            return TownMatch(match.town, False, f"按开头的“{name}”认作{match.town.name}")
        return None


def travel_minutes(a: Town, b: Town) -> int:
    """Minutes by car: straight line x 1.35 at 40 km/h, plus 10 minutes from door to door; 0 within
    one place.
    """
    if a.code == b.code:
        return 0
    return round(_km(a, b) * ROAD_FACTOR / SPEED_KM_H * 60 + DOOR_MINUTES)


def _km(a: Town, b: Town) -> float:
    lat1, lat2 = math.radians(a.lat), math.radians(b.lat)
    h = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(math.sqrt(h))


def _plain(text: str) -> str:
    return re.sub(r"[\s·,，。、()（）]", "", unicodedata.normalize("NFKC", text))


def _without_region(plain: str) -> str:
    """浙江省绍兴市诸暨市大唐街道 -> 大唐街道; a name that is only a region stays."""
    return re.sub(r"^(中国)?(浙江省?)?(绍兴市?)?(诸暨市?)?(?=.)", "", plain)


def _stem(plain: str) -> str:
    """大唐镇人民政府 -> 大唐."""
    without_office = re.sub(r"(人民政府|办事处|政府)$", "", plain)
    return re.sub(r"(街道|镇|乡|市|区|县|省)$", "", without_office) or without_office


def _names(town: Town, city: str) -> list[str]:
    """Full name and stem; for a place inside another city also with and without that city's name
    (余姚, 余姚市, 宁波余姚, 宁波市余姚市).
    """
    own = town.name.removeprefix(city)
    short = _stem(own) if len(own) > 2 else own
    names = [town.name, own, short]
    if city and not town.in_zhuji:
        names += [city + own, _stem(city) + own, _stem(city) + short]
    return [name for name in names if len(name) >= 2]
