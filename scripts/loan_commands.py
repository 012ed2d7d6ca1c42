"""`expert-pool loan …`: what an operator types to lend and borrow experts by a sheet."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="单位之间借用专家。", no_args_is_help=True, rich_markup_mode=None)

Sheet = Annotated[Path, typer.Argument(help="对方发来的单子。")]
Digest = Annotated[str, typer.Option(help="来函中的校验码，至少前 12 位。")]
Number = Annotated[str, typer.Argument(help="借用单编号。")]
Output = Annotated[
    Path,
    typer.Option("-o", "--output", help="单子写到这个文件，不能已存在；.xlsx 结尾的写成 Excel。"),
]
Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"])]


@app.command("out")
def out(
    experts: Annotated[list[str], typer.Argument(help="专家编号，可多个。")],
    own: Annotated[str, typer.Option(help="本单位名称。")],
    office: Annotated[str, typer.Option(help="借入单位名称。")],
    first: Day,
    last: Day,
    output: Output,
    consent: Annotated[str, typer.Option(help="本人同意的方式；没有同意的不能借出。")] = "",
    consent_on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
) -> None:
    """借出：写出借用单，印出要写进函里的校验码。"""
    from expert_pool.register.lending import Consent, Terms, Wanted
    from scripts.lending import run_out

    given = Consent(consent_on.date(), consent) if consent_on else None
    terms = Terms(own, office, first.date(), last.date())
    raise typer.Exit(run_out([Wanted(uid, given) for uid in experts], terms, output))


@app.command("in")
def borrow(
    sheet: Sheet,
    digest: Digest,
    other: Annotated[
        list[str] | None, typer.Option(help="库里与他相像、看过确认不是同一人的编号，可重复。")
    ] = None,
) -> None:
    """借入：核对校验码，接收借用单。"""
    from scripts.lending import run_in

    raise typer.Exit(run_in(sheet, digest, other or []))


@app.command("return")
def give_back(number: Number, output: Output) -> None:
    """归还：结束借用的聘期，写出归还单，印出校验码。"""
    from scripts.lending import run_return

    raise typer.Exit(run_return(number, output))


@app.command("take-back")
def take_back(sheet: Sheet, digest: Digest) -> None:
    """收回：核对校验码，接收归还单。"""
    from scripts.lending import run_take_back

    raise typer.Exit(run_take_back(sheet, digest))


@app.command("recall")
def recall(number: Number, reason: Annotated[str, typer.Option(help="理由。")]) -> None:
    """撤回没有用上或丢了的借用单。"""
    from scripts.lending import run_recall

    raise typer.Exit(run_recall(number, reason))


@app.command("list")
def listed() -> None:
    """列出借出和借入的专家。"""
    from scripts.lending import run_list

    raise typer.Exit(run_list())
