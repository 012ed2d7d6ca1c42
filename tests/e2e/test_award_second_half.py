"""The second half of an award year as its users walk it in a real browser, without JavaScript: the
report, a member of the committee on a phone, two tellers, the notice, the chair's decision, the
city's approval, prizes, the loser's feedback, the sealed archive and its inspector.

`YEAR_SHOTS=folder` keeps a picture of every page that is passed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.identity import signin
from award.archive.core import bag
from award.archive.core.replay import replay
from expert_pool.core.actor import SYSTEM, Role
from tests.api import world as worlds
from tests.award.conftest import reviewed  # noqa: F401 - a fixture
from tests.award.story import Told
from tests.e2e.conftest import Site, _free_port, _serve
from tests.e2e.test_award_year import Desk, said

# The same way without a browser: tests/award/test_second_half_pages.py.
pytestmark = [pytest.mark.e2e, pytest.mark.long]
CLERK, CHIEF, INSPECTOR = Role.SECRETARIAT, Role.APPROVER, Role.INSPECTOR


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory,
    reviewed: tuple[Path, Told],
) -> Iterator[Site]:
    port, folder = _free_port(), tmp_path_factory.mktemp("second-half")
    address = f"http://127.0.0.1:{port}"
    world = worlds.build(folder, reviewed[0], fresh=True, public_url=address)
    world.clock.now = reviewed[1].clock.now
    with world.ledger.write(SYSTEM) as uow:
        for role, login in worlds.STAFF.items():
            signin.create_account(uow, login, f"{login}先生", role, worlds.PASSWORD)
        uow.commit()
    with world.ledger.read() as session:
        world.accounts.update({one.role: one.uid for one in signin.accounts(session)})
    yield from _serve(world, port, None)


class Office(Desk):
    """Staff without JavaScript; sessions end as days pass."""

    def at(self, role: Role, path: str, name: str = "") -> Any:
        page = self.page(self.site.world.client(role), scripts=False)
        self.go(page, path, name)
        return page

    def day(self, month: int, day: int) -> None:
        self.site.world.clock.now = datetime(2026, month, day, 2, tzinfo=UTC)


def send(page: Any, action: str, button: str = "", **fields: str) -> str:
    """Fill the form whose address ends so, send it, and say what came."""
    form = page.locator(f"form[action$='{action}']").first
    for name, value in fields.items():
        field = form.locator(f"[name='{name}']")
        tag = field.evaluate("one => one.tagName")
        field.select_option(value) if tag == "SELECT" else field.fill(value)
    submit = f"button[value='{button}']" if button else "button[type=submit]"
    form.locator(submit).first.click()
    return said(page)


def test_the_second_half_of_a_year(
    browser: Any,
    site: Site,
    reviewed: tuple[Path, Told],
    tmp_path: Path,
) -> None:
    office = Office(browser, site)
    for path in ("/decision/vote", "/decision/notice", "/honours", "/archive"):
        office.at(CLERK, path)  # opens long before its stage
    committee(office)
    vote(office, reviewed[1].firms)
    notice(office, reviewed[1].firms[0])
    prizes(office)
    archive(office, tmp_path)


def committee(office: Office) -> None:
    clerk = office.at(CLERK, "/decision", "evaluation")
    for number in range(10):
        role = "chair" if number == 0 else "member"
        send(clerk, "/decision/members", name=f"委员{number}", unit=f"单位{number}", role=role)
    chief = office.at(CHIEF, "/decision")
    send(chief, "/decision/freeze", document="诸质奖审〔2026〕3号")
    assert "得分不再改动" in send(chief, "/decision/issue", note="全部按合议结果。")
    office.go(chief, "/steps", "steps")
    assert "现在" in send(chief, "/steps/move") or "审查表决" in said(chief)
    office.go(clerk, "/decision")
    told = clerk.locator("form[action$='/link'] button").first
    told.click()
    link = clerk.locator(".notice .mono").inner_text().strip()
    phone = office.page(None, 360, scripts=False)
    office.go(phone, link.removeprefix(office.site.address), "member-phone")
    seen = said(phone)
    assert "601.50" in seen
    assert "供审定委员会委员审查表决前阅读" in seen


def vote(office: Office, firms: tuple[str, ...]) -> None:
    office.day(9, 20)
    clerk = office.at(CLERK, "/decision/vote")
    for box in clerk.locator("[name=present]").all()[:9]:
        box.check()
    send(clerk, "/decision/rounds", held_on="2026-09-20", issued="9")
    tally = {f"approve-{uid}": votes for uid, votes in zip(firms, ("8", "6", "3"), strict=True)}
    send(clerk, "/tally", returned="9", invalid="1", **tally)
    office.shot(clerk, "first-teller")
    chief = office.at(CHIEF, "/decision/vote", "second-teller")
    wrong = tally | {f"approve-{firms[1]}": "7"}
    assert "6票、7票" in send(chief, "/tally", returned="9", invalid="1", **wrong)
    assert "未过半" in send(chief, "/tally", returned="9", invalid="1", **tally)
    office.shot(chief, "result")
    send(chief, "/confirm")
    office.go(chief, "/steps")
    send(chief, "/steps/move")


def notice(office: Office, firm: str) -> None:
    office.day(9, 28)
    clerk = office.at(CLERK, "/decision/notice")
    form = {"published_on": "2026-09-28", "document": "公告1号", "contact": "来信"}
    assert "公示到2026年10月10日止" in send(clerk, "/decision/publish", **form)
    clerk.locator("summary:has-text('登记异议')").click()
    facts = {"received_on": "2026-09-28", "applicant": firm, "facts": "专利不实。"}
    assert "线索" in send(clerk, "/decision/objections", **facts)
    assert "未办结" in send(clerk, "/take-up", reason="所述具体，可以核查。")
    send(clerk, "/find", "no", finding="专利属实。")
    office.shot(clerk, "objection")
    office.day(10, 12)
    chief = office.at(CHIEF, "/decision/notice")
    send(chief, "/decide", "rejected", chair="委员0", decided_on="2026-10-12", note="不成立")
    office.go(chief, "/steps", "after-notice")
    send(chief, "/steps/move")
    office.go(chief, "/decision/notice")
    approval = {"document": "诸政发〔2026〕9号", "on": "2026-10-12"}
    assert "这一天为获奖日期" in send(chief, "/decision/approve", **approval)
    office.shot(chief, "approved")
    office.go(chief, "/steps")
    send(chief, "/steps/move")


def prizes(office: Office) -> None:
    clerk = office.at(CLERK, "/honours", "honours")
    for number in (1, 2):
        paid = {"paid_on": "2026-10-12", "voucher": f"凭{number}"}
        send(clerk, "/pay", **paid)
    assert clerk.locator("form[action$='/pay']").count() == 0
    assert clerk.locator("a[href*='/feedback.docx']").count() == 3  # the loser too
    line = {"amount": "1200.50", "payee": "评审员", "voucher": "凭3", "spent_on": "2026-10-12"}
    office.go(clerk, "/honours/account")
    assert "1,200.50" in send(clerk, "/honours/account", kind="fee", **line)
    office.shot(clerk, "account")


def archive(office: Office, folder: Path) -> None:
    clerk = office.at(CLERK, "/archive")
    send(clerk, "/archive/seal")
    chief = office.at(CHIEF, "/archive")
    send(chief, "/verify")
    office.go(chief, "/steps")
    send(chief, "/steps/move")
    inspector = office.at(INSPECTOR, "/archive", "archive")
    assert "逐字节相同" in said(inspector)
    with inspector.expect_download() as coming:
        inspector.click("a[href*='/archive/bundle.zip']")
    file = folder / "bundle.zip"
    coming.value.save_as(file)
    assert bag.verify(file.read_bytes()) == ()
    assert replay(bag.unpack(file.read_bytes())[1]).faults == ()
    office.go(inspector, "/steps", "archived")
