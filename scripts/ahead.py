"""预先装载: begin to load the solver while the command still reads its file and its own modules."""

from __future__ import annotations

import multiprocessing
import multiprocessing.forkserver as forkserver
from multiprocessing.context import ForkServerContext


def prepare() -> ForkServerContext:
    """The context whose processes are forked from one that has loaded the solver: the first one
    starts when that is done, the next ones at once.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", "assignment.solver.ready"])
    forkserver.ensure_running()
    return context
