"""The office's side of the year: asking, reminding, handing messages over, closing the round,
answers to duties.
"""

from __future__ import annotations

import io
import json
import re

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from expert_pool import register
from expert_pool.core.actor import SYSTEM, SYSTEM_VIEWER, Role
from expert_pool.core.messages import LINK
from expert_pool.ledger import audit
from expert_pool.tables import Appointment, Conflict, Declaration, Expert, Message, PersonalLink
from tests.api.story import FIRMS, PEOPLE, YEAR, ok
from tests.use_cases.world import CARD
from tests.web.conftest import Office
from tests.web.markup import Form, Page
from tests.web.test_own_duty import published  # noqa: F401 - a fixture

EVERYBODY = len(PEOPLE) + 2  # two more were in the register before the year began


def form(text: str, action: str) -> Form:
    return next(one for one in Page(text).forms if one.action == action)


def unsign(office: Office, position: int) -> None:
    """Somebody who has not signed."""
    with office.world.ledger.write(SYSTEM) as uow:
        rows = uow.session.scalars(select(Declaration).order_by(Declaration.id)).all()
        uow.session.delete(rows[position])
        uow.commit()


def test_one_click_reminds_those_who_lack_something_and_no_other(office: Office) -> None:
    unsign(office, 2)
    clerk = office.browser(Role.SECRETARIAT)
    page = clerk.get("/round").text
    outbox = clerk.post(
        "/round/messages", data=form(page, "/round/messages").fields | {"kind": "remind"}
    ).text
    assert PEOPLE[2][0] in outbox and PEOPLE[3][0] not in outbox and "年度声明" in outbox


def test_before_anybody_was_asked_the_page_offers_to_ask_and_not_to_remind(office: Office) -> None:
    """Days that came with the register are no answer."""
    with office.world.ledger.write(SYSTEM) as uow:
        for row in uow.session.scalars(select(Declaration)).all():
            uow.session.delete(row)
        uow.commit()
    clerk = office.browser(Role.SECRETARIAT)
    page = clerk.get("/round").text
    assert "催办未完成" not in page
    asking = form(page, "/round/messages")
    clerk.post("/round/messages", data=asking.fields | {"kind": "ask"})
    assert "催办未完成" in clerk.get("/round").text


@pytest.mark.parametrize("channel", ["copy", "print", "file"])
def test_links_are_made_when_a_message_goes_out_and_kept_nowhere(
    office: Office, channel: str
) -> None:
    clerk = office.browser(Role.SECRETARIAT)
    page = clerk.get("/round").text
    outbox = clerk.post(
        "/round/messages", data=form(page, "/round/messages").fields | {"kind": "ask"}
    ).text
    sending = form(outbox, "/round/outbox/hand-over")
    uids = re.findall(r'name="uid"\s+value="([^"]+)"', outbox)
    answer = clerk.post(
        "/round/outbox/hand-over", data=sending.fields | {"uid": uids, "channel": channel}
    )
    if channel == "file":
        rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
        assert rows[0] == ("姓名", "手机号", "短信内容") and len(rows) == EVERYBODY + 1
        text = str(rows)
    else:
        text = answer.text
    tokens = re.findall(r"/l/([A-Za-z0-9_\-]{43})", text)
    assert len(set(tokens)) == EVERYBODY and ("13812345678" in text) is (channel != "print")
    assert [firm[0] for firm in FIRMS if firm[0] in text] == []
    entered = office.world.stranger().post(f"/l/{tokens[0]}", follow_redirects=False)
    assert entered.headers["location"] == "/me"
    with office.world.ledger.read() as session:
        kept = session.scalars(select(Message)).all()
        assert {row.status for row in kept} == {"sent"} and all(LINK in row.text for row in kept)
        assert "http" not in "".join(row.text for row in kept)
        hashes = set(session.scalars(select(PersonalLink.token_sha256)))
    assert hashes.isdisjoint(tokens)
    log = str(ok(office.world.client(Role.INSPECTOR).get("/api/v1/audit", params={"limit": 200})))
    assert [token for token in tokens if token in log] == [] and ("交付通知" in log) is (
        channel != "print"
    )


