"""借用 through every door, between two running installations: the city's interface, the county's
pages, and the command line of both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from award.groups import lending as with_plans
from expert_pool import register
from expert_pool.core.actor import SYSTEM, Actor, Role
from expert_pool.facts.refusal import Refusal
from expert_pool.spreadsheet import loan_book
from scripts.cli import app
from tests.api import world as worlds
from tests.api.world import World

TERMS = {
    "own": "绍兴市质量奖审定办",
    "office": "诸暨市质量奖审定办",
    "first": "2026-09-07",
    "last": "2026-09-18",
}
CONSENT = {"on": "2026-07-30", "how": "签字的同意书"}


@pytest.fixture
def houses(tmp_path: Path) -> Iterator[tuple[World, World]]:
    """The city with an appointed expert, and a county with nobody of that name."""
    for name in ("city", "county"):
        (tmp_path / name).mkdir()
    city = worlds.build(tmp_path / "city", fresh=True)
    county = worlds.build(tmp_path / "county", fresh=True)
    with city.ledger.write(SYSTEM) as uow:
        register.appoint(uow, city.an_expert, "reviewer", date(2025, 1, 1), date(2027, 12, 31))
        uow.commit()
    with county.ledger.write(SYSTEM) as uow:
        for uid in county.experts:
            expert = uow.load(worlds.Expert, uid)
            with uow.change(expert, "edit"):
                expert.name, expert.pinyin, expert.phone = f"另一人{expert.id}", "", ""
        uow.commit()
    yield city, county
    for world in (city, county):
        world.ledger.close()


def form(client: TestClient) -> dict[str, str]:
    """A browser of the same session: its forms carry the token."""
    token = client.headers.pop("X-CSRF-Token")
    return {"csrf_token": token}


def test_interface_lends_and_pages_borrow_and_return(houses: tuple[World, World]) -> None:
    city, county = houses
    clerk = city.client(Role.SECRETARIAT)
    body = {**TERMS, "people": [{"expert": city.an_expert, "consent": None}]}
    answer = clerk.post("/api/v1/loans", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "no-consent")
    body["people"][0]["consent"] = CONSENT  # type: ignore[index]
    made = clerk.post("/api/v1/loans", json=body)
    assert made.status_code == 201, made.text
    again = clerk.post("/api/v1/loans", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "on-loan")

    desk = county.client(Role.SECRETARIAT)
    token = form(desk)
    file = {"file": ("借用单.json", made.json()["sheet"].encode(), "application/json")}
    wrong = desk.post("/loans/borrowed", data={**token, "digest": "0" * 12}, files=file)
    assert (wrong.status_code, "校验码不符" in wrong.text) == (
        409,
        True,
    ) or wrong.status_code == 422
    digest = made.json()["digest"][:12]
    taken = desk.post("/loans/borrowed", data={**token, "digest": digest}, files=file)
    assert taken.status_code == 200, taken.text
    assert "借自绍兴市质量奖审定办" in taken.text and "程知节" in taken.text
    back = desk.post(f"/loans/{made.json()['number']}/return", data=token)
    assert back.headers["content-disposition"].startswith("attachment")
    assert ".xlsx" in back.headers["content-disposition"]
    seal = json.loads(loan_book.text_of(back.content))["digest"]
    assert "已归还" in desk.get("/loans").text

    office = city.client(Role.SECRETARIAT)
    token = form(office)
    file = {"file": ("归还单.xlsx", back.content, "application/octet-stream")}
    home = office.post("/loans/returned", data={**token, "digest": seal[:12]}, files=file)
    assert home.status_code == 200, home.text
    assert "已归还" in home.text and "0 个半天" in home.text
    listed = city.client(Role.APPROVER).get("/api/v1/loans").json()
    assert [(one["side"], one["status"]) for one in listed] == [("out", "returned")]


def test_the_page_lends_whom_it_found_and_who_agreed(houses: tuple[World, World]) -> None:
    city, _ = houses
    clerk = city.client(Role.SECRETARIAT)
    token = form(clerk)
    assert f'value="{city.an_expert}"' in clerk.get("/loans?q=程知节").text
    given = {**token, **TERMS, "expert": city.an_expert, "consent_on": "2026-07-30"}
    answer = clerk.post("/loans", data={**given, "consent_how": "签字的同意书"})
    assert (answer.status_code, "没有本人同意的记录" in answer.text) == (422, True)
    agreed = {**given, "consent_how": "签字的同意书", "agreed": city.an_expert}
    sheet = clerk.post("/loans", data=agreed)
    said = json.loads(loan_book.text_of(sheet.content))
    assert said["people"][0]["fields"]["name"] == "程知节"
    shown = clerk.get("/loans").text
    assert said["digest"][:12] in shown
    number = said["number"]
    done = clerk.post(f"/loans/{number}/recall", data={**token, "reason": "对方没有收到"})
    assert "已撤回" in done.text


def test_who_has_a_conflict_handles_no_sheet(houses: tuple[World, World]) -> None:
    city, _ = houses
    clerk = Actor("a-x", "某经办", Role.SECRETARIAT, frozenset({"f-1"}))
    for act in (
        lambda uow: with_plans.lend(uow, [], None),
        lambda uow: with_plans.borrow(uow, "", ""),
        lambda uow: with_plans.give_back(uow, ""),
        lambda uow: with_plans.take_back(uow, "", ""),
    ):
        with pytest.raises(Refusal) as refused, city.ledger.write(clerk) as uow:
            act(uow)
        assert refused.value.code == "conflicted"


def test_the_command_line_of_both_houses(
    houses: tuple[World, World], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city, county = houses
    run = CliRunner().invoke
    monkeypatch.chdir(tmp_path)

    def at(world: World, *words: str) -> str:
        for name in ("database_url", "secret_file", "data_dir"):
            value = str(getattr(world.settings, name))
            monkeypatch.setenv(f"EXPERT_POOL_{name.upper()}", value)
        result = run(app, ["loan", *words])
        return f"{result.exit_code} {result.output}"

    sent = ["--own", "甲办", "--office", "乙办", "--first", "2099-09-07", "--last", "2099-09-18"]
    given = ["--consent", "签字", "--consent-on", "2026-01-05"]
    assert "不全在聘期内" in at(city, "out", city.an_expert, *sent, *given, "-o", "a.json")
    assert not Path("a.json").exists()
    with city.ledger.write(SYSTEM) as uow:
        register.appoint(uow, city.an_expert, "reviewer", date(2099, 1, 1), date(2099, 12, 31))
        uow.commit()
    told = at(city, "out", city.an_expert, *sent, *given, "-o", "a.json")
    digest = re.findall(r"[0-9a-f]{64}", told)[0]
    assert at(county, "in", "a.json", "--digest", "f" * 12).startswith("1 ")
    taken = at(county, "in", "a.json", "--digest", digest[:12])
    number = re.findall(r"l-[0-9a-f]{15}", taken)[0]
    assert "借自甲办" in at(county, "list")
    back = at(county, "return", number, "-o", "b.xlsx")
    seal = re.findall(r"[0-9a-f]{64}", back)[0]
    assert at(city, "take-back", "b.xlsx", "--digest", seal).startswith("0 程知节  0 个半天")
    assert at(city, "recall", number, "--reason", "弄错").startswith("1 ")
