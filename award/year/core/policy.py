"""年度规则: what one award year asks of groups and visits, as data that staff may edit (JSON in the
year's record).

Numbers of the regulation (办法第十条) are the floor; the rest are this office's customs and may be
changed each year.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from award.year.core.regulation import Regulation, newest
from expert_pool.facts.refusal import Refusal

REGIMES = {"standing": "固定编组（一组评多家）", "panel": "逐家编组"}
LEVELS = {"section": "门类", "division": "大类", "group": "中类", "none": "不要求"}
EMPLOYERS = {"forbid": "同组不得同单位", "allow": "不限制"}

LONGEST_WINDOW = 184  # days; a plan over half a year is a slip of the pen
# Weights of the goals as in the regional problem files: an unmatched specialist costs as much as
# two members too many.
DEFAULT_WEIGHTS: Mapping[str, int] = {
    "specialist": 100,
    "workload": 2,
    "peak": 0,
    "route": 1,
    "commute": 0,
    "span": 2,
    "leadership": 10,
    "extra": 50,
    "discouraged": 30,
    "changes": 20,
    "affinity": 0,
    "fairness": 0,
}


USUAL_SPARE = 2  # members beyond the least a group must have


def _usual_size(regulation: Regulation) -> tuple[int, int]:
    return regulation.min_group_size, regulation.min_group_size + USUAL_SPARE


@dataclass(frozen=True)
class YearPolicy:
    """评审年度的编组规则. `None` sets no limit, but `groups` None means: derived from the number of
    applicants.
    """

    regime: str = "standing"
    group_size: tuple[int, int] = field(default_factory=lambda: _usual_size(newest()))
    groups: tuple[int, int] | None = None
    group_effort: tuple[int, int] | None = None
    max_parallel_visits: int | None = None
    industry_level: str = "division"
    quality_required: bool = True
    leader_required: bool = True
    same_employer: str = "forbid"
    same_day_travel_minutes: int = 60
    # Half-days of a visit by number of employees: (up to, half-days), then for any more, then when
    # nobody knows.
    visit_table: tuple[tuple[int, int], ...] = ((100, 1), (300, 2), (1000, 3))
    visit_largest: int = 4
    visit_unknown: int = 2
    desk_effort: int = 0  # half-days of desk work added to each case
    max_effort: int = 16  # half-days one expert may be asked for in a year
    max_groups: int = 1
    carried_years: int = 2  # service of this many years before counts as carried
    declaration_required: bool = True
    appointment_required: bool = True
    soft_costs: Mapping[str, int] = field(
        default_factory=lambda: {"PRIOR_REVIEW": 2, "SUPPLIER_CUSTOMER": 3}
    )
    soft_cost: int = 2  # of a soft kind not named above
    answer_days: int = 3  # within which a duty is to be accepted or declined
    disclose_from: date | None = (
        None  # before this day nobody learns whom she reviews; None: as soon as she has accepted
    )

    def visit_half_days(self, employees: int | None) -> int:
        """现场评审时长 from the number of employees."""
        if employees is None:
            return self.visit_unknown
        return next(
            (length for up_to, length in self.visit_table if employees <= up_to), self.visit_largest
        )

    def group_range(self, cases: int) -> tuple[int, int] | None:
        """How many groups: as set, else around one for every four applicants; None where each case
        has its own.
        """
        if self.groups is not None or self.regime == "panel" or cases == 0:
            return self.groups
        middle = max(1, round(cases / 4))
        return max(1, middle - 1), middle + 1


_WHOLE = {
    "same_day_travel_minutes": (0, 600, "同一天两家之间的路程上限（分钟）"),
    "visit_largest": (0, 20, "最大企业的现场半天数"),
    "visit_unknown": (0, 20, "人数不明时的现场半天数"),
    "desk_effort": (0, 20, "每家的案头半天数"),
    "max_effort": (1, 400, "每人每年半天数上限"),
    "max_groups": (1, 100, "每人最多参加的组数"),
    "carried_years": (0, 10, "计入往年工作量的年数"),
    "soft_cost": (0, 1000, "一般软性回避的代价"),
    "answer_days": (1, 60, "答复任务的期限（天）"),
}
_CHOICE = {
    "regime": (REGIMES, "编组方式"),
    "industry_level": (LEVELS, "行业对口级别"),
    "same_employer": (EMPLOYERS, "同单位"),
}
_FLAG = {
    "quality_required": "每组须有质量管理专家",
    "leader_required": "每组须有组长",
    "declaration_required": "须签署年度申报",
    "appointment_required": "须在聘期内",
}
_SPAN = {
    "group_size": (1, 20, "每组人数"),
    "groups": (1, 1000, "组数"),
    "group_effort": (0, 400, "每组工作量"),
}


def policy_json(policy: YearPolicy) -> str:
    values = {item.name: getattr(policy, item.name) for item in fields(policy)}
    values["soft_costs"] = dict(policy.soft_costs)
    values["disclose_from"] = policy.disclose_from.isoformat() if policy.disclose_from else None
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def parse_policy(text: str) -> YearPolicy:
    """From JSON; what is left out has its default.

    Refuses "bad-policy" with the setting's Chinese name.
    """
    values = json.loads(text)
    if not isinstance(values, dict):
        raise _bad("", "年度规则应是一个对象")
    known = {item.name for item in fields(YearPolicy)}
    for name in values:
        if name not in known:
            raise _bad(name, f"没有名为 {name} 的设置")
    return YearPolicy(**{name: _read(name, value) for name, value in values.items()})


def demand_group_size(policy: YearPolicy, regulation: Regulation) -> None:
    """每组人数（办法第十条）: refuses "bad-policy" below what the regulation asks for."""
    least = regulation.min_group_size
    if policy.group_size[0] < least:
        raise _bad("group_size", f"每组人数的最少不能小于 {least}（一般 {least} 名以上）")


def parse_weights(text: str) -> dict[str, int]:
    values = json.loads(text)
    if not isinstance(values, dict):
        raise _bad("weights", "目标权重应是一个对象")
    for name, value in values.items():
        if name not in DEFAULT_WEIGHTS:
            raise _bad("weights", f"没有名为 {name} 的目标")
        _whole("weights", value, 0, 1_000_000, f"目标 {name} 的权重")
    return dict(values)


def _read(name: str, value: Any) -> Any:
    if name in _WHOLE:
        return _whole(name, value, *_WHOLE[name])
    if name in _CHOICE:
        choices, title = _CHOICE[name]
        if value not in choices:
            raise _bad(name, f"{title}应是{'、'.join(choices.values())}之一")
        return value
    if name in _FLAG:
        if not isinstance(value, bool):
            raise _bad(name, f"{_FLAG[name]}应是“是”或“否”")
        return value
    return _span(name, value) if name in _SPAN else _OWN[name](name, value)


def _visits_at_once(name: str, value: Any) -> int | None:
    return None if value is None else _whole(name, value, 1, 1000, "同时进行的现场评审数上限")


def _costs(name: str, value: Any) -> dict[str, int]:
    if not isinstance(value, dict):
        raise _bad(name, "软性回避的代价应是一个对象")
    return {
        str(kind): _whole(name, cost, 0, 1000, f"{kind} 的代价") for kind, cost in value.items()
    }


def _whole(name: str, value: Any, low: int, high: int, title: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise _bad(name, f"{title}应是 {low} 到 {high} 之间的整数")
    return value


def _span(name: str, value: Any) -> tuple[int, int] | None:
    low, high, title = _SPAN[name]
    if value is None and name != "group_size":
        return None
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise _bad(name, f"{title}应写最少和最多两个数")
    first, last = (_whole(name, item, low, high, title) for item in value)
    if first > last:
        raise _bad(name, f"{title}的最少不能大于最多")
    return first, last


def _day(name: str, value: Any) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _bad(name, "组织名称公布日应是 2026-09-01 这样的日期") from None


def _table(name: str, value: Any) -> tuple[tuple[int, int], ...]:
    title = "人数与现场半天数对照"
    if not isinstance(value, list | tuple) or not all(
        isinstance(row, list | tuple) and len(row) == 2 for row in value
    ):
        raise _bad("visit_table", f"{title}每行应写人数上限和半天数")
    rows = tuple(
        (
            _whole("visit_table", up_to, 1, 10_000_000, title),
            _whole("visit_table", length, 0, 20, title),
        )
        for up_to, length in value
    )
    if list(rows) != sorted(set(rows)):
        raise _bad("visit_table", f"{title}应按人数从小到大排列")
    return rows


_OWN: Mapping[str, Callable[[str, Any], Any]] = {
    "max_parallel_visits": _visits_at_once,
    "disclose_from": _day,
    "soft_costs": _costs,
    "visit_table": _table,
}


def _bad(field_name: str, sentence: str) -> Refusal:
    return Refusal("bad-policy", sentence + "。", "办法第十条", field=field_name)
