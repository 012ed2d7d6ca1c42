"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

TimeLimit = Annotated[float, typer.Option(help="求解时限，秒（含建模）。", min=0.1, max=86400)]
Seed = Annotated[int, typer.Option(help="随机种子。", min=0, max=2**31 - 1)]
Workers = Annotated[int, typer.Option(help="求解线程数。", min=1, max=64)]
Deterministic = Annotated[
    bool, typer.Option("--deterministic", help="同一问题、同一种子得同一方案，与机器忙闲无关。")
]
Show = Annotated[
    bool | None, typer.Option("--progress/--no-progress", help="显示求解进度；缺省：在终端里显示。")
]
