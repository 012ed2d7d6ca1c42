"""The staged year of the demonstration: it stands still in any stage, and each of them opens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from award.archive import seal
from award.archive.core import bag
from award.archive.core.replay import replay
from award.scoring.follow import open_ledger
from award.year.core.stages import STAGES
from award.year.tables import AwardYear
from expert_pool.core.actor import Role
from expert_pool.ledger import migrate
from scripts import demo
from scripts.cli import app
from scripts.demo_award import AwardYear as Told
from scripts.demo_people import make_firms
from tests.api import world as worlds

YEAR = 2024
PAGES = (
    "/steps", "/intake", "/inquiries", "/scoring", "/scoring/shortlist", "/decision",
    "/decision/vote", "/decision/notice", "/honours", "/honours/account", "/archive",
)  # fmt: skip
READERS = (Role.SECRETARIAT, Role.APPROVER, Role.INSPECTOR)
# For whom the year waits when it stands still in the middle of a stage.
WAITS = {
    "preparing": "审定办负责人",
    "applications": "经办人",
    "qualification": "征求意见的部门",
    "documents": "评审组",
    "site": "评审组",
    "evaluation": "负责人",
    "vote": "计票人",
    "notice": "公示期",
    "approval": "市政府",
    "honours": "经办人",
}


@pytest.fixture(scope="module")
def paused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Told, worlds.World]]:
    """A year of three firms that nobody has told yet, and the application over its database."""
    built = worlds.build(tmp_path_factory.mktemp("paused"), fresh=True)
    clock = demo.StagedClock()
    clock.go_to(demo.date(YEAR, 3, 3))
    wishes = demo.Wishes(years=0, experts=24, applicants=3, time_limit=1.0)
    secret = built.settings.secret_file.read_bytes().strip()
    ledger = open_ledger(built.ledger.url, clock, secret)
    story = demo.Story(ledger, clock, wishes, lambda _: None, lambda _: None)
    yield Told(story, ledger, YEAR, make_firms(YEAR, 3), Random(1)), built
    ledger.close()
    built.ledger.close()


def test_a_year_stands_still_in_every_stage_and_its_pages_open(
    paused: tuple[Told, worlds.World],
) -> None:
    told, built = paused
    seen = []
    for stage in told.walk():
        seen.append(stage)
        built.clock.now = told.story.clock.now
        readers = [built.client(role) for role in READERS]
        for place, path in enumerate(PAGES):
            answer = readers[place % 3].get(f"{path}?year={YEAR}", headers={"Accept": "text/html"})
            assert answer.status_code == 200, (stage, path, answer.text[-500:])
        steps = readers[0].get(f"/api/v1/years/{YEAR}/steps").json()["steps"]
        waits = {one["who"] for step in steps for one in step["waiting"]}
        assert WAITS.get(stage, "") in waits | {""}
    assert seen == list(STAGES)[:-1]
    with told.ledger.read() as session:
        content = seal.content_of(session, seal.live(session, YEAR)[-1].digest)
    assert bag.verify(content) == ()
    assert replay(bag.unpack(content)[1]).faults == ()


@pytest.mark.long
@pytest.mark.parametrize("stage", list(STAGES))
def test_the_demonstration_stands_still_where_it_is_told_to(stage: str, tmp_path: Path) -> None:
    database = tmp_path / "demo.db"
    command = ["demo", "--years", "0", "--experts", "24", "--applicants", "4", "--time-limit", "2"]
    said = ["--until", STAGES[stage], "--database", str(database)]
    result = CliRunner().invoke(app, [*command, *said])
    assert result.exit_code == 0, result.output
    ledger = worlds.Ledger(f"sqlite:///{database}", worlds.Clock())
    migrate.upgrade(ledger.url)
    with ledger.read() as session:
        found = dict(session.execute(select(AwardYear.year, AwardYear.stage)).all())
    ledger.close()
    assert (found[2024], found[2025]) == ("archived", stage)


def test_a_stage_that_is_none_is_refused() -> None:
    result = CliRunner().invoke(app, ["demo", "--until", "评奖"])
    assert result.exit_code == 2
    assert "没有“评奖”这个阶段" in result.output
