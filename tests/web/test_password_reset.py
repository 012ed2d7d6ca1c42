"""重设口令: by a link, so that no administrator ever knows a password."""

from __future__ import annotations

import re

from expert_pool.core.actor import Role
from tests.api.world import PASSWORD, STAFF
from tests.web.conftest import Office
from tests.web.markup import Page

NEW = "竹篮 打水 一场空 2026"


def reset(office: Office, role: Role) -> str:
    admin, uid = office.browser(Role.ADMIN), office.world.accounts[role]
    form = Page(admin.get("/accounts").text).form(f"/accounts/{uid}/password")
    silent = admin.post(form.action, data=form.fields | {"reason": " "})
    assert silent.status_code == 422
    return admin.post(form.action, data=form.fields | {"reason": "忘记口令，已当面核对"}).text


def log_in(office: Office, role: Role, password: str) -> int:
    answer = office.world.stranger().post(
        "/api/v1/session", json={"login": STAFF[role], "password": password}
    )
    return answer.status_code


def test_the_owner_sets_a_new_password_by_a_link_that_works_once(office: Office) -> None:
    assert log_in(office, Role.SECRETARIAT, PASSWORD) == 200
    clerk = office.browser(Role.SECRETARIAT)
    told = reset(office, Role.SECRETARIAT)
    link = re.search(r"/join/[A-Za-z0-9_\-]{43}", told)
    assert link is not None
    assert log_in(office, Role.SECRETARIAT, PASSWORD) != 200
    assert clerk.get("/year", follow_redirects=False).status_code == 303
    owner = office.world.stranger()
    done = owner.post(link[0], data={"password": NEW, "again": NEW})
    assert done.status_code == 200
    assert "口令已设好" in done.text
    assert log_in(office, Role.SECRETARIAT, NEW) == 200
    again = owner.post(
        link[0], data={"password": "别人的口令 也很长", "again": "别人的口令 也很长"}
    )
    assert again.status_code == 404


def test_of_an_approver_a_second_administrator_gives_the_link(office: Office) -> None:
    told = reset(office, Role.APPROVER)
    assert re.search(r"/join/[A-Za-z0-9_\-]{43}", told) is None
    assert "请另一位管理员在此页确认" in told
    assert re.search(r"(?:[2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}", told) is not None  # its half
    assert log_in(office, Role.APPROVER, PASSWORD) != 200
    admin, uid = office.browser(Role.ADMIN), office.world.accounts[Role.APPROVER]
    assert f"/accounts/{uid}/confirm" not in admin.get("/accounts").text