def test_what_was_given_out_is_not_given_out_again_by_a_second_press(office: Office) -> None:
    clerk = office.browser(Role.SECRETARIAT)
    asking = form(clerk.get("/round").text, "/round/messages").fields | {"kind": "ask"}
    outbox = clerk.post("/round/messages", data=asking).text
    uids = re.findall(r'name="uid"\s+value="([^"]+)"', outbox)
    sending = form(outbox, "/round/outbox/hand-over").fields | {"uid": uids, "channel": "copy"}
    older = form(clerk.get("/round/outbox").text, "/round/outbox/hand-over").fields
    first = clerk.post("/round/outbox/hand-over", data=sending)
    assert clerk.post("/round/outbox/hand-over", data=sending).text == first.text
    second = clerk.post("/round/outbox/hand-over", data=sending | older | {"uid": uids})
    assert (first.status_code, second.status_code) == (200, 409)
    assert f"等 {len(uids)} 人的通知已在" in second.text
    tokens = re.findall(r"/l/([A-Za-z0-9_\-]{43})", first.text)
    again = form(clerk.get("/round/outbox?show=sent").text, "/round/outbox/hand-over").fields
    third = clerk.post("/round/outbox/hand-over", data=again | {"uid": uids[:1], "channel": "copy"})
    assert third.status_code == 200
    entered = office.world.stranger().post(f"/l/{tokens[0]}", follow_redirects=False)
    assert entered.status_code == 303


def test_reminders_leave_the_links_before_them_good_up_to_three(office: Office) -> None:
    clerk = office.browser(Role.SECRETARIAT)
    tokens = []
    for _ in range(4):
        asking = form(clerk.get("/round").text, "/round/messages").fields | {"kind": "ask"}
        outbox = clerk.post("/round/messages", data=asking).text
        row = next(part for part in outbox.split("<tr>") if PEOPLE[5][0] in part)
        chosen = {"uid": re.findall(r'name="uid"\s+value="([^"]+)"', row)}
        sent = clerk.post(
            "/round/outbox/hand-over", data=form(outbox, "/round/outbox/hand-over").fields | chosen
        ).text
        tokens += re.findall(r"/l/([A-Za-z0-9_\-]{43})", sent)
        office.world.clock.forward(minutes=1)
    assert [
        office.world.stranger().post(f"/l/{token}", follow_redirects=False).status_code
        for token in tokens
    ] == [404, 303, 303, 303]


def test_a_closed_round_keeps_her_days_as_they_are(office: Office) -> None:
    clerk, her = office.browser(Role.SECRETARIAT), office.expert()
    opened = clerk.post(
        "/round/term",
        data=form(clerk.get("/round").text, "/round/term").fields | {"due": "2026-08-25"},
    ).text
    assert "2026年8月25日" in opened
    sheet = form(her.get("/me/days").text, "/me/days").fields | {"quick": "none"}
    closed = clerk.post("/round/close", data=form(opened, "/round/close").fields).text
    assert "专家不能再自行修改时间" in closed
    assert "征集已经截止" in her.get("/me/days").text
    assert her.post("/me/days", data=sheet).status_code == 409
    again = clerk.post(
        "/round/term", data=form(closed, "/round/term").fields | {"due": "2026-09-01"}
    ).text
    assert "征集中" in again
    assert her.post("/me/days", data=sheet).status_code == 200


def test_the_office_sees_answers_and_a_refusal_leads_to_the_repair(published: Office) -> None:
    clerk, her = published.browser(Role.SECRETARIAT), published.expert()
    fields = form(her.get("/me").text, "/me/duty").fields
    her.post(
        "/me/duty", data=fields | {"answer": "decline", "reason_kind": "personal", "reason": "手术"}
    )
    page = clerk.get("/round/duties").text
    assert "身体或家庭原因：手术" in page and f"/plans/{published.year.plan}/repair" in page
    other = published.year.experts[2]
    told = clerk.post(
        f"/round/duties/{other}",
        data=form(page, f"/round/duties/{other}").fields | {"answer": "accept"},
    ).text
    assert "审定办代记" in told
    anew = form(told, f"/round/duties/{published.year.experts[0]}").fields | {
        "answer": "reopen",
        "reason": "来电可以参加",
    }
    assert "谢绝的原因" in clerk.post(f"/round/duties/{published.year.experts[0]}", data=anew).text
    assert her.get("/me").text.count("请您担任组长") == 1


def test_who_only_reads_sees_answers_without_buttons(published: Office) -> None:
    page = published.browser(Role.INSPECTOR).get("/round/duties").text
    assert PEOPLE[0][0] in page
    assert [one.action for one in Page(page).forms if one.action.startswith("/round")] == []


