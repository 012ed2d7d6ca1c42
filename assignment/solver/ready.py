"""备好: importing this loads what a solve needs for its first plan, the compiled search with it.

A process forked from one that has imported it starts at once; see `scripts.child` and
`award.groups.runner`. It starts no thread, so that forking is safe.
"""

from __future__ import annotations

import assignment.solver.solve  # noqa: F401 - to be there
from assignment.solver.kernel import warm

if warm.is_warm():
    warm.load()
