"""The interface does what the pages do: a reviewer's book and the office's shortlist by JSON."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from expert_pool.core.actor import Role
from tests.api import world as worlds
from tests.award.walk import MEMBERS, YEAR, Walk


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    world = worlds.build(tmp_path_factory.mktemp("interface"), fresh=True)
    found = Walk(world.ledger, world.clock)
    found.documents()
    found.world = world  # type: ignore[attr-defined]
    yield found
    world.ledger.close()


def test_a_book_is_scored_locked_and_agreed_by_the_interface(walk: Walk) -> None:
    world: worlds.World = walk.world  # type: ignore[attr-defined]
    firm = next(iter(walk.cast.firms.values()))
    for name in MEMBERS[1:]:
        walk.score(firm, members=(name,))
    leader = world.expert_client(walk.cast.experts[MEMBERS[0]])
    book = f"/api/v1/my/books/{walk.book(MEMBERS[0], firm, 'document')}"
    assert leader.get(book).status_code == 404  # not told whom she reviews before she accepts
    duty = leader.get(f"/api/v1/my/duties/{YEAR}")
    assert duty.status_code in (200, 404)
    mark = {"percent": 60, "strengths": "有方法。", "saved": 0}
    refused = leader.put(f"{book}/items/4.1.2", json=mark | {"percent": 52})
    assert (refused.status_code, refused.json()["detail"]) == (
        422,
        "52%不在评分档上，应为0到100之间5的倍数。",
    )
    walk.fill(MEMBERS[0], firm)
    stale = leader.put(f"{book}/items/4.1.2", json=mark)
    assert stale.status_code == 412
    receipt = leader.post(f"{book}/lock").json()["receipt"]
    assert len(receipt) == 16
    assert leader.post(f"{book}/lock").status_code == 409
    at = f"/api/v1/my/{YEAR}/consensus/document/{firm}"
    assert leader.post(f"{at}/accept").json() == {"accepted": 23}
    said = {"overview": "组织概况。", "proposal": "yes"}
    assert leader.put(f"{at}/overview", json=said).status_code == 204
    digest = leader.post(f"{at}/report").json()["digest"]
    for name in MEMBERS:
        client = world.expert_client(walk.cast.experts[name])
        assert client.post(f"{at}/signatures", json={"digest": digest}).status_code == 204
    clerk = world.client(Role.SECRETARIAT)
    chain = clerk.get(f"/api/v1/years/{YEAR}/scoring/document/{firm}").json()
    assert (chain["total"], chain["state"], len(chain["rows"])) == ("600.00", "已签完", 23)
    chief = world.client(Role.APPROVER)
    places = {"places": [{"applicant": firm, "inside": True}]}
    early = chief.post(f"/api/v1/years/{YEAR}/shortlist", json=places)
    assert early.status_code == 409 and "报告还没有签完" in early.json()["detail"]
    assert clerk.post(f"/api/v1/years/{YEAR}/shortlist", json=places).status_code == 403


def test_steps_and_settings_by_the_interface(walk: Walk) -> None:
    world: worlds.World = walk.world  # type: ignore[attr-defined]
    clerk, chief = world.client(Role.SECRETARIAT), world.client(Role.APPROVER)
    steps = clerk.get(f"/api/v1/years/{YEAR}/steps").json()
    assert (steps["stage"], steps["next"]) == ("documents", "site")
    refused = chief.post(f"/api/v1/years/{YEAR}/steps/move", json={"wanted": "vote"})
    assert refused.json()["detail"].startswith("现在是资料评审，不能进入审查表决。")
    assert (
        clerk.post(f"/api/v1/years/{YEAR}/steps/move", json={"wanted": "site"})
        .json()["detail"]
        .startswith("进入现场评审须由审定办负责人办理。")
    )
    fixed = clerk.put(
        f"/api/v1/years/{YEAR}/settings/doc_weight", json={"value": "0.5", "source": "x"}
    )
    assert fixed.status_code == 409 and "资料评审已经开始" in fixed.json()["detail"]
    assert len(clerk.get(f"/api/v1/years/{YEAR}/intake").json()) == 3
    assert len(clerk.get(f"/api/v1/years/{YEAR}/inquiries").json()["letters"]) == 2