def test_asking_for_erasure_reaches_the_office_and_its_answer_the_expert(office: Office) -> None:
    clerk, her = office.browser(Role.SECRETARIAT), office.expert()
    her.post(
        "/me/data/erasure",
        data=form(her.get("/me/data").text, "/me/data/erasure").fields | {"reason": "不再参加"},
    )
    page = clerk.get("/round").text
    assert "不再参加" in page
    action = f"/round/erasures/{office.year.experts[0]}"
    clerk.post(action, data=form(page, action).fields | {"answer": "年底删除，评审档案按规定保留"})
    assert "不再参加" not in clerk.get("/round").text
    assert "年底删除" in her.get("/me/data").text


def test_agreeing_to_erase_erases_answers_and_ends_her_session(office: Office) -> None:
    """Refused while she is appointed; the clerk has no such button; nobody named stays in the
    round.
    """
    clerk, chief, her = (
        office.browser(Role.SECRETARIAT),
        office.browser(Role.APPROVER),
        office.expert(),
    )
    uid = office.year.experts[0]
    her.post(
        "/me/data/erasure",
        data=form(her.get("/me/data").text, "/me/data/erasure").fields | {"reason": "不再参加"},
    )
    action = f"/round/erasures/{uid}/forget"
    assert action not in clerk.get("/round").text
    agreed = form(chief.get("/round").text, action).fields | {"answer": "依本人申请删除"}
    assert chief.post(action, data=agreed).status_code == 409
    with office.world.ledger.write(SYSTEM) as uow:
        term = uow.session.scalars(select(Appointment).join(Expert).where(Expert.uid == uid)).one()
        register.end_appointment(uow, term.uid, term.version, uow.now.date(), "本人辞聘")
        uow.commit()
    page = chief.post(action, data=agreed)
    assert page.status_code == 200 and uid not in page.text and "不再参加" not in page.text
    assert her.get("/me", follow_redirects=False).headers["location"].startswith("/login")
    assert uid not in clerk.get("/round?show=all").text + clerk.get("/round?show=out").text
    assert "已删除" in clerk.get(f"/experts/{uid}").text


def test_a_link_is_stopped_on_the_page_of_its_expert(office: Office) -> None:
    clerk, uid = office.browser(Role.SECRETARIAT), office.year.experts[0]
    page = clerk.get(f"/experts/{uid}").text
    letter = clerk.post(f"/experts/{uid}/link", data=form(page, f"/experts/{uid}/link").fields).text
    token = re.findall(r"/l/([A-Za-z0-9_\-]{43})", letter)[0]
    phone = office.world.stranger()
    assert phone.post(f"/l/{token}", follow_redirects=False).headers["location"] == "/me"
    page = clerk.get(f"/experts/{uid}").text
    stopping = next(one for one in Page(page).forms if one.action.endswith("/stop"))
    assert (
        "已打开" in page
        and "个人链接已停用" in clerk.post(stopping.action, data=stopping.fields).text
    )
    assert phone.get("/me", follow_redirects=False).status_code == 401
    assert office.world.stranger().post(f"/l/{token}").status_code == 404
    assert "/stop" not in office.browser(Role.INSPECTOR).get(f"/experts/{uid}").text


def test_an_applicant_that_joins_late_is_asked_about_alone_and_reminded_of(office: Office) -> None:
    clerk, her, uid = office.browser(Role.SECRETARIAT), office.expert(), office.year.experts[0]
    assert "没有需要回避的" in her.get("/me").text
    office.world.clock.forward(minutes=1)
    entered = {
        "name": "诸暨后来水泵有限公司",
        "award": "QUALITY",
        "industries": [{"code": "3441"}],
        "employees": 250,
    }
    late = ok(
        office.world.client(Role.SECRETARIAT).post(f"/api/v1/years/{YEAR}/applicants", json=entered)
    )["uid"]
    page = clerk.get("/round").text
    assert page.count("已签，未就新增组织申报") == len(PEOPLE)
    assert (
        "尚未就" in clerk.get(f"/applicants/{late}").text
        or "名单新增，尚未申报" in clerk.get(f"/applicants/{late}").text
    )
    outbox = clerk.post(
        "/round/messages", data=form(page, "/round/messages").fields | {"kind": "remind"}
    ).text
    assert outbox.count("补充回避申报（名单有新增）") == len(PEOPLE) and "后来水泵" not in outbox
    assert "名单新增 1 家" in her.get("/me").text
    text = her.get("/me/conflicts").text
    assert "名单新增 1 家申报组织" in text and text.index("诸暨后来水泵有限公司") < text.index(
        "以前申报过的"
    ) < text.index(FIRMS[0][0])
    sheet = form(text, "/me/conflicts")
    old = sheet.fields | {
        "seen": [one for one in sheet.fields["seen"] if one != late],
        "answer": "none",
    }
    behind = her.post("/me/conflicts", data=old)  # a page opened before it joined
    assert (
        behind.status_code == 409
        and "名单刚有变动" in behind.text
        and "诸暨后来水泵有限公司" in behind.text
    )
    assert her.post("/me/conflicts", data=sheet.fields | {"answer": "none"}).status_code == 200
    assert (
        "没有需要回避的" in her.get("/me").text
        and "以前申报过的" not in her.get("/me/conflicts").text
    )
    with office.world.ledger.read() as session:
        last = audit.entries(session, SYSTEM_VIEWER, kind="declaration", limit=1)[0]
    assert (last.action, last.before["answered_at"] < last.after["answered_at"]) == ("answer", True)  # type: ignore[index]
    assert clerk.get("/round").text.count("已签，未就新增组织申报") == len(PEOPLE) - 1 and uid


