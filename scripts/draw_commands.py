"""`expert-pool draw`: the auditable draw on files, without database or server; what an inspector
replays elsewhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scripts.options import Seed, Show, TimeLimit, Workers

app = typer.Typer(
    help="随机抽取：备选方案集、抽取、复核，都在文件上做。",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Percent = Annotated[float, typer.Option(help="与最好方案的差距不超过百分之几。", min=0, max=50)]


@app.command()
def candidates(
    problem: Annotated[Path, typer.Argument(help="问题文件（assignment-problem/1）。")],
    seed_from: Annotated[
        str, typer.Option(help="种子将取自何处、怎样写；写进集合，受校验码约束。")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="备选方案集文件。")],
    tolerance: Percent = 5.0,
    cap: Annotated[
        float, typer.Option(help="任一评审员遇到任一对象的可能性不超过百分之几。", min=1, max=100)
    ] = 50.0,
    start: Annotated[Path | None, typer.Option(help="从这份方案出发。")] = None,
    time_limit: TimeLimit = 60.0,
    seed: Seed = 1,
    workers: Workers = 2,
    progress: Show = None,
) -> None:
    """寻找一批都合规、质量相近的方案，写成备选方案集（assignment-candidates/1），印出校验码供公布。

    退出码：0 找到，1 没有方案，2 文件读不了。
    """
    from assignment.solver.limits import Limits
    from scripts.draw_files import Sought, run_candidates

    sought = Sought(seed_from, round(tolerance * 10), round(cap * 10))
    raise typer.Exit(
        run_candidates(problem, output, sought, start, Limits(time_limit, seed, workers), progress)
    )


@app.command()
def pick(
    candidates: Annotated[
        Path, typer.Argument(help="公布过的备选方案集（assignment-candidates/1）。")
    ],
    seed: Annotated[str, typer.Argument(help="种子：按公布的办法取得；只算其中的数字。")],
    source: Annotated[str, typer.Option(help="种子的来由：何时何处得到、谁在场见证。")],
    output: Annotated[Path, typer.Option("-o", "--output", help="抽取记录文件。")],
    plan: Annotated[Path | None, typer.Option(help="另把抽中的方案写成方案文件。")] = None,
) -> None:
    """由种子从备选方案集里抽出一个方案，写抽取记录（assignment-draw/1）。

    退出码：0 抽出，1 集合或种子有误，2 文件读不了。
    """
    from scripts.draw_files import run_pick

    raise typer.Exit(run_pick(candidates, seed, source, output, plan))


@app.command()
def replay(
    record: Annotated[
        Path,
        typer.Argument(
            help="抽取记录（assignment-draw/1）或备选方案集（assignment-candidates/1）。"
        ),
    ],
    digest: Annotated[
        str, typer.Option(help="公布时记下的集合校验码，至少前 8 位；给了就核对。")
    ] = "",
) -> None:
    """复核：重算校验码、逐个核对方案、由种子重算号码；不符之处逐条列出。

    退出码：0 全部相符，1 有不符，2 文件读不了（包括内容与所载校验码不符）。
    """
    from scripts.draw_files import run_replay

    raise typer.Exit(run_replay(record, digest))
