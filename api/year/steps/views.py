"""年度步骤页的内容: the stages with what the next one waits for, settings by group, the rubric."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.kit.parts import Option
from api.kit.templating import moment
from award.applicants.core import life
from award.applicants.tables import Applicant
from award.archive.checks import CHECKS
from award.scoring import site_day
from award.scoring.checks import CONFIRMERS
from award.scoring.core.rubric import KINDS, parse
from award.year import stages as award_stages
from award.year.core import nine, stages
from award.year.core import settings as core
from award.year.core.stages import NEEDS, ROLES, STAGES
from award.year.store import YearView
from award.year.tables import YearSetting
from expert_pool.core.actor import Actor, Role, Viewer
from expert_pool.ledger import UnitOfWork

Lacking = Mapping[str, tuple[str, ...]]
HIDDEN = "有一家须回避的申报组织还没有办完，由其他人办理。"
# Where what a need asks for is done.
PLACES = {
    "regulation-frozen": "/steps/rules",
    "deadline-set": "/year",
    "deadline-passed": "/intake",
    "applications-checked": "/intake",
    "all-decided": "/intake",
    "departments-answered": "/inquiries",
    "document-plan": "/board",
    "settings": "/steps/settings",
    "rubric-confirmed": "/steps/rubric",
    "calibration": "/scoring/calibration",
    "document-reports": "/scoring",
    "shortlist": "/scoring/shortlist",
    "site-plan": "/board",
    "site-reports": "/scoring",
    "evaluation-issued": "/decision",
    "roster-frozen": "/decision",
    "history-settled": "/decision",
    "valid-vote": "/decision/vote",
    "tallies-equal": "/decision/vote",
    "ties-decided": "/decision/vote",
    "vote-confirmed": "/decision/vote",
    "notice-over": "/decision/notice",
    "calendar-announced": "/holidays",
    "objections-closed": "/decision/notice",
    "later-incidents": "/intake",
    "approval-document": "/decision/notice",
    "payments-marked": "/honours",
    "ledger-adds-up": "/honours/account",
    "bundle-sealed": "/archive",
}
# What a step that is done or under way is about.
STEP_PLACES = {
    "preparing": "/year",
    "applications": "/intake",
    "qualification": "/intake",
    "documents": "/scoring",
    "site": "/scoring",
    "evaluation": "/decision",
    "vote": "/decision/vote",
    "notice": "/decision/notice",
    "approval": "/decision/notice",
    "honours": "/honours",
    "archived": "/archive",
}


@dataclass(frozen=True)
class Nine:
    """九个步骤 as `_nine.html` shows them, on the first page and on that of the year."""

    year: int
    stage: str
    steps: tuple[nine.Step, ...]

    @property
    def now(self) -> nine.Step | None:
        return next((step for step in self.steps if step.state == "now"), None)

    def place(self, path: str) -> str:
        return f"{path}?year={self.year}"

    def step_path(self, step: nine.Step) -> str:
        """Nothing for a step that has not come yet."""
        return "" if step.state == "todo" else self.place(STEP_PLACES[step.stage])

    def path(self, waiting: nine.Waiting) -> str:
        return self.place(PLACES.get(waiting.need, "/steps"))


def nine_steps(uow: UnitOfWork, viewer: Viewer, year: YearView) -> Nine:
    """What the year waits for, without the names of applicants from whom the viewer keeps away."""
    return _nine(uow, viewer, year, _lacking(uow, viewer, year))


def _nine(uow: UnitOfWork, viewer: Viewer, year: YearView, lacking: Lacking) -> Nine:
    states = uow.session.scalars(select(Applicant.state).where(Applicant.year == year.year)).all()
    return Nine(year.year, year.stage, nine.steps(year.stage, lacking, life.results(states)))


def _lacking(uow: UnitOfWork, viewer: Viewer, year: YearView) -> Lacking:
    """The checks are those of the move itself."""
    move = stages.next_move(year.stage)
    if move is None:
        return {}
    found = award_stages.lacking(uow, year.year, move, CHECKS)
    return {
        need: tuple(dict.fromkeys(_without(text, viewer) for text in texts))
        for need, texts in found.items()
    }


def _without(text: str, viewer: Viewer) -> str:
    return HIDDEN if viewer.told_of(text) else text


def overview(uow: UnitOfWork, viewer: Viewer, year: YearView) -> dict[str, Any]:
    """Read in a unit of work that is never kept."""
    move = stages.next_move(year.stage)
    lacking = _lacking(uow, viewer, year)
    shown = _nine(uow, viewer, year, lacking)
    return {
        "year": year.year,
        "staged": bool(year.stage),
        "stage": year.stage,
        "stage_name": stages.name(year.stage),
        "nine": shown,
        "applicants": uow.session.scalar(
            select(func.count()).select_from(Applicant).where(Applicant.year == year.year)
        ),
        "next": move.after if move else "",
        "next_name": STAGES[move.after] if move else "",
        "who": ROLES[move.role] if move else "",
        "needs": [
            {
                "title": NEEDS[code].title,
                "article": NEEDS[code].article,
                "who": NEEDS[code].who,
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
        "site_day": site_day.sample(session, year.year),
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
