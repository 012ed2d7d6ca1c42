"""网页进程装载什么: what a web worker never needs before somebody asks for it is not in its
memory.
"""

from __future__ import annotations

import subprocess
import sys

# Solver, tables, PDF, names by sound: 9 to 150 MB each; every country's feasts, upgrades (with the
# colours of forty languages of programs), workbooks and calendar files: 23 MB together.
HEAVY = ("numba", "numpy", "openpyxl", "ortools", "pandas", "pypinyin", "scipy", "typst")
HEAVY += ("alembic", "holidays", "icalendar", "mako", "python_calamine", "xlsxwriter")
LOADED = """
import sys
import scripts.serving, api.app
print(*(name for name in sys.argv[1:] if name in sys.modules))
"""


def test_a_web_worker_starts_without_solver_tables_and_type_case() -> None:
    told = subprocess.run(
        [sys.executable, "-c", LOADED, *HEAVY], capture_output=True, check=True, text=True
    )
    assert told.stdout.split() == []