def test_a_small_holding_is_declared_with_its_percentage(office: Office) -> None:
    her, clerk, uid = office.expert(), office.browser(Role.SECRETARIAT), office.year.experts[0]
    sheet = form(her.get("/me/conflicts").text, "/me/conflicts").fields | {
        "answer": "some",
        "firm": office.year.applicants[0],
    }
    wrong = her.post("/me/conflicts", data=sheet | {"kind": "EQUITY", "percent": "很少"})
    assert (
        wrong.status_code == 422
        and "大于 0、不超过 100" in wrong.text
        and 'value="很少"' in wrong.text
    )
    assert (
        "持股 3.5%，不足 5%"
        in her.post("/me/conflicts", data=sheet | {"kind": "EQUITY", "percent": "３.5％"}).text
    )
    shown = clerk.get(f"/experts/{uid}").text
    assert "持股 3.5%，不足 5%" in shown and "尽量不安排" in shown
    entering = form(shown, f"/experts/{uid}/conflicts")
    big = clerk.post(
        entering.action,
        data=entering.fields | {"organisation": FIRMS[1][0], "kind": "EQUITY", "percent": "12"},
    ).text
    assert "持股 12%，达到 5%" in big and "不得评审" in big


NOTICE = {"accountId", "bizMsgId", "title", "text", "link"}


