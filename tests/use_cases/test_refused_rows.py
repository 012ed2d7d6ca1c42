"""A row that an import refused is a thing to do until it is imported or somebody says why not."""

from __future__ import annotations

import pytest

from award.applicants import rosters_in as intake
from award.year import years
from award.year.store import YearFields
from expert_pool import imported, register
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, audit
from expert_pool.ledger.invariants import exceptions
from scripts.bring_in import bring_in
from tests import cast
from tests.storage import CLERK

HEAD = "申报组织名称,统一社会信用代码,申报奖项,所属行业,不便接待时间"
GOOD = "诸暨市甲星袜业有限公司,91330681MA1000000N,质量奖,袜业,无"
BAD = "诸暨市乙星袜业有限公司,91330681MA1000001X,质量奖,袜业,无"
MENDED = BAD.replace("1000001X", "1000001R")


@pytest.fixture(autouse=True)
def _in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guarded child process is tested elsewhere; starting one takes seconds."""
    from expert_pool.spreadsheet import read_table

    monkeypatch.setattr(intake.spreadsheet, "read_apart", read_table)


def bring(ledger: Ledger, *lines: str, name: str = "汇总表.csv", kind: str = "applicants"):  # type: ignore[no-untyped-def]
    data = "\n".join((HEAD, *lines) if kind == "applicants" else lines).encode()
    return bring_in(ledger, CLERK, kind, data, name, cast.YEAR)  # type: ignore[arg-type]


def waiting(ledger: Ledger, hidden: frozenset[str] = frozenset()) -> list[tuple[str, int]]:
    with ledger.read() as session:
        rows = imported.refused_rows(session, SYSTEM_VIEWER, hidden)
    return [(row.name, row.row) for row in rows]


@pytest.fixture
def office(ledger: Ledger) -> Ledger:
    with ledger.write(CLERK) as uow:
        years.open_year(uow, cast.YEAR, YearFields("今年", cast.FIRST, cast.LAST))
        uow.commit()
    return ledger


def test_a_refused_row_waits_until_it_is_imported(office: Ledger) -> None:
    bring(office, GOOD, BAD)
    assert waiting(office) == [("诸暨市乙星袜业有限公司", 3)]
    assert waiting(office, frozenset({"诸暨市乙星袜业有限公司"})) == []
    with office.read() as session:
        (row,) = imported.refused_rows(session, SYSTEM_VIEWER)
        assert (row.filename, row.unit) == ("汇总表.csv", "91330681MA1000001X")
        assert "统一社会信用代码" in row.reason
        assert exceptions(session) == []
    bring(office, BAD, name="再交.csv")  # refused again: one thing to do, not two
    assert waiting(office) == [("诸暨市乙星袜业有限公司", 2)]
    bring(office, GOOD)  # says nothing of the other firm
    assert waiting(office) == [("诸暨市乙星袜业有限公司", 2)]
    bring(office, MENDED)
    assert waiting(office) == []
    with office.read() as session:
        assert exceptions(session) == []
        log = [e for e in audit.entries(session, SYSTEM_VIEWER) if e.kind == "import_row"]
    assert sorted(e.action for e in log) == ["refuse", "refuse", "settle", "settle"]
    assert "乙星" not in str(log)


def test_twins_wait_both_until_somebody_says_who_they_are(office: Ledger) -> None:
    people = ("姓名,手机,工作单位", "赵龙,13812345678,甲院", "赵龙,13812345678,乙院")
    found = bring(office, *people, name="专家.csv", kind="experts")
    assert [question.kind for question in found.questions] == ["same"]
    assert waiting(office) == [("赵龙", 2), ("赵龙", 3)]
    bring(office, *people[:2], name="专家.csv", kind="experts")
    assert waiting(office) == [("赵龙", 3)]  # of another employer: not the one that came in


def test_a_row_without_a_name_is_known_by_its_file(office: Ledger) -> None:
    nameless = GOOD.replace("诸暨市甲星袜业有限公司", "")
    bring(office, nameless)
    assert waiting(office) == [("", 2)]
    bring(office, GOOD, name="别的表.csv")
    assert waiting(office) == [("", 2)]
    bring(office, GOOD)
    assert waiting(office) == []


def test_a_person_may_say_how_a_row_was_settled(office: Ledger) -> None:
    bring(office, BAD)
    with office.read() as session:
        (row,) = imported.refused_rows(session, SYSTEM_VIEWER)
    with office.write(CLERK) as uow:
        with pytest.raises(Refusal, match="怎样处理"):
            register.settle_refused(uow, row.uid, row.version, " ")
        register.settle_refused(uow, row.uid, row.version, "本年度不再申报")
        with pytest.raises(Refusal, match="已经处理"):
            register.settle_refused(uow, row.uid, row.version + 1, "再说一次")
        uow.commit()
    assert waiting(office) == []
