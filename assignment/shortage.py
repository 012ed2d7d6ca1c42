"""缺口（Hall 条件）: which needs the helpers at hand cannot meet, found by a maximum flow and its
minimum cut.

A count per need says nothing when one person can fill several needs. By Hall's theorem, in the form
for capacities (Gale 1957), every need can be met exactly when no set of needs asks for more than
all its helpers together can give; the minimum cut names such a set.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Deficit:
    """一处缺口: these needs together want `wanted` units, and all their helpers can give
    `served`.
    """

    needs: tuple[str, ...]
    wanted: int
    served: int
    helpers: tuple[str, ...]

    @property
    def missing(self) -> int:
        return self.wanted - self.served


def deficits(
    needs: Mapping[str, int], capacity: Mapping[str, int], serves: Mapping[str, Mapping[str, int]]
) -> tuple[Deficit, ...]:
    """The smallest sets of needs that want more than they can get, largest deficit first; empty:
    everything can be met at once.

    `serves[need][helper]` is how many units of the need the helper may give; `capacity[helper]` how
    many in all. Sets that share no helper are told apart, so that each deficit is one thing to do.
    """
    flow = _Network(needs, *_alike(capacity, serves))
    flow.run()
    short = flow.cut()
    found = []
    for part in _parts(short, serves):
        wanted = sum(needs[need] for need in part)
        served = sum(flow.sent(need) for need in part)
        helpers = sorted(
            {
                helper
                for need in part
                for helper, units in serves.get(need, {}).items()
                if units and capacity.get(helper)
            }
        )
        found.append(Deficit(tuple(sorted(part)), wanted, served, tuple(helpers)))
    return tuple(sorted(found, key=lambda one: (-one.missing, one.needs)))


def _alike(
    capacity: Mapping[str, int], serves: Mapping[str, Mapping[str, int]]
) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """Helpers who can give the same to the same needs as one who gives for them all: what she gives
    can be shared out among them evenly, so that the flow is as large and the cut the same. Of
    twenty thousand people a few hundred kinds are left.
    """
    gives: dict[str, list[tuple[str, int]]] = {}
    for need, helpers in serves.items():
        for helper, units in helpers.items():
            gives.setdefault(helper, []).append((need, units))
    kinds: dict[tuple[object, ...], list[str]] = {}
    for helper, given in gives.items():
        kinds.setdefault((capacity[helper], *given), []).append(helper)
    many = {members[0]: len(members) for members in kinds.values()}
    return (
        {helper: capacity[helper] * number for helper, number in many.items()},
        {
            need: {
                helper: units * many[helper] for helper, units in helpers.items() if helper in many
            }
            for need, helpers in serves.items()
        },
    )


def _parts(needs: set[str], serves: Mapping[str, Mapping[str, int]]) -> list[set[str]]:
    """The needs, put together where a helper serves both."""
    parts: list[tuple[set[str], set[str]]] = []
    for need in sorted(needs):
        mine = ({need}, {helper for helper, units in serves.get(need, {}).items() if units})
        apart = []
        for part in parts:
            if part[1] & mine[1]:
                mine = (mine[0] | part[0], mine[1] | part[1])
            else:
                apart.append(part)
        parts = [*apart, mine]
    return [part[0] for part in parts]


class _Network:
    """Source, needs, helpers, sink.

    Dinic's algorithm (1970): shortest paths by levels, then a blocking flow along them.
    """

    def __init__(
        self,
        needs: Mapping[str, int],
        capacity: Mapping[str, int],
        serves: Mapping[str, Mapping[str, int]],
    ) -> None:
        self.need = {name: position for position, name in enumerate(needs, 2)}
        helper = {name: position for position, name in enumerate(capacity, 2 + len(needs))}
        self.ends: list[int] = []
        self.room: list[int] = []
        self.out: list[list[int]] = [[] for _ in range(2 + len(needs) + len(capacity))]
        self.first: dict[str, int] = {}
        for name, units in needs.items():
            self.first[name] = self._edge(0, self.need[name], units)
            for other, most in serves.get(name, {}).items():
                self._edge(self.need[name], helper[other], most)
        for name, units in capacity.items():
            self._edge(helper[name], 1, units)

    def _edge(self, start: int, end: int, room: int) -> int:
        number = len(self.ends)
        self.ends += [end, start]
        self.room += [room, 0]
        self.out[start].append(number)
        self.out[end].append(number + 1)
        return number

    def run(self) -> None:
        while (level := self._levels())[1] >= 0:
            tried = [0] * len(self.out)
            while self._push(level, tried):
                pass

    def _levels(self) -> list[int]:
        """The distance of every place from the source through edges with room; -1 where there is no
        way.
        """
        level = [-1] * len(self.out)
        level[0] = 0
        queue = deque([0])
        while queue:
            place = queue.popleft()
            for edge in self.out[place]:
                if self.room[edge] and level[self.ends[edge]] < 0:
                    level[self.ends[edge]] = level[place] + 1
                    queue.append(self.ends[edge])
        return level

    def _push(self, level: list[int], tried: list[int]) -> bool:
        """Send what fits along one shortest path; without recursion, for paths may be long."""
        path: list[int] = []
        place = 0
        while place != 1:
            while tried[place] < len(self.out[place]):
                edge = self.out[place][tried[place]]
                if self.room[edge] and level[self.ends[edge]] == level[place] + 1:
                    break
                tried[place] += 1
            else:
                if not path:
                    return False
                place = self.ends[path.pop() ^ 1]
                tried[place] += 1
                continue
            path.append(edge)
            place = self.ends[edge]
        units = min(self.room[edge] for edge in path)
        for edge in path:
            self.room[edge] -= units
            self.room[edge ^ 1] += units
        return True

    def sent(self, need: str) -> int:
        return self.room[self.first[need] ^ 1]

    def cut(self) -> set[str]:
        """The needs that can still be reached from the source: they and their helpers are the
        bottleneck.
        """
        level = self._levels()
        return {name for name, place in self.need.items() if level[place] >= 0}
