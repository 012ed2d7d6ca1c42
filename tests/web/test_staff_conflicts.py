"""工作人员回避页: what a clerk declares is out of her sight at once; another person decides, by
page or interface, and the log tells it.
"""

from __future__ import annotations

from expert_pool.core.actor import Role
from tests.api.story import FIRMS, ok
from tests.web.conftest import Office
from tests.web.test_forms import form_on

PAGE = "/staff-conflicts"


def test_declared_on_the_page_decided_through_the_interface(office: Office) -> None:
    clerk, chief = office.browser(Role.SECRETARIAT), office.world.client(Role.APPROVER)
    firm = FIRMS[0][0]
    assert firm in clerk.get("/board").text
    form_on(clerk, PAGE, PAGE).send(clerk, organisation=firm, reason="配偶在该公司任职")
    assert firm not in clerk.get("/board").text
    shown = clerk.get(PAGE).text
    assert firm in shown and "待决定，先回避" in shown and "登记他人的回避" not in shown
    (row,) = ok(chief.get("/api/v1/staff-conflicts"))
    own = office.world.client(Role.SECRETARIAT).post(
        f"/api/v1/staff-conflicts/{row['uid']}/decision",
        json={"barred": False, "reason": "没有关系"},
        headers={"If-Match": '"1"'},
    )
    assert own.status_code == 403  # nobody decides her own
    decided = chief.post(
        f"/api/v1/staff-conflicts/{row['uid']}/decision",
        json={"barred": False, "reason": "已核实，两年前离职"},
        headers={"If-Match": '"1"'},
    )
    assert decided.status_code == 204
    assert firm in clerk.get("/board").text and "不需回避" in clerk.get(PAGE).text
    log = office.browser(Role.INSPECTOR).get("/audit?topic=recusals").text
    assert "工作人员回避" in log and "已核实，两年前离职" in log


def test_entered_by_the_office_and_not_decided_by_who_entered_it(office: Office) -> None:
    chief = office.browser(Role.APPROVER)
    clerk = office.world.accounts[Role.SECRETARIAT]
    form_on(chief, PAGE, f"{PAGE}/enter").send(
        chief, account=clerk, organisation=FIRMS[1][0], reason="来信反映有亲属任职"
    )
    page = chief.get(PAGE).text
    assert FIRMS[1][0] in page and "/decide" not in page
    assert FIRMS[1][0] not in office.browser(Role.SECRETARIAT).get("/board").text
