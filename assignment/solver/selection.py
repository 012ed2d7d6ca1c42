"""邻域选择: which neighbourhood next and how large, learnt while running.

Roulette by recent gain per second (Ropke & Pisinger 2006, adaptive large neighbourhood search); the
size follows the sub-solver: proved best quickly -> larger, out of budget -> smaller (measured in
the prototype: the budget must fit the neighbourhood).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assignment.solver.chance import Random
from assignment.solver.neighbourhoods import Neighbourhood

# How fast old results fade, and the share every neighbourhood keeps.
MEMORY, FLOOR = 0.9, 0.15


@dataclass
class Record:
    size: int
    merit: float = 1.0
    easy: int = 0


class Selection:
    """Merits and sizes of the neighbourhoods of one solve."""

    def __init__(self, choices: Sequence[Neighbourhood]) -> None:
        self.choices = choices
        self.records = {choice.name: Record(choice.smallest) for choice in choices}

    def choose(self, random: Random) -> tuple[Neighbourhood, int]:
        top = max(record.merit for record in self.records.values())
        weights = [
            FLOOR + self.records[choice.name].merit / top if top > 0 else 1.0
            for choice in self.choices
        ]
        choice = random.choices(self.choices, weights)[0]
        return choice, self.records[choice.name].size

    def learn(
        self, choice: Neighbourhood, size: int, gain: float, work: float, optimal: bool, hard: bool
    ) -> None:
        """`gain` in price units, `work` in the budget's units; `optimal`: proved best well inside
        the budget.
        """
        record = self.records[choice.name]
        record.merit = MEMORY * record.merit + (1 - MEMORY) * gain / max(work, 1e-3)
        if size != record.size:
            return
        if optimal:
            record.easy += 1
            if record.easy >= 3 and gain <= 0:
                record.size, record.easy = min(size + 1, choice.largest), 0
        elif hard and gain <= 0:
            record.size, record.easy = max(size - 1, choice.smallest), 0
