"""For all tests: passwords are hashed by the real algorithm at its least cost."""

from __future__ import annotations

from expert_pool import passwords

# Before anything is hashed.
THE_PROGRAMS_COST = dict(passwords.COST)
passwords.COST.update(time_cost=1, memory_cost=8, parallelism=1)
