"""The second half of the year by its pages, as clerk, approver, inspector, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from httpx import Response
from starlette.testclient import TestClient

from api.decision import views
from api.identity import signin
from api.identity.holder import Holder
from api.identity.sessions import Client
from award.archive.core import bag
from award.archive.core.replay import replay
from award.decision import gather
from expert_pool.core.actor import SYSTEM, SYSTEM_VIEWER, Role, Viewer
from tests.api import world
from tests.api.world import World
from tests.award.story import Told
from tests.award.walk import YEAR

CAST = {
    "clerk": ("jingban", Role.SECRETARIAT),
    "second": ("fuhe", Role.SECRETARIAT),
    "chief": ("fuzeren", Role.APPROVER),
    "deputy": ("fuzhuren", Role.APPROVER),
    "inspector": ("jijian", Role.INSPECTOR),
}


@pytest.fixture(scope="module")
def house(
    reviewed: tuple[Path, Told], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, Told]]:
    """The reviewed year behind the application, with five people at their desks."""
    path, story = reviewed
    folder = tmp_path_factory.mktemp("pages")
    built = world.build(folder, path)
    built.clock.now = story.clock.now
    with built.ledger.write(SYSTEM) as uow:
        for login, role in CAST.values():
            signin.create_account(uow, login, f"{login}先生", role, world.PASSWORD)
        uow.commit()
    yield built, story
    built.ledger.close()


class Desk:
    """One person's browser; `sends` follows nothing and says what came."""

    def __init__(self, built: World, login: str, role: Role) -> None:
        self.built, self.login, self.role = built, login, role
        self.sign_in()

    def sign_in(self) -> None:
        """Sessions end after hours; days pass in this story."""
        built, login, role = self.built, self.login, self.role
        with built.ledger.read() as session:
            uid = next(one.uid for one in signin.accounts(session) if one.login == login)
        holder = Holder(uid, f"{login}先生", role)
        opened = built.app.state.desk.open(
            holder, timedelta(hours=8), Client("testclient", "tests"), built.clock()
        )
        self.client: TestClient = built.stranger()
        self.client.cookies.set("session", opened.token)
        self.client.headers["Accept"] = "text/html"
        self.token = opened.signed_in.csrf_token

    def sees(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[-800:])
        return answer.text

    def sends(self, path: str, **form: object) -> Response:
        data = {name.replace("__", "-"): value for name, value in form.items()}
        return self.client.post(
            path, data={"csrf_token": self.token, **data}, follow_redirects=False
        )

    def done(self, path: str, **form: object) -> None:
        answer = self.sends(path, **form)
        assert answer.status_code == 303, (path, answer.status_code, words(answer.text))
        assert "/login" not in answer.headers["location"]

    def refused(self, path: str, said: str, **form: object) -> None:
        answer = self.sends(path, **form)
        assert answer.status_code in (403, 404, 409, 422), (path, answer.status_code)
        assert said in words(answer.text), words(answer.text)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def text_of(content: bytes) -> str:
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(part.text for part in document.paragraphs), *cells])


def test_a_year_is_finished_by_its_pages(house: tuple[World, Told]) -> None:
    built, story = house
    desk = {name: Desk(built, login, role) for name, (login, role) in CAST.items()}
    _evaluation(desk)
    _vote(built, desk, story.firms)
    _notice(built, desk, story.firms)
    _honours(built, desk)
    _archive(built, desk)


