"""年度步骤页的内容: the stages with what the next one waits for, settings by group, the rubric."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.kit.parts import Option
from api.kit.templating import moment
from award.applicants.tables import Applicant
from award.archive.checks import CHECKS
from award.scoring.checks import CONFIRMERS
from award.scoring.core.rubric import KINDS, parse
from award.year import stages as award_stages
from award.year.core import settings as core
from award.year.core import stages
from award.year.core.stages import NEEDS, ROLES, STAGES
from award.year.store import YearView
from award.year.tables import YearSetting
from expert_pool.core.actor import Actor, Role
from expert_pool.ledger import UnitOfWork

# The nine steps of article 13 and the stage in which each is taken.
STEPS = (
    ("发布通知", "办法第十三条第一项", "preparing"),
    ("申报推荐", "办法第十三条第二项", "applications"),
    ("资格审查", "办法第十三条第三项", "qualification"),
    ("资料评审", "办法第十三条第四项", "documents"),
    ("现场评审", "办法第十三条第五项", "site"),
    ("综合评价", "办法第十三条第六项", "evaluation"),
    ("审查表决", "办法第十三条第七项", "vote"),
    ("社会公示", "办法第十三条第八项", "notice"),
    ("审定批准", "办法第十三条第九项", "approval"),
)


def overview(uow: UnitOfWork, year: YearView) -> dict[str, Any]:
    """Read in a unit of work that is never kept: the checks are the same as those of the move."""
    move = stages.next_move(year.stage)
    lacking = award_stages.lacking(uow, year.year, move, CHECKS) if move else {}
    states = uow.session.scalars(select(Applicant.state).where(Applicant.year == year.year)).all()
    return {
        "year": year.year,
        "staged": bool(year.stage),
        "stage": year.stage,
        "stage_name": stages.name(year.stage),
        "steps": [_step(title, article, stage, year.stage) for title, article, stage in STEPS],
        "applicants": len(states),
        "next": move.after if move else "",
        "next_name": STAGES[move.after] if move else "",
        "who": ROLES[move.role] if move else "",
        "needs": [
            {
                "title": NEEDS[code].title,
                "article": NEEDS[code].article,
                "lacking": texts[:8],
                "more": max(0, len(texts) - 8),
            }
            for code, texts in lacking.items()
        ],
        "ready": bool(lacking) and not any(lacking.values()),
        "back": next((one.after for one in stages.BACK if one.before == year.stage), ""),
        "back_name": next(
            (STAGES[one.after] for one in stages.BACK if one.before == year.stage), ""
        ),
        "asked_back": year.back_reason,
        "asked_by": year.back_name,
    }


def _step(title: str, article: str, stage: str, now: str) -> dict[str, Any]:
    done = stages.reached(now, stage) and now != stage
    return {"title": title, "article": article, "done": done, "current": now == stage}


def may_move(actor: Actor, move: str, stage: str) -> bool:
    found = next((one for one in stages.MOVES if (one.before, one.after) == (stage, move)), None)
    return found is not None and actor.role is found.role


def settings_page(session: Session, year: YearView) -> dict[str, Any]:
    held = {
        row.code: row
        for row in session.scalars(select(YearSetting).where(YearSetting.year == year.year))
    }
    return {
        "year": year.year,
        "groups": [
            {"title": title, "rows": [_setting(one, held.get(one.code), year) for one in group]}
            for title, group in core.GROUPS.items()
        ],
        "empty": sum(code not in held for code in core.SETTINGS),
    }


def _setting(one: core.Setting, held: YearSetting | None, year: YearView) -> dict[str, Any]:
    value = held.value if held else ""
    options: tuple[Option, ...] = ()
    if one.choices is not None:
        options = (
            Option("", "请选择", chosen=not value),
            *(Option(code, words, chosen=code == value) for code, words in one.choices.items()),
        )
    return {
        "code": one.code,
        "title": one.title,
        "hint": one.hint + ("；没有就写“不设”" if one.optional else ""),
        "kind": one.kind,
        "options": options,
        "value": "不设" if value == core.NONE and one.optional else value,
        "words": core.words(one.code, value) if value else "",
        "source": held.source if held else "",
        "who": f"{held.entered_name} {moment(held.entered_at)}" if held else "",
        "stage": STAGES[one.stage],
        "fixed": stages.reached(year.stage, one.stage),
    }


def rubric_page(session: Session, year: YearView, me: Actor) -> dict[str, Any]:
    rubric = parse(year.rules.rubric)
    done = award_stages.checked(session, year.year)
    texts = award_stages.texts(session, year.year)
    return {
        "year": year.year,
        "standard": rubric.standard,
        "total": rubric.total,
        "bound": year.rules.bound_on.isoformat() if year.rules.bound_on else "",
        "digest": year.rules.rubric_digest[:16],
        "items": [
            {
                "no": item.no,
                "name": item.name,
                "points": item.points,
                "kind": KINDS[item.kind],
                "memory": item.provenance == "memory",
                "who": "、".join(done.get(item.no, ())),
                "mine": me.name in done.get(item.no, ()),
                "enough": len(done.get(item.no, ())) >= CONFIRMERS,
                "text": texts.get(item.no, ""),
            }
            for item in rubric.items
        ],
        "bands": [
            {
                "key": f"{kind}:{band.low}-{band.high}",
                "words": f"{title}条款 {band.words}",
                "text": texts.get(f"{kind}:{band.low}-{band.high}", ""),
            }
            for kind, title in KINDS.items()
            for band in rubric.bands
        ],
        "left": sum(
            item.provenance == "memory" and len(done.get(item.no, ())) < CONFIRMERS
            for item in rubric.items
        ),
    }


OFFICE = (Role.SECRETARIAT, Role.APPROVER)
