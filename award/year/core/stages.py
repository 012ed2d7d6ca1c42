"""评审年度的阶段（办法第十三条）: the states of an award year and every move between them, as data.

The table is the program's: pages, use cases and tests read it. A year whose stage is empty has no
stages and is worked on as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from expert_pool.core.actor import Role
from expert_pool.facts.refusal import Refusal

NO_STAGES = ""
STAGES: Mapping[str, str] = {
    "preparing": "筹备",
    "applications": "申报",
    "qualification": "资格审查",
    "documents": "资料评审",
    "site": "现场评审",
    "evaluation": "综合评价",
    "vote": "审查表决",
    "notice": "公示",
    "approval": "报批",
    "honours": "表彰",
    "archived": "归档",
    "ended": "终止",
}
ORDER = tuple(STAGES)
ROLES = {Role.SECRETARIAT: "审定办经办人", Role.APPROVER: "审定办负责人"}


@dataclass(frozen=True)
class Need:
    """What must hold before a move: its name on the page, its article, and for whom the year waits
    while it does not hold.
    """

    title: str
    article: str
    who: str


# Each code is answered by the room that knows: it gives the sentences of what is still lacking.
NEEDS: Mapping[str, Need] = {
    "regulation-frozen": Need("办法和评审标准已固定", "办法第五条、第二十一条", "经办人"),
    "deadline-set": Need("通知日期和申报截止日期已填写", "办法第十三条第一项", "经办人"),
    "deadline-passed": Need("申报已经截止", "办法第十三条第二项", "申报组织"),
    "applications-checked": Need("每份申报已核对齐全、补正或撤回", "办法第十三条第二项", "经办人"),
    "all-decided": Need("每家申报组织的资格已作决定", "办法第十二条、第十三条第三项", "负责人"),
    "departments-answered": Need("征求意见的部门都已答复", "办法第十三条第三项", "征求意见的部门"),
    "document-plan": Need(
        "资料评审的编组已发布，恰好是通过资格审查的组织", "办法第十条", "经办人和负责人"
    ),
    "settings": Need("这一阶段用到的设置已填写并注明出处", "办法第五条", "经办人"),
    "rubric-confirmed": Need("评审标准的分值已由两人对照原文核对", "办法第五条", "两名核对人"),
    "calibration": Need("标定案例已评或已决定不评", "办法第九条", "评审员"),
    "secret-file": Need("已配置密钥文件", "办法第十六条", "系统管理员"),
    "document-reports": Need("每家的资料评审报告已签名", "办法第十三条第四项", "评审组"),
    "shortlist": Need("入围名单已确定", "办法第十三条第四项", "负责人"),
    "site-plan": Need("现场评审的编组已发布，恰好是入围的组织", "办法第十条", "经办人和负责人"),
    "site-reports": Need("每家的现场评审报告已签名", "办法第十三条第五项", "评审组"),
    "evaluation-issued": Need("综合评价报告已出具", "办法第十三条第六项", "负责人"),
    "roster-frozen": Need("审委会名单已固定", "办法第八条", "负责人"),
    "history-settled": Need("以前获奖的是不是同一家组织都已核对", "办法第十四条", "经办人"),
    "valid-vote": Need("有一轮有效的表决", "办法第十三条第七项", "经办人"),
    "tallies-equal": Need("两份计票一致并已签名", "办法第十三条第七项", "计票人"),
    "vote-confirmed": Need("表决结果已确认", "办法第十三条第七项", "负责人"),
    "ties-decided": Need("票数和总分都相同的已作决定", "办法第十三条第七项", "审委会"),
    "notice-over": Need("公示期满", "办法第十三条第八项", "公示期"),
    "calendar-announced": Need("节假日安排已公布", "办法第十三条第八项", "节假日安排"),
    "objections-closed": Need("异议都已办结", "办法第十三条第八项", "审委会主任"),
    "later-incidents": Need(
        "申报截止以后的不良记录都已查明责任", "办法第十二条第四项、第十三条第九项", "经办人"
    ),
    "approval-document": Need("已有市政府批准文件", "办法第十三条第九项", "市政府"),
    "payments-marked": Need("奖金已发放或已注明未发", "办法第十四条", "经办人"),
    "ledger-adds-up": Need("经费台账平衡", "办法第十五条、第十七条", "经办人"),
    "bundle-sealed": Need("归档包已封存并核验", "办法第十七条", "经办人和核验人"),
    "nothing-later": Need("以后的步骤还没有签名、表决或发布", "办法第十三条", "负责人"),
    "second-person": Need("由另一人写明理由提出", "办法第九条", "另一人"),
    "city-document": Need("有市政府文件", "办法第十三条", "市政府"),
}


@dataclass(frozen=True)
class Move:
    """One move of the year. `needs` are codes of `NEEDS`, in the order in which they are told."""

    before: str
    after: str
    role: Role
    article: str
    needs: tuple[str, ...]


_C, _A = Role.SECRETARIAT, Role.APPROVER
FORWARD: tuple[Move, ...] = (
    Move(
        "preparing",
        "applications",
        _A,
        "办法第一条、第五条、第十三条第一项",
        ("deadline-set", "regulation-frozen", "settings"),
    ),
    Move(
        "applications",
        "qualification",
        _C,
        "办法第十三条第二项",
        ("deadline-passed", "applications-checked"),
    ),
    Move(
        "qualification",
        "documents",
        _A,
        "办法第十二条、第十三条第三项",
        (
            "all-decided",
            "departments-answered",
            "settings",
            "rubric-confirmed",
            "calibration",
            "secret-file",
            "document-plan",
        ),
    ),
    Move(
        "documents",
        "site",
        _A,
        "办法第十条、第十三条第四项",
        ("document-reports", "shortlist", "site-plan"),
    ),
    Move("site", "evaluation", _C, "办法第十三条第五项", ("site-reports", "settings")),
    Move(
        "evaluation",
        "vote",
        _A,
        "办法第十三条第六项",
        ("evaluation-issued", "roster-frozen", "history-settled", "settings"),
    ),
    Move(
        "vote",
        "notice",
        _A,
        "办法第十三条第七项",
        ("valid-vote", "tallies-equal", "ties-decided", "vote-confirmed", "settings"),
    ),
    Move(
        "notice",
        "approval",
        _A,
        "办法第十三条第八项",
        ("notice-over", "calendar-announced", "objections-closed", "later-incidents"),
    ),
    Move("approval", "honours", _A, "办法第十三条第九项", ("approval-document", "settings")),
    Move(
        "honours",
        "archived",
        _A,
        "办法第十四条至第十七条",
        ("payments-marked", "ledger-adds-up", "bundle-sealed"),
    ),
)
BACK: tuple[Move, ...] = tuple(
    Move(move.after, move.before, _A, "办法第九条、第十三条", ("second-person", "nothing-later"))
    for move in FORWARD
    if move.after != "archived"
)
END: tuple[Move, ...] = tuple(
    Move(stage, "ended", _A, "办法第十三条", ("city-document",))
    for stage in ORDER
    if stage not in ("archived", "ended")
)
MOVES = FORWARD + BACK + END


def name(stage: str) -> str:
    return STAGES.get(stage, "未分阶段")


def reached(stage: str, wanted: str) -> bool:
    """Whether a year in `stage` has come to `wanted` or beyond; an ended year has come nowhere."""
    return stage in ORDER[:-1] and ORDER.index(stage) >= ORDER.index(wanted)


def next_move(stage: str) -> Move | None:
    return next((move for move in FORWARD if move.before == stage), None)


def find_move(stage: str, wanted: str, role: Role) -> Move:
    """The move, if the table has it and this role makes it.

    Raises Refusal `unknown-stage`, `wrong-stage` or `wrong-role`, each with its article.
    """
    if wanted not in STAGES:
        raise Refusal("unknown-stage", "没有这个阶段，请刷新页面后再办。", "办法第十三条")
    found = next((move for move in MOVES if (move.before, move.after) == (stage, wanted)), None)
    if found is None:
        raise Refusal(
            "wrong-stage",
            f"现在是{name(stage)}，不能进入{name(wanted)}。"
            if stage
            else "这个年度没有分阶段，请先启用分阶段办理。",
            "办法第十三条",
            stage=stage,
        )
    if role is not found.role:
        raise Refusal(
            "wrong-role",
            f"进入{name(wanted)}须由{ROLES[found.role]}办理。",
            f"办法第九条；{found.article}",
        )
    return found


def demand(move: Move, lacking: Mapping[str, Sequence[str]]) -> None:
    """`lacking`: of every need of the move the sentences that say what is missing.

    Raises Refusal `not-ready` with the first of them and all in `params`.
    """
    missing = [(code, text) for code in move.needs for text in lacking[code]]
    if missing:
        code, text = missing[0]
        more = f"（还有 {len(missing) - 1} 项，见年度页）" if len(missing) > 1 else ""
        raise Refusal(
            "not-ready",
            f"还不能进入{name(move.after)}：{text}{more}",
            NEEDS[code].article,
            missing=[said for _, said in missing],
        )
