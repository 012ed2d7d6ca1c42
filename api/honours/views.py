"""表彰页的内容."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.kit.common import date_words
from api.kit.parts import Option
from award.decision.papers import AWARDS
from award.decision.tables import Honour
from award.honours import feedback, store
from award.honours.core.account import KINDS, PRIZE, sums
from award.honours.core.revocation import GROUNDS
from award.honours.core.title import MEDIA
from award.honours.papers import WHY
from award.honours.store import HonourView
from award.year import stages
from award.year.core.stages import name as stage_name
from award.year.core.stages import reached
from award.year.store import YearView
from expert_pool.core.actor import Viewer
from expert_pool.facts.money import written

Json = dict[str, Any]


def honours_page(session: Session, viewer: Viewer, year: YearView) -> Json:
    """Winners of the year and of all years before, with what is still to be done."""
    rows = store.honours(session, viewer)
    least = int(stages.values(session, year.year).get("promotion_yearly", "0"))
    silent = store.silent_winners(session, viewer, year.year, least)
    return {
        "year": year.year,
        "stage_name": stage_name(year.stage),
        "winners": [_row(session, one) for one in rows if one.year == year.year],
        "earlier": [_row(session, one) for one in rows if one.year != year.year],
        "silent": [f"{one.organisation}（{one.year}年{AWARDS[one.award]}）" for one in silent],
        "least": least,
        "told": [
            {"uid": row.uid, "name": row.name} for row in feedback.told(session, viewer, year.year)
        ]
        if reached(year.stage, "honours")
        else [],
        "awards": tuple(Option(code, words) for code, words in AWARDS.items()),
        "grounds": tuple(Option(code, words) for code, words in GROUNDS.items()),
        "media": tuple(Option(code, words) for code, words in MEDIA.items()),
    }


def _row(session: Session, one: HonourView) -> Json:
    held = session.scalars(select(Honour).where(Honour.uid == one.uid)).one()
    revoked = store.revocation_of(session, held)
    return {
        "uid": one.uid,
        "name": one.organisation,
        "year": one.year,
        "award": AWARDS[one.award],
        "counted": one.counted,
        "amount": f"{one.amount:,}",
        "due": one.amount,
        "why": WHY[one.why],
        "on": date_words(one.awarded_on),
        "document": one.document,
        "paid": f"{date_words(one.paid_on)}，{one.voucher}" if one.paid_on else "",
        "open_reason": one.open_reason,
        "watch": date_words(one.watch_ends),
        "promotions": one.promotions,
        "own": bool(one.applicant),
        "uses": [
            {"text": use.text, "finding": use.finding, "on": date_words(use.seen_on)}
            for use in store.uses(session, held)
        ],
        "revoked": None
        if revoked is None
        else {
            "uid": revoked.uid,
            "ground": GROUNDS[revoked.ground],
            "document": revoked.document,
            "on": date_words(revoked.decided_on),
            "recover": f"{revoked.recover:,}",
            "recovered": f"{revoked.recovered:,}" if revoked.recovered_on else "",
            "banned": date_words(revoked.banned_through),
        },
    }


def account_page(session: Session, viewer: Viewer, year: YearView) -> Json:
    """经费台账: prizes as paid, expenses as entered."""
    lines = store.lines(session, viewer, year.year)
    spent = {row.voucher: row for row in store.expenses(session, year.year)}
    return {
        "year": year.year,
        "lines": [
            {
                "on": date_words(line.spent_on),
                "kind": KINDS[line.kind],
                "payee": line.payee,
                "voucher": line.voucher,
                "amount": written(line.fen),
                "uid": spent[line.voucher].uid
                if line.kind != PRIZE and line.voucher in spent
                else "",
            }
            for line in lines
        ],
        "sums": [
            {"kind": KINDS.get(kind, "合计"), "amount": written(fen)}
            for kind, fen in sums(lines).items()
        ],
        "kinds": tuple(Option(code, words) for code, words in KINDS.items() if code != PRIZE),
    }