def _evaluation(desk: dict[str, Desk]) -> None:
    clerk, chief = desk["clerk"], desk["chief"]
    seen = words(clerk.sees("/decision"))
    assert "601.50" in seen
    assert "现场一个80分条款的0.6档" in seen
    for number in range(15):
        role = "chair" if number == 0 else "member"
        clerk.done("/decision/members", name=f"委员{number}", unit=f"单位{number}", role=role)
    clerk.refused("/decision/members", "一人一票", name="委员0", unit="单位0", role="member")
    assert clerk.sends("/decision/freeze", document="文").status_code == 403
    chief.refused("/steps/move", "综合评价报告还没有出具", wanted="vote")
    chief.done("/decision/freeze", document="诸质奖审〔2026〕3号")
    chief.done("/decision/issue", note="全部按合议结果。")
    chief.refused("/decision/issue", "已经出具，不能再改分")
    assert "综合评价报告已由" in words(desk["inspector"].sees("/decision"))
    paper = chief.client.get("/decision/papers/evaluation.docx").content
    assert "601.50" in text_of(paper)
    chief.done("/steps/move", wanted="vote")


def _vote(built: World, desk: dict[str, Desk], firms: tuple[str, ...]) -> None:
    clerk, second, chief = desk["clerk"], desk["second"], desk["chief"]
    _on(built, desk, 9, 20)
    with built.ledger.read() as session:
        members = [one.uid for one in gather.members(session, YEAR)]
    day = "2026-09-20"
    clerk.refused("/decision/rounds", "表决无效", held_on=day, issued="9", present=members[:9])
    clerk.done("/decision/rounds", held_on=day, issued="12", present=members[:12])
    uid = re.search(r"/decision/rounds/([\w-]+)/tally", clerk.sees("/decision/vote"))
    assert uid is not None
    path = f"/decision/rounds/{uid[1]}"
    votes = dict(zip((f"approve__{one}" for one in firms), ("11", "9", "5"), strict=True))
    clerk.refused(f"{path}/tally", "请逐家填写", returned="12", invalid="1")
    clerk.done(f"{path}/tally", returned="12", invalid="1", **votes)
    assert (
        "11" not in words(second.sees("/decision/vote")).split("计票单")[-1].split("两名计票人")[0]
    )
    seen = words(clerk.sees("/steps"))
    assert "等计票人" in seen
    assert "还有1名计票人没有填写计票单。" in seen
    answer = chief.client.post(
        f"/api/v1/years/{YEAR}/steps/move",
        json={"wanted": "notice"},
        headers={"X-CSRF-Token": chief.token},
    )
    assert answer.status_code == 409, answer.text
    wrong = votes | {f"approve__{firms[1]}": "10"}
    second.done(f"{path}/tally", returned="12", invalid="1", **wrong)
    assert "9票、10票" in words(chief.sees("/decision/vote"))
    second.done(f"{path}/tally", returned="12", invalid="1", **votes)
    assert "未过半" in words(chief.sees("/decision/vote"))
    chief.done(f"{path}/confirm")
    _no_place_left_open(built, firms)
    assert "无记名" in text_of(clerk.client.get("/decision/papers/ballot.docx").content)
    chief.done("/steps/move", wanted="notice")


def _no_place_left_open(built: World, firms: tuple[str, ...]) -> None:
    """First and third would tell the one who keeps away where the second stands."""
    kept_away = Viewer("s", Role.SECRETARIAT, conflicted=frozenset({firms[1]}))
    with built.ledger.read() as session:
        decided = gather.decision(session, YEAR)
        whole, partial = (
            views._lines(session, viewer, YEAR, decided) for viewer in (SYSTEM_VIEWER, kept_away)
        )
    assert whole is not None
    assert partial is not None
    assert [one["rank"] for one in whole["rows"]] == [1, 2, 3]
    assert [(one["approve"], one["rank"]) for one in partial["rows"]] == [(11, None), (5, None)]
    outcomes = {"withdrawn": True, "below-line": False, "candidate": False}
    tell = views._places_tell_nothing
    assert {one: tell(kept_away, {firms[1]: one, firms[0]: "x"}) for one in outcomes} == outcomes


def _on(built: World, desk: dict[str, Desk], month: int, day: int) -> None:
    built.clock.now = datetime(2026, month, day, 2, tzinfo=UTC)
    for one in desk.values():
        one.sign_in()


