"""The compiled heart of the search: teams, visit orders and moves between groups, on flat arrays
(Numba).

Numba keeps compiled code by file and does not see that a function called from another file has
changed. So each state of these sources has a cache folder of its own; a stale one can never be
used.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llvmlite
import numba
from llvmlite import binding
from numba.core import types

_HERE = Path(__file__).parent


def state_of(folder: Path) -> str:
    """A digest of the sources of a folder that are compiled, and of the machine they are compiled
    for. What is written counts, not when: a fresh checkout of the same sources is not new.
    """
    sources = [(path.name, path.read_bytes()) for path in sorted(folder.glob("*.py"))]
    stamps = [
        f"{name}:{hashlib.sha256(source).hexdigest()}"
        for name, source in sources
        if b"\n@compiled\n" in source
    ]
    machine = [
        sys.version,
        numba.__version__,
        llvmlite.__version__,
        str(binding.get_host_cpu_name()),
    ]
    return hashlib.sha256("\n".join([*stamps, *machine]).encode()).hexdigest()[:16]


def _cache_folder() -> Path:
    """Beside the sources where they can be written, else in the user's cache."""
    beside = _HERE / "__pycache__"
    home = (
        beside
        if os.access(beside if beside.exists() else _HERE, os.W_OK)
        else Path.home() / ".cache" / "expert-pool"
    )
    return home / f"kernel-{state_of(_HERE)}"


def compiled(function: Callable[..., Any]) -> Any:
    """Compile once for every kind of argument. By itself Numba compiles anew for each constant that
    a caller writes down, since it types the constant by its value: eight times for some functions,
    and nearly twice as long for all of them.
    """
    dispatcher: Any = numba.njit(cache=True, nogil=True)(function)
    template = dispatcher.get_call_template
    kind: Callable[[Any], Any] = types.unliteral

    def of_kinds(args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        return template(
            tuple(kind(arg) for arg in args), {name: kind(arg) for name, arg in named.items()}
        )

    dispatcher.get_call_template = of_kinds
    return dispatcher


CACHE = _cache_folder()
numba.config.CACHE_DIR = str(CACHE)  # type: ignore[attr-defined]
