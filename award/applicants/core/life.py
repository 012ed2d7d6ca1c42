"""申报的状态（办法第三、十、十二、十三、十八条）: the states of an application and every step
between them, as data.

The table is the program's: pages, use cases and tests read it. An application whose state is empty
belongs to a year without stages.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from expert_pool.core.actor import Role
from expert_pool.facts.refusal import Refusal

NO_STATE = ""
STATES: Mapping[str, str] = {
    "registered": "登记",
    "complete": "齐全",
    "supplement": "补正",
    "not-accepted": "不予受理",
    "qualified": "通过",
    "unqualified": "不符合",
    "document-reviewed": "资料已评",
    "shortlisted": "入围",
    "not-shortlisted": "未入围",
    "site-reviewed": "现场已评",
    "candidate": "候选",
    "below-line": "未达线",
    "proposed": "拟奖",
    "no-majority": "未过半",
    "over-quota": "超名额",
    "awarded": "获奖",
    "disqualified": "取消资格",
    "revoked": "撤销",
    "withdrawn": "撤回",
    "given-up": "放弃",
}

# Who takes a step. Members sign as experts; `rule` follows from another record in the same unit of
# work.
WHO = {
    "clerk": "审定办经办人",
    "approver": "审定办负责人",
    "group": "评审组组长和全体成员",
    "rule": "系统按记录",
    "city": "市政府批准",
}
_ROLES: Mapping[str, frozenset[Role]] = {
    "clerk": frozenset({Role.SECRETARIAT}),
    "approver": frozenset({Role.APPROVER}),
    "group": frozenset({Role.EXPERT}),
    "city": frozenset({Role.APPROVER}),
}


@dataclass(frozen=True)
class Step:
    """One step of an application, and the stages of the year in which it may be taken."""

    before: str
    after: str
    who: str
    article: str
    stages: tuple[str, ...]


_ANY = ("applications", "qualification", "documents", "site", "evaluation")
_AFTER = ("vote", "notice", "approval", "honours")
_INTAKE = ("applications", "qualification")
FORWARD: tuple[Step, ...] = (
    Step("registered", "complete", "clerk", "办法第十三条第二项", _INTAKE),
    Step("registered", "supplement", "clerk", "办法第十三条第二项", _INTAKE),
    Step("supplement", "complete", "clerk", "办法第十三条第二项", _INTAKE),
    Step("supplement", "not-accepted", "clerk", "办法第十三条第二项", _INTAKE),
    Step("complete", "qualified", "approver", "办法第十二条、第十三条第三项", ("qualification",)),
    Step("complete", "unqualified", "approver", "办法第十二条、第十三条第三项", ("qualification",)),
    Step("qualified", "document-reviewed", "group", "办法第十条、第十三条第四项", ("documents",)),
    Step("document-reviewed", "shortlisted", "approver", "办法第十三条第四项", ("documents",)),
    Step("document-reviewed", "not-shortlisted", "approver", "办法第十三条第四项", ("documents",)),
    Step("shortlisted", "site-reviewed", "group", "办法第十条、第十三条第五项", ("site",)),
    Step("site-reviewed", "candidate", "approver", "办法第十三条第六项", ("evaluation",)),
    Step("site-reviewed", "below-line", "approver", "办法第十三条第六项", ("evaluation",)),
    Step("candidate", "proposed", "approver", "办法第十三条第七项", ("vote",)),
    Step("candidate", "no-majority", "approver", "办法第十三条第七项", ("vote",)),
    Step("candidate", "over-quota", "approver", "办法第四条、第十三条第七项", ("vote",)),
    Step("proposed", "awarded", "city", "办法第十三条第九项", ("approval",)),
    Step("proposed", "disqualified", "city", "办法第十三条第八项", ("notice", "approval")),
    Step("awarded", "revoked", "city", "办法第十八条", ("honours", "archived")),
)
# A decision that was mistaken is taken back, with reason, as long as its stage lasts; a report
# whose book became void is opened again.
BACK: tuple[Step, ...] = (
    Step("complete", "supplement", "clerk", "办法第十三条第二项", _INTAKE),
    Step("qualified", "complete", "approver", "办法第十三条第三项", ("qualification",)),
    Step("unqualified", "complete", "approver", "办法第十三条第三项", ("qualification",)),
    Step("document-reviewed", "qualified", "rule", "办法第十条", ("documents",)),
    Step("shortlisted", "document-reviewed", "approver", "办法第十三条第四项", ("documents",)),
    Step("not-shortlisted", "document-reviewed", "approver", "办法第十三条第四项", ("documents",)),
    Step("site-reviewed", "shortlisted", "rule", "办法第十条", ("site",)),
    Step("candidate", "site-reviewed", "approver", "办法第十三条第六项", ("evaluation",)),
    Step("below-line", "site-reviewed", "approver", "办法第十三条第六项", ("evaluation",)),
    Step("proposed", "candidate", "approver", "办法第十三条第七项", ("vote",)),
    Step("no-majority", "candidate", "approver", "办法第十三条第七项", ("vote",)),
    Step("over-quota", "candidate", "approver", "办法第十三条第七项", ("vote",)),
)
_IN_THE_RUNNING = (
    "registered",
    "complete",
    "supplement",
    "qualified",
    "document-reviewed",
    "shortlisted",
    "site-reviewed",
    "candidate",
)
# By the applicant's letter, before the vote and after it; the place of who gives up stays empty.
LETTERS: tuple[Step, ...] = (
    *(Step(state, "withdrawn", "clerk", "办法第三条", _ANY) for state in _IN_THE_RUNNING),
    *(
        Step(state, "given-up", "clerk", "办法第三条", _AFTER)
        for state in ("candidate", "proposed", "awarded")
    ),
    Step("withdrawn", "registered", "clerk", "办法第三条", ("applications",)),
)
STEPS = FORWARD + BACK + LETTERS

# 通过资格审查 and everything that only such an application can become.
THROUGH = frozenset(
    {
        "qualified",
        "document-reviewed",
        "shortlisted",
        "not-shortlisted",
        "site-reviewed",
        "candidate",
        "below-line",
        "proposed",
        "no-majority",
        "over-quota",
        "awarded",
        "disqualified",
        "revoked",
    }
)
ON_SITE = THROUGH - {"qualified", "document-reviewed", "not-shortlisted"}
GONE = frozenset({"withdrawn", "given-up", "not-accepted"})


# Which applicants each review plans; a problem of any other stage has all that are in the running.
PLANNED: Mapping[str, frozenset[str]] = {
    "document": frozenset({"qualified", "document-reviewed"}),
    "site": frozenset({"shortlisted", "site-reviewed"}),
}


def review_of(stage: str, states: Collection[str]) -> str:
    """Which review a year plans now: document, site, or none.

    The site visits are planned as soon as the shortlist is decided, before the stage begins.
    """
    if stage == "documents":
        return "site" if "shortlisted" in states else "document"
    return {"qualification": "document", "site": "site"}.get(stage, "")


def planned(review: str, state: str) -> bool:
    """Whether an applicant in this state belongs into a plan of this review."""
    return state in PLANNED[review] if review else state not in GONE and state != "unqualified"


def name(state: str) -> str:
    return STATES.get(state, "")


def find_step(state: str, wanted: str, role: Role, stage: str) -> Step:
    """The step, if the table has it, the year is in its stage and this role takes it; `rule` steps
    are taken by anybody's act.

    Raises Refusal `unknown-state`, `wrong-state`, `wrong-stage` or `wrong-role`, each with its
    article.
    """
    if wanted not in STATES:
        raise Refusal("unknown-state", "没有这个申报状态，请刷新页面后再办。", "办法第十三条")
    found = next((step for step in STEPS if (step.before, step.after) == (state, wanted)), None)
    if found is None:
        raise Refusal(
            "wrong-state",
            f"这份申报现在是“{name(state) or '未分阶段'}”，不能改为“{name(wanted)}”。",
            "办法第十三条",
            state=state,
        )
    if stage not in found.stages:
        raise Refusal(
            "wrong-stage", f"现在的阶段不能把申报改为“{name(wanted)}”。", found.article, stage=stage
        )
    if found.who != "rule" and role not in _ROLES[found.who]:
        raise Refusal(
            "wrong-role",
            f"改为“{name(wanted)}”须由{WHO[found.who]}办理。",
            f"办法第九条；{found.article}",
        )
    return found


_CANDIDATES = ON_SITE - {"shortlisted", "site-reviewed", "below-line"}
_PROPOSED = frozenset({"proposed", "awarded", "disqualified", "revoked"})


def results(states: Collection[str]) -> Mapping[str, str]:
    """What each stage has brought, by stage, from the states that the applications have now; those
    that withdrew or gave up are counted as applied only.
    """
    counts = {
        "applications": (len(states), "家申报"),
        "qualification": (sum(one in THROUGH for one in states), "家通过"),
        "documents": (sum(one in ON_SITE for one in states), "家入围"),
        "site": (sum(one in ON_SITE - {"shortlisted"} for one in states), "家评完"),
        "evaluation": (sum(one in _CANDIDATES for one in states), "家候选"),
        "vote": (sum(one in _PROPOSED for one in states), "家拟奖"),
        "approval": (sum(one in ("awarded", "revoked") for one in states), "家获奖"),
    }
    return {stage: f"{count} {words}" for stage, (count, words) in counts.items()}
