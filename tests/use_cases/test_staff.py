"""工作人员的回避: what is hidden from an account follows from names, however they are written and
whatever the applicant is called by now.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from award.applicants import applicants as award_applicants
from award.applicants import store as applicant_store
from award.recusal.staff import NOBODY, kept_from
from expert_pool import register, store
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger
from tests import cast
from tests.storage import CLERK

FIRM = cast.FIRMS[0].name


def test_an_account_that_says_nothing_keeps_away_from_nobody(sqlite_ledger: Ledger) -> None:
    cast.settle(sqlite_ledger)
    with sqlite_ledger.read() as session:
        assert kept_from(session, frozenset()) == NOBODY
        assert FIRM not in NOBODY[1]


@pytest.mark.parametrize(
    "said", [FIRM, "大东袜业", "诸暨市大东\u200b袜业有限公司", "大东袜业（原单位）", "大东集团"]
)
def test_a_renamed_applicant_stays_hidden_under_all_its_names(
    sqlite_ledger: Ledger, said: str
) -> None:
    known = cast.settle(sqlite_ledger)
    uid = known.firms[FIRM]
    with sqlite_ledger.write(CLERK) as uow:
        register.declare_conflict(
            uow, known.experts["孙针织"], register.ConflictFields("OTHER", "大东袜业质管科")
        )
        register.declare_conflict(
            uow, known.experts["李五金"], register.ConflictFields("OTHER", "某某管业")
        )
        uow.commit()
    names = (FIRM, "诸暨大东袜业", "大东袜业质管科", f"{FIRM}（退休）")
    for later in (FIRM, "浙江新世纪针织股份有限公司"):
        with sqlite_ledger.write(CLERK) as uow:
            row = applicant_store.applicant(uow.session, SYSTEM_VIEWER, uid)
            award_applicants.edit_applicant(uow, uid, row.version, replace(row.fields, name=later))
            uow.commit()
        with sqlite_ledger.read() as session:
            conflicted, hidden = kept_from(session, frozenset({said}))
        assert conflicted == {uid}
        assert all(name in hidden for name in (*names, later))
        assert {"大东袜业质管科"} <= set(hidden)  # as it stands on record, for queries
        assert not {"某某管业", cast.FIRMS[1].name, "诸暨市五金商会"} & {*hidden}
        assert "浙江店口管业" not in hidden


def test_one_credit_code_is_one_firm_over_the_years(sqlite_ledger: Ledger) -> None:
    known = cast.settle(sqlite_ledger)
    with sqlite_ledger.write(CLERK) as uow:
        for name in (FIRM, cast.FIRMS[1].name):
            row = applicant_store.applicant(uow.session, SYSTEM_VIEWER, known.firms[name])
            award_applicants.edit_applicant(
                uow, row.uid, row.version, replace(row.fields, uscc="91330681CB6TF9KT9C")
            )
        uow.commit()
    with sqlite_ledger.read() as session:
        conflicted, _ = kept_from(session, frozenset({FIRM}))
    assert conflicted == {known.firms[FIRM], known.firms[cast.FIRMS[1].name]}


def test_a_firm_typed_by_hand_is_not_entered_twice_under_another_spelling(
    sqlite_ledger: Ledger,
) -> None:
    cast.settle(sqlite_ledger)
    again = replace(cast.FIRMS[0], name="诸暨市大东袜业有限责任公司")
    with sqlite_ledger.write(CLERK) as uow:
        with pytest.raises(Refusal, match="没有重复登记"):
            award_applicants.enter_applicant(uow, cast.YEAR, again)
        award_applicants.enter_applicant(
            uow, cast.YEAR, replace(again, name="诸暨市大东袜业股份有限公司")
        )


def test_a_search_for_a_firm_finds_whoever_wrote_it_otherwise(sqlite_ledger: Ledger) -> None:
    known = cast.settle(sqlite_ledger)
    with sqlite_ledger.read() as session:
        found = store.experts(
            session, SYSTEM_VIEWER, cast.YEAR, cast.FIRST, search="诸暨市大东袜业有限公司质管科"
        )
        assert [one.uid for one in found] == [known.experts["郑袜业"]]
        found = store.experts(session, SYSTEM_VIEWER, cast.YEAR, cast.FIRST, search="孙针织")
        assert [one.uid for one in found] == [known.experts["孙针织"]]
