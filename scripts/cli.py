"""`expert-pool`: what an operator types.

Each command imports what it needs when it runs, so that `--help` answers at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scripts import award_commands, draw_commands, loan_commands
from scripts.ahead import prepare
from scripts.options import Deterministic, Seed, Show, TimeLimit, Workers

app = typer.Typer(
    help="评审专家库与评审组优化编排：两张表进，经过校验的评审组和现场评审日程出。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
accounts = typer.Typer(help="工作人员账号。", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(award_commands.app, name="award")
app.add_typer(draw_commands.app, name="draw")
app.add_typer(accounts, name="accounts")
app.add_typer(loan_commands.app, name="loan")


@app.command()
def solve(
    problem: Annotated[Path, typer.Argument(help="问题文件（assignment-problem/1）。")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="方案文件；缺省写到标准输出。")
    ] = None,
    time_limit: TimeLimit = 60.0,
    seed: Seed = 1,
    workers: Workers = 2,
    deterministic: Deterministic = False,
    standby: Annotated[
        int,
        typer.Option(help="多一个有候补的席位抵多少目标值；0 为不另加优化。", min=0, max=1_000_000),
    ] = 0,
    start: Annotated[
        Path | None,
        typer.Option(help="从这份方案开始找：结果不会比它差，没有更好的就说明。"),
    ] = None,
    scheduler: Annotated[
        str, typer.Option(help="Dask 调度器地址（tcp://…）：它的工作进程一起找；缺省只用本机。")
    ] = "",
    progress: Show = None,
) -> None:
    """求解问题文件，写出方案文件。按 Ctrl-C 停止并保留当前最好的方案。

    退出码：0 有方案，1 没有方案（说明原因），2 文件读不了，3 结果写不了。
    """
    prepare()
    from assignment.solver.limits import Limits
    from scripts.problem_files import run_solve

    raise typer.Exit(
        run_solve(
            problem,
            output,
            Limits(time_limit, seed, workers, deterministic),
            progress,
            standby,
            start,
            scheduler,
        )
    )


@app.command()
def check(
    problem: Annotated[Path, typer.Argument(help="问题文件。")],
    plan: Annotated[Path, typer.Argument(help="方案文件。")],
) -> None:
    """独立复核一份方案：不用求解器，逐条核对硬性规则，重算各项目标。

    退出码：0 全部符合（印出得分表），1 有不符（逐条说明），2 文件读不了。
    """
    from scripts.problem_files import run_check

    raise typer.Exit(run_check(problem, plan))


@app.command()
def repair(
    problem: Annotated[Path, typer.Argument(help="问题文件：原来的，或已按新情况改好的。")],
    plan: Annotated[Path, typer.Argument(help="原方案。")],
    decline: Annotated[
        list[str] | None, typer.Option(help="谁不能参加了：评审员编号，可重复。")
    ] = None,
    away: Annotated[
        list[str] | None,
        typer.Option(help="谁哪几天没有空：E1:2026-09-10..2026-09-11，可加 AM、PM，可重复。"),
    ] = None,
    closed: Annotated[
        list[str] | None, typer.Option(help="哪家哪几天不便接待：A1:2026-09-10，可重复。")
    ] = None,
    conflict: Annotated[list[str] | None, typer.Option(help="迟报的回避：E1,A1，可重复。")] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="目录：写出新的问题文件和每种办法的方案文件。"),
    ] = None,
    options: Annotated[int, typer.Option(help="最多给几种办法。", min=1, max=9)] = 4,
    time_limit: Annotated[
        float | None,
        typer.Option(help="时限，秒；缺省：100 家以内 4，以上 25。", min=0.1, max=86400),
    ] = None,
    seed: Seed = 1,
    workers: Workers = 2,
    deterministic: Deterministic = False,
) -> None:
    """修补方案：有人退出、改期、迟报回避之后，给出几种改动最少的办法，各写明改什么、代价多少、是否
    已证明最少。

    退出码：0 有办法，1 没有，2 文件读不了，3 结果写不了。
    """
    from assignment.solver.limits import Limits
    from scripts.repairing import Wishes, run_repair

    wishes = Wishes(decline or (), away or (), closed or (), conflict or ())
    limits = Limits(time_limit or 60.0, seed, workers, deterministic)
    raise typer.Exit(
        run_repair(problem, plan, wishes, output, limits, time_limit is not None, options)
    )


@app.command()
def plan(
    experts: Annotated[Path, typer.Argument(help="评审专家库，Excel 或 CSV。")],
    applicants: Annotated[Path, typer.Argument(help="申报组织汇总表，Excel 或 CSV。")],
    window: Annotated[str, typer.Option(help="现场评审的起止日期，如 2026-09-07..2026-09-25。")],
    out: Annotated[Path, typer.Option(help="结果目录；其中同名文件会被更新。")],
    answers: Annotated[
        Path | None, typer.Option(help="填好答复的待确认事项（.xlsx 或 .json）。")
    ] = None,
    year: Annotated[
        int | None, typer.Option(help="评审年度；缺省取起始日期的年份。", min=2000, max=2100)
    ] = None,
    time_limit: TimeLimit = 60.0,
    seed: Seed = 1,
    workers: Workers = 2,
    deterministic: Deterministic = False,
    progress: Show = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="结果目录里已有同样两张表的方案时，也重新求解。")
    ] = False,
) -> None:
    """两张表进，评审组名单、现场评审日程、方案册、日历和待确认事项出；写草案，不发布。

    退出码：0 有方案，1 没有方案（说明原因），2 文件读不了，3 结果写不了。
    """
    from assignment.solver.limits import Limits
    from scripts import office
    from scripts.files import Unreadable
    from scripts.pending import Answers, read_answers

    try:
        first, last = office.parse_window(window)
        given = read_answers(answers) if answers else Answers()
    except Unreadable as reason:
        typer.echo(str(reason), err=True)
        raise typer.Exit(2) from None
    limits = Limits(time_limit, seed, workers, deterministic)
    raise typer.Exit(
        office.run_plan(
            office.Task(
                experts,
                applicants,
                year or first.year,
                first,
                last,
                out,
                given,
                limits,
                progress,
                fresh,
            )
        )
    )


@app.command()
def demo(
    serve: Annotated[bool, typer.Option("--serve", help="造好之后打开网页。")] = False,
    port: Annotated[int, typer.Option(help="网页端口。", min=1, max=65535)] = 8000,
    years: Annotated[int, typer.Option(help="往年个数。", min=0, max=10)] = 1,
    experts: Annotated[int, typer.Option(help="评审员人数。", min=20, max=2000)] = 60,
    applicants: Annotated[int, typer.Option(help="申报组织家数。", min=3, max=500)] = 20,
    seed: Seed = 1,
    time_limit: TimeLimit = 15.0,
    database: Annotated[Path, typer.Option(help="演示库文件；已有就直接用。")] = Path(
        "var/demo.db"
    ),
    fresh: Annotated[bool, typer.Option("--fresh", help="删去已有的演示库，重新造。")] = False,
    award: Annotated[
        bool, typer.Option(help="另造两个旧年度：一个走到归档，一个停在 --until 的阶段。")
    ] = True,
    until: Annotated[
        str, typer.Option(help="后一个旧年度停在哪个阶段，如 资料评审、审查表决、公示、终止。")
    ] = "公示",
) -> None:
    """造一个演示年度（人和企业都是编的），用真的导入、求解和发布流程；演示账号只在这里产生。"""
    from award.year.core.stages import STAGES
    from scripts.demo import Wishes
    from scripts.run_demo import run_demo

    stage = {name: code for code, name in STAGES.items()}.get(until, until)
    if stage not in STAGES:
        raise typer.BadParameter(
            f"没有“{until}”这个阶段，可写：{'、'.join(STAGES.values())}。", param_hint="--until"
        )

    raise typer.Exit(
        run_demo(
            database,
            Wishes(years, experts, applicants, seed, time_limit, stage if award else ""),
            fresh,
            port if serve else None,
        )
    )


@app.command()
def benchmark(
    files: Annotated[
        list[Path] | None, typer.Argument(help="问题文件；不给就按 --size 造题。")
    ] = None,
    size: Annotated[
        list[str] | None, typer.Option(help="造题的规模：county、city、province、stress，可重复。")
    ] = None,
    instances: Annotated[int, typer.Option(help="每种规模造几题。", min=1, max=100)] = 3,
    time_limit: Annotated[
        float | None, typer.Option(help="每题时限，秒；缺省：文件 60，造题按规模。", min=0.1)
    ] = None,
    seed: Seed = 1,
    workers: Workers = 2,
    deterministic: Deterministic = False,
    plot: Annotated[
        Path | None, typer.Option(help="把差距随时间的变化画成 SVG 写到这个文件。")
    ] = None,
    peers: Annotated[
        bool,
        typer.Option(
            "--peers", help="同题对照：整体模型、手工办法、文献算法各跑一遍，印出 Markdown 表。"
        ),
    ] = False,
    register: Annotated[
        bool,
        typer.Option(
            "--register", help="改测专家库：列表、搜索、导入、两百人同时保存，印出 Markdown 表。"
        ),
    ] = False,
    award: Annotated[
        bool,
        typer.Option(
            "--award", help="改测评审年度的各页：300 名专家、60 家申报、180 份评分表，处理器毫秒。"
        ),
    ] = False,
    reach: Annotated[
        bool,
        typer.Option(
            "--reach",
            help="改测各规模、两种方式同目标的距离，印出 Markdown 表；"
            "--size 只测这些规模，--time-limit 为每题最多几秒，--plot 为放差距图的文件夹。",
        ),
    ] = False,
    spread: Annotated[
        bool,
        typer.Option(
            "--spread",
            help="改测分工：同一题用本机线程和 Dask 工作进程各解一遍，印出任务、字节、关键路径，"
            "并推算到 16 和 64 个工作进程；--time-limit 为每遍秒数，共四遍；--page 写进这份文档。",
        ),
    ] = False,
    page: Annotated[
        Path | None,
        typer.Option(
            help="--reach 和 --spread 的表写进这份 Markdown 文件，每种规模、每题各占一处。"
        ),
    ] = None,
    database: Annotated[
        Path | None, typer.Option(help="--register 所测的演示库；不给就造 300 人、十个往年的一个。")
    ] = None,
    postgres: Annotated[
        str, typer.Option(help="--register 另测的一个空的 PostgreSQL 库的地址。")
    ] = "",
) -> None:
    """逐个求解问题，印出目标值、下界、差距、用时和独立复核的结论。退出码 1：有方案复核不通过。"""
    from assignment.solver.limits import Limits
    from scripts.benchmarks import benchmark as room
    from scripts.benchmarks.instances import SIZES
    from scripts.files import Unreadable

    if award:
        from scripts.benchmarks.measure_award import run as measure_award

        raise typer.Exit(measure_award())
    if register:
        from scripts.benchmarks.measure_register import measure

        raise typer.Exit(measure(database, postgres))
    sizes = size or ([] if files else ["county"])
    if unknown := [name for name in sizes if name not in SIZES]:
        typer.echo(f"没有这种规模：{'、'.join(unknown)}；可用 {'、'.join(SIZES)}", err=True)
        raise typer.Exit(2)
    limits = Limits(time_limit or 60.0, seed, workers, deterministic)
    try:
        if reach:
            from scripts.benchmarks.reach import Paper
            from scripts.benchmarks.reach import run as measure_reach

            paper = Paper(plot, page)
            raise typer.Exit(measure_reach(files or [], limits, time_limit, paper, size or ()))
        if spread:
            from scripts.benchmarks.spread import run as measure_spread

            raise typer.Exit(measure_spread(files or [], sizes, limits, page))
        asked = (
            files or [],
            sizes,
            instances,
            limits,
            time_limit is None,
        )
        code = room.run_peers(*asked) if peers else room.run(*asked, plot)
    except Unreadable as reason:
        typer.echo(str(reason), err=True)
        raise typer.Exit(2) from None
    raise typer.Exit(code)


@app.command()
def migrate() -> None:
    """建立数据库，或升级到本版本；升级前自动备份。"""
    from scripts.operate import run_migrate

    raise typer.Exit(run_migrate())


@app.command()
def backup(
    target: Annotated[
        Path | None,
        typer.Argument(help="备份文件，不能已存在；不写就按时间命名，放在设定的备份目录里。"),
    ] = None,
    keep_days: Annotated[
        int | None,
        typer.Option(help="备份目录里留多少天，更早的删去；最新一份总是留着。", min=1, max=3660),
    ] = None,
) -> None:
    """在线备份数据库（服务不停），并写校验文件。"""
    from scripts.operate import run_backup

    raise typer.Exit(run_backup(target, keep_days))


@app.command()
def restore(source: Annotated[Path, typer.Argument(help="备份文件，旁边须有 .sha256。")]) -> None:
    """用备份恢复数据库；损坏的备份、已有的数据库都拒绝。"""
    from scripts.operate import run_restore

    raise typer.Exit(run_restore(source))


@app.command()
def verify_audit(
    anchors: Annotated[
        Path | None, typer.Option(help="留存锚点的文件，应放在另一块盘或另一台机器上。")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="校验通过后把今天的锚点记进去。")] = False,
) -> None:
    """校验操作日志的链条；有断处逐条指出，退出码 1。"""
    from scripts.operate import run_verify_audit

    raise typer.Exit(run_verify_audit(anchors, keep))


@app.command()
def doctor() -> None:
    """检查这套系统装得对不对：每处毛病一句话，说明怎么办；什么都不改。有毛病退出码 1。"""
    from scripts.operate import run_doctor

    raise typer.Exit(run_doctor())


@app.command()
def new_key(reason: Annotated[str, typer.Option(help="缘由，记入操作日志。")]) -> None:
    """密钥文件丢失、也没有另存时，造一个新的。"""
    from scripts.operate import run_new_key

    raise typer.Exit(run_new_key(reason))


@app.command()
def retention() -> None:
    """列出满保存期限、可以删除的记录；只是报告，删除由负责人在网页上决定。"""
    from scripts.operate import run_retention

    raise typer.Exit(run_retention())


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="监听地址。")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="监听端口。", min=1, max=65535)] = 8000,
    workers: Annotated[
        int, typer.Option(help="网页进程数：同一端口，一起答复。", min=1, max=32)
    ] = 1,
) -> None:
    """打开网页和接口服务，按环境变量里的设置。"""
    from scripts.serving import run_serve

    raise typer.Exit(run_serve(host, port, workers))


Login = Annotated[str, typer.Argument(help="登录名。")]


@accounts.command("add")
def accounts_add(
    login: Login,
    name: Annotated[str, typer.Option(help="姓名。")],
    role: Annotated[
        str, typer.Option(help="secretariat 经办、approver 复核、inspector 纪检、admin 系统管理。")
    ],
) -> None:
    """新增工作人员账号，印出本人设口令用的一次性链接。"""
    from scripts.accounts import ROLES, run_add

    if role not in [str(one) for one in ROLES]:
        typer.echo(f"没有这种角色：{role}；可用 {'、'.join(ROLES)}", err=True)
        raise typer.Exit(2)
    raise typer.Exit(run_add(login, name, role))


@accounts.command("list")
def accounts_list() -> None:
    """列出账号。"""
    from scripts.accounts import run_list

    raise typer.Exit(run_list())


@accounts.command("disable")
def accounts_disable(login: Login) -> None:
    """停用账号，并结束其全部登录。"""
    from scripts.accounts import run_disable

    raise typer.Exit(run_disable(login))


@accounts.command("enable")
def accounts_enable(login: Login) -> None:
    """启用停用的账号。"""
    from scripts.accounts import run_enable

    raise typer.Exit(run_enable(login))


@accounts.command("password")
def accounts_password(login: Login) -> None:
    """忘了口令时：作废原口令，结束其全部登录，印出本人重设口令用的一次性链接。"""
    from scripts.accounts import run_password

    raise typer.Exit(run_password(login))


@accounts.command("factor")
def accounts_factor(login: Login) -> None:
    """印出绑定第二重验证用的绑定码。"""
    from scripts.accounts import run_factor

    raise typer.Exit(run_factor(login))


@accounts.command("conflicts")
def accounts_conflicts(
    login: Annotated[str, typer.Argument(help="登录名；不写就列出全部。")] = "",
) -> None:
    """列出工作人员的回避。"""
    from scripts.accounts import run_conflicts

    raise typer.Exit(run_conflicts(login))


@accounts.command("decide")
def accounts_decide(
    conflict: Annotated[str, typer.Argument(help="编号，accounts conflicts 列出的。")],
    barred: Annotated[bool, typer.Option("--bar/--clear", help="应当回避，还是不需回避。")],
    reason: Annotated[str, typer.Option(help="理由，记入操作日志。")],
) -> None:
    """决定一项工作人员的回避：审定办只有一位负责人、而登记的正是本人时用。"""
    from scripts.accounts import run_decide

    raise typer.Exit(run_decide(conflict, barred, reason))
