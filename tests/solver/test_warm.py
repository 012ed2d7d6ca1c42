"""Compiling beside a search: it may outlive the search, not the service that it was begun for."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from assignment.solver.kernel import warm


def test_compiling_ends_with_the_service_it_was_begun_for() -> None:
    service = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    compiling = os.fork()
    if compiling == 0:  # as `python -m assignment.solver.kernel.warm` begins
        warm.end_with(service.pid)
        time.sleep(600)
        os._exit(0)
    assert os.waitpid(compiling, os.WNOHANG) == (0, 0)
    service.kill()
    service.wait()
    assert os.waitstatus_to_exitcode(os.waitpid(compiling, 0)[1]) == 1


def test_it_does_not_begin_for_a_service_that_has_ended() -> None:
    service = subprocess.Popen([sys.executable, "-c", ""])
    service.wait()
    compiling = os.fork()
    if compiling == 0:
        warm.end_with(service.pid)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(compiling, 0)[1]) == 1
