"""`expert-pool award …`: what an inspector types (办法第十七条)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="归档的评审年度：重放、核对、核验。", no_args_is_help=True, rich_markup_mode=None
)
Bundle = Annotated[Path, typer.Argument(help="归档包（.zip）。", exists=True, dir_okay=False)]


@app.command()
def replay(
    bundle: Bundle,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="把重新得出的结果文件写到这里。")
    ] = None,
) -> None:
    """由归档的评分表重新得出获奖名单，与归档的结果逐字节比较。

    退出码：0 相同，1 不同（逐个文件说明），2 文件读不了。
    """
    from scripts.award_files import run_replay

    raise typer.Exit(run_replay(bundle, output))


@app.command()
def check(
    year: Annotated[
        Path,
        typer.Argument(help="归档包，或年度文件（award-year/1）。", exists=True, dir_okay=False),
    ],
    decision: Annotated[
        Path | None,
        typer.Argument(
            help="结果文件（award-decision/1）；给归档包时不写。", exists=True, dir_okay=False
        ),
    ] = None,
) -> None:
    """用另一套代码逐条核对结果：总分、分数线、票数、名额、先后、奖金、公示、批准。

    退出码：0 都符合，1 有不符（逐条说明），2 文件读不了。
    """
    from scripts.award_files import run_check

    raise typer.Exit(run_check(year, decision))


@app.command()
def verify(bundle: Bundle) -> None:
    """核验归档包：每个文件与校验清单相符，没有多、没有少、没有改。

    退出码：0 完整，1 有不符（写明哪个文件）。
    """
    from scripts.award_files import run_verify

    raise typer.Exit(run_verify(bundle))


@app.command("without-names")
def without_names(
    bundle: Bundle,
    output: Annotated[Path, typer.Argument(help="副本写到这里。")],
) -> None:
    """写出不含姓名、名称和公文的副本，可以交外单位重放。"""
    from scripts.award_files import run_without_names

    raise typer.Exit(run_without_names(bundle, output))
