"""保存与删除页 and 审计页: what is due is shown to staff, only the approver erases; topics narrow
the log; the check names its anchors.
"""

from __future__ import annotations

from datetime import UTC, datetime

from expert_pool.core.actor import Role
from tests.web.conftest import Office
from tests.web.markup import Page


def test_what_is_due_is_shown_and_only_the_approver_erases(office: Office) -> None:
    office.world.clock.now = datetime(2040, 3, 1, 1, tzinfo=UTC)
    clerk, chief = office.browser(Role.SECRETARIAT), office.browser(Role.APPROVER)
    shown = clerk.get("/retention")
    assert "由审定办负责人决定" in shown.text and not [
        form for form in Page(shown.text).forms if "/retention/" in form.action
    ]
    page = Page(chief.get("/retention").text)
    assert page.faults == []
    form = page.form("/retention/R1")
    answer = form.send(chief, reason="年度清理")
    assert "已按规则处理" in answer.text
    assert "已删除" in chief.get("/experts").text
    assert "到期处理：专家" in chief.get("/audit?topic=erasures").text


def test_topics_narrow_the_log_and_name_whom_an_entry_is_about(office: Office) -> None:
    inspector = office.browser(Role.INSPECTOR)
    whole, terms = inspector.get("/audit").text, inspector.get("/audit?topic=appointments").text
    assert "建立评审年度" in whole and "建立评审年度" not in terms
    assert "聘任" in terms and Page(terms).faults == []
    assert inspector.get("/audit?topic=draws").status_code == 200


def test_the_check_of_the_chain_is_one_click_and_counts_its_anchors(office: Office) -> None:
    text = office.browser(Role.INSPECTOR).get("/audit?verify=yes").text
    assert "校验通过" in text and "首尾相扣" in text