def _notice(built: World, desk: dict[str, Desk], firms: tuple[str, ...]) -> None:
    clerk, chief = desk["clerk"], desk["chief"]
    _on(built, desk, 9, 28)
    form = {"published_on": "2026-09-28", "document": "公告1号", "contact": "来信"}
    clerk.done("/decision/publish", **form)
    assert "公示到2026年10月10日止" in words(clerk.sees("/decision/notice"))
    facts = {"received_on": "2026-09-28", "applicant": firms[0], "facts": "虚报。"}
    clerk.done("/decision/objections", from_name="某某", **facts)
    uid = re.search(r"/decision/objections/([\w-]+)/find", clerk.sees("/decision/notice"))
    assert uid is not None
    _on(built, desk, 10, 12)
    chief.refused("/steps/move", "还有1件异议没有办结", wanted="approval")
    path = f"/decision/objections/{uid[1]}"
    clerk.done(f"{path}/find", finding="查无此事。", proven="no")
    chief.done(f"{path}/decide", decision="rejected", chair="委员0", decided_on="2026-10-11")
    assert "某某" not in text_of(chief.client.get(f"{path}.docx").content)
    chief.done("/steps/move", wanted="approval")
    _on(built, desk, 10, 20)
    chief.done("/decision/approve", document="诸政发〔2026〕9号", on="2026-10-20")
    assert "这一天为获奖日期" in words(clerk.sees("/decision/notice"))
    chief.done("/steps/move", wanted="honours")


def _honours(built: World, desk: dict[str, Desk]) -> None:
    clerk, chief = desk["clerk"], desk["chief"]
    html = clerk.sees("/honours")
    first, second = re.findall(r"/honours/([\w-]+)/pay", html)
    due = re.findall(r'name="amount"[^>]*value="([\d,]+)"', html)[0]
    paid = {"paid_on": "2026-10-20", "voucher": "凭1"}
    clerk.refused(f"/honours/{first}/pay", "应发", amount="1", **paid)
    clerk.done(f"/honours/{first}/pay", amount=due, **paid)
    clerk.done(f"/honours/{second}/open", reason="账户信息待补。")
    line = {"kind": "fee", "amount": "1,200.50", "payee": "评审员", "voucher": "凭2"}
    clerk.done("/honours/account", spent_on="2026-10-20", **line)
    assert "1,200.50" in words(desk["inspector"].sees("/honours/account"))
    assert clerk.client.get("/honours/account.xlsx").status_code == 200
    told = re.findall(r"/honours/told/([\w-]+)/letter", clerk.sees("/honours"))
    assert len(told) == 3
    for uid in told:
        said = text_of(chief.client.get(f"/honours/told/{uid}/feedback.docx").content)
        assert "60%" not in said.replace("50%–65%", "")  # the setting says: bands


def _archive(built: World, desk: dict[str, Desk]) -> None:
    clerk, chief, inspector = desk["clerk"], desk["chief"], desk["inspector"]
    chief.refused("/steps/move", "归档包还没有封存", wanted="archived")
    clerk.done("/archive/seal")
    uid = re.search(r"/archive/([\w-]+)/verify", chief.sees("/archive"))
    assert uid is not None
    clerk.refused(f"/archive/{uid[1]}/verify", "须由另一人办理")
    chief.done(f"/archive/{uid[1]}/verify")
    chief.done("/steps/move", wanted="archived")
    assert "逐字节相同" in words(inspector.sees("/archive"))
    content = inspector.client.get("/archive/bundle.zip").content
    assert bag.verify(content) == ()
    files = bag.unpack(content)[1]
    assert replay(files).faults == ()
    assert "data/documents/综合评价报告.docx" in files
    assert "归档目录" in text_of(inspector.client.get("/archive/contents.docx").content)
    for path in ("/decision", "/decision/vote", "/decision/notice", "/honours", "/steps"):
        inspector.sees(path)