def test_work_notices_leave_as_a_file_with_account_title_text_and_link(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = office.browser(Role.SECRETARIAT)
    asking = form(clerk.get("/round").text, "/round/messages").fields | {"kind": "ask"}
    assert (
        "浙政钉" not in clerk.post("/round/messages", data=asking).text
    )  # an office without it is not offered it
    monkeypatch.setattr(
        office.world.app.state,
        "settings",
        office.world.settings.model_copy(update={"channels": ("file", "zzd")}),
    )
    uid = office.year.experts[0]
    edit = form(clerk.get(f"/experts/{uid}/edit").text, f"/experts/{uid}/edit")
    assert clerk.post(edit.action, data=edit.fields | {"zzd_account": "张三"}).status_code == 422
    assert "GE_4f0c" in clerk.post(edit.action, data=edit.fields | {"zzd_account": "GE_4f0c"}).text
    outbox = clerk.get("/round/outbox").text
    assert f"没有账号 {EVERYBODY - 1}" in outbox and "复制文本" not in outbox
    sending = form(outbox, "/round/outbox/hand-over").fields | {"channel": "zzd"}
    refused = clerk.post(
        "/round/outbox/hand-over",
        data=sending | {"uid": re.findall(r'name="uid"\s+value="([^"]+)"', outbox)},
    )
    assert (
        refused.status_code == 422
        and f"有 {EVERYBODY - 1} 位专家没有登记浙政钉账号" in refused.text
        and "短信文件或打印信函" in refused.text
    )
    with office.world.ledger.read() as session:
        assert {row.status for row in session.scalars(select(Message))} == {"waiting"}
    having = re.findall(
        r'name="uid"\s+value="([^"]+)"', clerk.get("/round/outbox?account=yes").text
    )
    answer = clerk.post("/round/outbox/hand-over", data=sending | {"uid": having})
    assert (
        answer.headers["content-disposition"].endswith(".jsonl")
        or ".jsonl" in answer.headers["content-disposition"]
    )
    notices = [json.loads(line) for line in answer.text.splitlines()]
    assert [(set(one), one["accountId"], one["bizMsgId"]) for one in notices] == [
        (NOTICE, "GE_4f0c", having[0])
    ]
    assert (
        "/l/" in notices[0]["link"]
        and "/l/" not in notices[0]["text"]
        and LINK not in notices[0]["text"]
    )
    assert [
        firm[0] for firm in FIRMS if firm[0] in answer.text
    ] == [] and "13812345678" not in answer.text
    entered = office.world.stranger().post(
        "/l/" + notices[0]["link"].split("/l/")[1], follow_redirects=False
    )
    assert entered.headers["location"] == "/me"
    assert (
        clerk.post(
            "/round/outbox/hand-over", data=sending | {"uid": having, "channel": "copy"}
        ).status_code
        == 409
    )


def test_conflicts_are_declared_only_after_signing_and_keep_what_was_ticked(office: Office) -> None:
    her, uid = office.expert(), office.year.experts[0]
    sheet = form(her.get("/me/conflicts").text, "/me/conflicts")
    ticked = re.findall(r'name="firm"\s+value="([^"]+)"', her.get("/me/conflicts").text)[0]
    without = her.post(
        "/me/conflicts",
        data=sheet.fields | {"answer": "some", "firm": ticked, "evidence": "做过辅导"},
    )
    assert without.status_code == 422 and "请选择是什么关系" in without.text
    assert f'value="{ticked}" checked' in without.text and "做过辅导" in without.text
    assert (
        "请先勾选"
        in her.post(
            "/me/conflicts", data=sheet.fields | {"answer": "some", "kind": "CONSULTING"}
        ).text
    )
    with office.world.ledger.write(SYSTEM) as uow:
        uow.session.delete(
            uow.session.scalars(select(Declaration).join(Expert).where(Expert.uid == uid)).one()
        )
        uow.commit()
    for answer in ({"answer": "none"}, {"answer": "some", "firm": ticked, "kind": "CONSULTING"}):
        assert (
            her.post("/me/conflicts", data=sheet.fields | answer, follow_redirects=False).headers[
                "location"
            ]
            == "/me/declaration"
        )
    with office.world.ledger.read() as session:
        assert (
            session.scalars(
                select(Conflict)
                .join(Expert)
                .where(Expert.uid == uid, Conflict.source == "declared")
            ).all()
            == []
        )


def test_her_copy_holds_her_data_and_nobody_elses_words(office: Office) -> None:
    clerk, her = office.world.client(Role.SECRETARIAT), office.expert()
    uid = office.year.experts[0]
    said = {
        "kind": "ORG_REQUEST",
        "organisation": FIRMS[1][0],
        "source": "reported",
        "evidence": "反映有过节",
    }
    ok(clerk.post(f"/api/v1/experts/{uid}/conflicts", json=said))
    copy = her.get("/me/data.json")
    assert copy.headers["content-disposition"].startswith("attachment")
    assert "13812345678" in copy.text and "text_sha256" in copy.text
    for path in ("/me/data.json", "/me/data", "/me", "/me/conflicts"):
        assert "反映有过节" not in her.get(path).text
    assert FIRMS[1][0] not in copy.text and YEAR == 2026


def test_an_identity_number_is_entered_masked_and_shown_with_a_reason(office: Office) -> None:
    clerk, uid = office.browser(Role.SECRETARIAT), office.year.experts[0]
    edit = form(clerk.get(f"/experts/{uid}/edit").text, f"/experts/{uid}/edit")
    page = clerk.post(edit.action, data=edit.fields | {"id_number": CARD}).text
    assert CARD[:6] + "********" + CARD[-4:] in page and CARD not in page
    asking = form(page, f"/experts/{uid}/identity")
    assert clerk.post(asking.action, data=asking.fields | {"reason": " "}).status_code == 422
    assert CARD in clerk.post(asking.action, data=asking.fields | {"reason": "核对聘书"}).text
    log = office.browser(Role.INSPECTOR).get("/audit?topic=reads").text
    assert "查看身份证号" in log and "核对聘书" in log and CARD not in log
    assert "/identity" not in office.browser(Role.INSPECTOR).get(f"/experts/{uid}").text
    assert (
        CARD in office.expert().get("/me/data.json").text
        and CARD not in office.expert().get("/me/data").text
    )
    again = form(clerk.get(f"/experts/{uid}/edit").text, f"/experts/{uid}/edit")
    assert "********" not in clerk.post(again.action, data=again.fields | {"id_number": "无"}).text
