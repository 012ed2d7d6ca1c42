"""The register's pages without JavaScript: recommended, checked, appointed, rated, accused, spared;
and who may only look.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from api import areas
from api.careers import pages as careers
from api.experts import edit_pages as expert_edits
from api.identity import staff_conflicts
from api.identity.tables import Account
from api.kit.errors import FieldError, Problem
from api.kit.labels import LABELS, sentence
from api.recusal import pages as recusals
from api.recusal.conflicts import pages as conflict_edits
from api.supervision import pages as supervision
from api.supervision.reviews import pages as reviews
from award.groups import store as plan_store
from award.recusal import certificate as recusal
from expert_pool import dossier, register
from expert_pool.core.actor import SYSTEM, SYSTEM_VIEWER, Role
from expert_pool.core.life import State
from tests.api import story
from tests.storage import CLERK
from tests.web.conftest import Office
from tests.web.markup import Form, Page
from tests.web.test_forms import form_on

HEADINGS = (
    "姓名,性别,出生年月,工作单位,职称,学历,熟悉行业,手机,从事质量工作年限,培训情况,培训时间,"
    "推荐单位,有无违法违纪"
)
GOOD = (
    "顾炎武,男,1972年7月,诸暨市质量协会,高级工程师,本科,1763,13812340001,12年,评审员培训,2024.5,"
    "诸暨市市场监管局,无"
)
OLD = (
    "黄宗羲,男,1955年1月,诸暨市质量协会,高级工程师,本科,1763,13812340002,30年,评审员培训,2024.5,"
    "诸暨市市场监管局,无"
)
BAD = (
    "王夫之,男,1972年7月,诸暨市质量协会,高级工程师,本科,1763,138123,12年,评审员培训,2024.5,"
    "诸暨市市场监管局,待查"
)
YEAR = story.YEAR


def send_file(client: TestClient, form: Form, text: str, **more: str) -> Any:
    fields = {name: found[0] for name, found in form.fields.items() if name != "file"} | more
    return client.post(
        form.action, data=fields, files={"file": ("表.csv", text.encode("utf-8-sig"), "text/csv")}
    )


def candidates(office: Office) -> dict[str, dossier.CandidacyView]:
    with office.world.ledger.read() as session:
        return {
            view.name: view
            for view in dossier.candidacies(session, SYSTEM_VIEWER, office.world.clock().date())
        }


def life(office: Office, uid: str) -> dossier.Life:
    with office.world.ledger.read() as session:
        return dossier.life(session, SYSTEM_VIEWER, uid, office.world.clock().date())


def test_from_recommendation_to_a_letter_of_appointment(office: Office) -> None:
    clerk, chief = office.browser(Role.SECRETARIAT), office.browser(Role.APPROVER)
    form = form_on(clerk, "/candidates", "/candidates/import")
    refused = send_file(clerk, form, "\n".join((HEADINGS, GOOD, BAD)))
    assert refused.status_code == 422 and candidates(office) == {}
    assert (
        "2 处有误，一行也没有读入" in refused.text
        and "138123" in refused.text
        and "看不出是否同意推荐" in refused.text
    )
    read = send_file(clerk, form, "\n".join((HEADINGS, GOOD, OLD)))
    assert "推荐表已读入" in read.text and set(candidates(office)) == {"顾炎武", "黄宗羲"}
    uid, action = (
        candidates(office)["顾炎武"].expert_uid,
        f"/candidates/{candidates(office)['顾炎武'].uid}/decide",
    )
    assert (
        "审查决定已登记" in form_on(clerk, "/candidates", action).send(clerk, decision="pass").text
    )
    # 71 years: only with a reason, and by another than who entered it.
    action = f"/candidates/{candidates(office)['黄宗羲'].uid}/decide"
    assert (
        "应由登记人以外的另一人决定"
        in form_on(clerk, "/candidates", action)
        .send(clerk, decision="pass", reason="行业泰斗")
        .text
    )
    assert "请写明理由" in form_on(chief, "/candidates", action).send(chief, decision="pass").text
    form_on(chief, "/candidates", action).send(chief, decision="pass", reason="行业泰斗，返聘")
    assert candidates(office)["黄宗羲"].reason == "行业泰斗，返聘"
    form = form_on(clerk, f"/experts/{uid}", f"/experts/{uid}/appoint")
    assert form.fields["first"] == ["2026-08-20"] and form.fields["last"] == ["2029-08-19"]
    assert "聘任已登记" in form.send(clerk, grade="trainee").text
    term = life(office, uid).terms[0]
    assert (term.grade, term.certificate_no, life(office, uid).state) == (
        "trainee",
        "诸质奖聘〔2026〕001号",
        State.SERVING,
    )
    letter = clerk.get(f"/api/v1/experts/{uid}/appointments/{term.uid}/letter.docx")
    assert letter.status_code == 200 and letter.content[:2] == b"PK"
    form_on(chief, f"/experts/{uid}", f"/experts/{uid}/grade").send(
        chief, grade="reviewer", reason="见习期满"
    )
    form_on(chief, f"/experts/{uid}", f"/experts/{uid}/end").send(
        chief, kind="dismiss", reason="违反纪律"
    )
    assert life(office, uid).state is State.DISMISSED
    assert "见习期满" in chief.get(f"/experts/{uid}").text


@pytest.mark.parametrize(
    ("today", "last", "term"),
    [
        (date(2026, 8, 31), None, (date(2026, 8, 31), date(2029, 8, 30))),
        (date(2028, 2, 29), None, (date(2028, 2, 29), date(2031, 2, 28))),
        (date(2026, 3, 1), date(2028, 2, 28), (date(2028, 2, 29), date(2031, 2, 28))),
        (date(2026, 3, 1), date(2026, 2, 28), (date(2026, 3, 1), date(2029, 2, 28))),
    ],
)
def test_the_term_offered_has_whole_years(
    today: date, last: date | None, term: tuple[date, date]
) -> None:
    assert careers.next_term(today, last) == term


def test_a_form_that_says_too_little_is_amended(office: Office) -> None:
    clerk = office.browser(Role.SECRETARIAT)
    send_file(
        clerk,
        form_on(clerk, "/candidates", "/candidates/import"),
        "\n".join((HEADINGS, GOOD.replace("12年", ""))),
    )
    view = candidates(office)["顾炎武"]
    assert "补正资料前只能不通过" in clerk.get("/candidates").text
    form_on(clerk, "/candidates", f"/candidates/{view.uid}/amend").send(clerk, experience="12")
    assert candidates(office)["顾炎武"].form == view.form.__class__(
        **{**vars(view.form), "experience_years": 12}
    )
    # The corrected sheet sent again means the same person and the same application.
    send_file(
        clerk,
        form_on(clerk, "/candidates", "/candidates/import"),
        "\n".join((HEADINGS, GOOD.replace("12年", "13年"))),
    )
    assert [(one.uid, one.form.experience_years) for one in candidates(office).values()] == [
        (view.uid, 13)
    ]


def test_work_is_noted_rated_and_a_case_decided(office: Office) -> None:
    clerk, chief, uid = (
        office.browser(Role.SECRETARIAT),
        office.browser(Role.APPROVER),
        office.year.experts[0],
    )
    page = f"/experts/{uid}/years/{YEAR}"
    common = {"organisation": story.FIRMS[0][0], "stage": "site"}
    form_on(clerk, page, f"{page}/stage").send(clerk, attendance="no_show", **common)
    form_on(clerk, page, f"{page}/stage").send(
        clerk, attendance="no_show", **(common | {"stage": "document"})
    )
    form_on(clerk, page, f"{page}/ratings/applicant").send(clerk, points=["48", "45"], **common)
    assert (
        "应打 0 到 50 分"
        in form_on(clerk, page, f"{page}/ratings/applicant")
        .send(clerk, points=["51", "45"], **common)
        .text
    )
    shown = clerk.get(page).text
    assert "73" in shown and "无故缺席" in shown and "两年内无故缺席 2 次以上，建议解聘" in shown
    assert "1 项建议待决定" in clerk.get(f"/supervision?year={YEAR}").text
    form_on(chief, page, f"{page}/proposals/exit-absent").send(
        chief, press="不采纳", reason="因车祸住院，已补交证明"
    )
    assert life(office, uid).state is State.SERVING and "因车祸住院" in chief.get(page).text
    form_on(clerk, page, f"/experts/{uid}/violations").send(
        clerk, kind="GIFT", occurred_on="2026-08-01", facts="反映收受礼品"
    )
    assert life(office, uid).state is State.SUSPENDED
    with office.world.ledger.read() as session:
        case = dossier.violations(session, SYSTEM_VIEWER)[0]
    decide = f"/violations/{case.uid}/decide"
    assert "由您立案，请另一人作处理决定。" in clerk.get("/supervision").text
    own = {
        "csrf_token": form_on(clerk, page, f"{page}/stage").fields["csrf_token"][0],
        "version": "1",
        "measure": "warn",
        "reason": "查实",
    }
    assert "请由另一人办理" in clerk.post(decide, data=own).text
    form_on(chief, "/supervision", decide).send(chief, measure="warn", reason="属实，情节轻微")
    assert life(office, uid).state is State.SERVING
    paper = clerk.get(f"/api/v1/experts/{uid}/years/{YEAR}/sheet.docx")
    assert paper.status_code == 200 and paper.content[:2] == b"PK"


def test_somebody_is_suspended_and_comes_back(office: Office) -> None:
    clerk, uid = office.browser(Role.SECRETARIAT), office.year.experts[0]
    page = f"/experts/{uid}"
    assert (
        "已暂停使用"
        in form_on(clerk, page, f"{page}/suspend").send(clerk, scope="open", reason="出国访学").text
    )
    assert life(office, uid).state is State.SUSPENDED
    missing = form_on(clerk, page, f"{page}/reinstate").send(clerk)
    assert (
        missing.status_code == 422
        and "请填写“理由”。" in missing.text
        and "reason" not in Page(missing.text).text.split("<main")[1]
    )
    assert (
        "已恢复使用" in form_on(clerk, page, f"{page}/reinstate").send(clerk, reason="已回国").text
    )
    assert life(office, uid).state is State.SERVING


def test_what_no_button_sends_decides_nothing(office: Office) -> None:
    clerk, chief, uid = (
        office.browser(Role.SECRETARIAT),
        office.browser(Role.APPROVER),
        office.year.experts[0],
    )
    send_file(
        clerk, form_on(clerk, "/candidates", "/candidates/import"), "\n".join((HEADINGS, GOOD))
    )
    with office.world.ledger.write(CLERK) as uow:
        soft = register.declare_conflict(
            uow, uid, register.ConflictFields("SUPPLIER_CUSTOMER", story.FIRMS[0][0])
        )
        waiver = register.propose_waiver(uow, soft, 1, "金额很小")
        uow.commit()
    candidate = candidates(office)["顾炎武"]
    for page, action in (
        ("/candidates", f"/candidates/{candidate.uid}/decide"),
        ("/recusals", f"/waivers/{waiver}/decide"),
    ):
        answer = form_on(chief, page, action).send(chief, reason="按回车键提交")
        assert (answer.status_code, "没有选择怎样决定" in answer.text) == (422, True)
    ended = form_on(chief, f"/experts/{uid}", f"/experts/{uid}/end").send(
        chief, kind="bogus", reason="不知道是哪一种"
    )
    assert (ended.status_code, life(office, uid).state) == (422, State.SERVING)
    assert candidates(office)["顾炎武"] == candidate


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"since": "2026-02-30"}, "起始日期应是 2026-09-07 这样的日期。"),
        ({"since": "0001-01-01"}, "起始日期应在 1900 年到 2100 年之间"),
        ({"since": "2026-02-20", "until": "2026-02-19"}, "起始日期不能晚于结束日期。"),
        ({"kind": "SAME_GROUP_KIN"}, "是两位专家之间的情形"),
        ({"kind": "NOPE"}, "没有代码为 NOPE 的回避情形"),
        ({"organisation": "某\x00公司"}, "“单位名称”格式不对。"),
        ({"organisation": "长" * 301}, "“单位名称”最多 300 个字。"),
        ({"organisation": ""}, "请填写“单位名称”。"),
    ],
)
def test_a_conflict_that_cannot_be_is_refused_in_words(
    office: Office, values: dict[str, str], words: str
) -> None:
    clerk, page = office.browser(Role.SECRETARIAT), f"/experts/{office.year.experts[0]}"
    answer = form_on(clerk, page, f"{page}/conflicts").send(
        clerk, **{"organisation": "某公司", "kind": "OTHER", **values}
    )
    assert (answer.status_code, words in answer.text) == (422, True)


def test_no_form_is_read_from_the_address_and_its_fields_have_names() -> None:
    """A field that is not declared a form's own is sought in the address, where no form puts it."""
    ours = [
        room.router
        for room in (careers, supervision, reviews, recusals, conflict_edits, expert_edits)
    ]
    read, named = set(), set()
    for router in areas.PAGES:
        for route in (
            one for one in router.routes if isinstance(one, APIRoute) and "POST" in one.methods
        ):
            for part in _parts(route.dependant):
                read |= {(route.path, field.alias) for field in part.query_params}
                named |= {field.alias for field in part.body_params} if router in ours else set()
    assert read == set()
    assert named - set(LABELS) == {
        "free",
        "quick",
    }  # boxes and a button of the days, never refused by name


def _parts(dependant: Any) -> list[Any]:
    return [dependant, *[part for one in dependant.dependencies for part in _parts(one)]]


@pytest.mark.parametrize(
    ("errors", "words"),
    [
        (
            (FieldError("reason", "必填"), FieldError("certificate_no", "最多 60 个字")),
            "请填写“理由”。“聘书编号”最多 60 个字。",
        ),
        ((FieldError("points[3]", "最多 30 个字"),), "“评分”最多 30 个字。"),
        ((FieldError("fingerprint", "必填"),), "有一项没有填写。"),
        ((FieldError("reason", "请写明理由。"),), "请写明理由。"),
        ((), "请写明理由。"),
    ],
)
def test_an_error_names_the_field_as_the_form_does(
    errors: tuple[FieldError, ...], words: str
) -> None:
    assert sentence(Problem(422, "invalid", "请写明理由。", errors=errors)) == words


def test_a_whole_group_is_noted_and_rated_on_one_sheet(office: Office) -> None:
    clerk, chief = office.browser(Role.SECRETARIAT), office.browser(Role.APPROVER)
    firm = office.year.applicants[0]
    sheet = f"/applicants/{firm}/reviews"
    assert "还没有评审组" in clerk.get(sheet).text
    board = f"/board/{office.year.plan}"
    form_on(chief, f"/board?plan={office.year.plan}", f"{board}/approve").send(chief)
    form_on(clerk, f"/board?plan={office.year.plan}", f"{board}/publish").send(clerk)
    form = form_on(clerk, sheet, f"{sheet}/site")
    people = form.fields["expert"]
    assert len(people) >= 3
    blank = [""] * (len(people) - 2)
    form.send(
        clerk,
        attendance=["present", "declined", *blank],
        report=["on_time", "", *blank],
        own_score=["612", "", *blank],
        consensus_score="600",
    )
    form = form_on(clerk, sheet, f"{sheet}/site")
    assert (
        form.fields["attendance"][:3],
        form.fields["own_score"][:2],
        form.fields["consensus_score"],
    ) == (
        ["present", "declined", ""],
        ["612", ""],
        ["600"],
    )
    side = f"{sheet}/site/ratings/applicant"
    points = ["48", "45", *[""] * (2 * (len(people) - 1))]
    form_on(clerk, sheet, side).send(clerk, points=points, rater_name="企管部")
    with office.world.ledger.read() as session:
        known = {
            one.uid: one
            for one in dossier.reviewed(session, SYSTEM_VIEWER, YEAR, story.FIRMS[0][0], "site")
        }
    assert set(known) == set(people[:2])
    # What the group was given to do stands in everybody's record from the first sheet on.
    with office.world.ledger.read() as session:
        assert {
            line.served
            for line in dossier.year_list(session, SYSTEM_VIEWER, YEAR, office.world.clock().date())
        } == {1}
    assert (known[people[0]].ratings["applicant"].score, known[people[1]].stage.declined) == (
        93,
        True,
    )  # type: ignore[union-attr]
    # A leader rates everybody but herself; half a line is refused and nothing of it kept.
    leaders = form_on(clerk, sheet, f"{sheet}/site/ratings/leader")
    assert people[0] not in leaders.fields["expert"]
    assert (
        leaders.send(
            clerk, points=["30", *[""] * (3 * len(leaders.fields["expert"]) - 1)]
        ).status_code
        == 422
    )
    assert (
        clerk.post(side, data={**leaders.fields, "expert": people, "points": ["1"]}).status_code
        == 422
    )


def test_recusal_from_request_and_list_to_certificate(office: Office) -> None:
    clerk, chief = office.browser(Role.SECRETARIAT), office.browser(Role.APPROVER)
    uid, firm = office.year.experts[0], office.year.applicants[0]
    name = life(office, uid).name
    form_on(clerk, f"/applicants/{firm}", f"/applicants/{firm}/requests").send(
        clerk, expert=uid, reason="有过合同纠纷"
    )
    assert (
        "应当回避" in clerk.get("/recusals").text and "有过合同纠纷" in clerk.get("/recusals").text
    )
    Page(chief.get("/recusals").text).form("/recusals/decide").send(
        chief, press="应当回避", reason="属实"
    )
    certificate = clerk.get(f"/recusal?expert={uid}&applicant={firm}").text
    assert "应当回避（" in certificate and "决定）" in certificate
    decided = clerk.get("/recusals?show=decided").text
    assert (
        "有过合同纠纷" not in clerk.get("/recusals").text and "属实" in decided and name in decided
    )
    assert name in clerk.get("/recusals?show=barred").text
    listed = "企业名称,股东名称,持股比例,职务\n诸暨某某有限公司,张三,10%,股东\n"
    holdings = form_on(clerk, "/recusals", "/holdings/import")
    assert (
        "持股比例" in send_file(clerk, holdings, listed.replace("10%", "很多"), source="查询").text
    )
    assert "股东名单已导入" in send_file(clerk, holdings, listed, source="查询").text
    officials = form_on(clerk, "/recusals", "/officials/import")
    assert (
        "名单已更新"
        in send_file(clerk, officials, f"姓名,单位,身份\n{name},诸暨市财政局,审委会委员\n").text
    )
    assert "须核实是否同一人" in clerk.get("/recusals").text
    form_on(clerk, "/recusals", "/officials").send(
        clerk, role="regulator", name="某科长", unit="诸暨市市场监管局"
    )
    with office.world.ledger.read() as session:
        official = next(
            one for one in dossier.officials(session, SYSTEM_VIEWER) if one.name == "某科长"
        )
    form_on(clerk, "/recusals", f"/officials/{official.uid}/end").send(
        clerk, until="2026-08-19", reason="调离"
    )
    assert "某科长" not in clerk.get("/recusals").text


def test_a_soft_conflict_is_waived_by_two(office: Office) -> None:
    clerk, chief, uid = (
        office.browser(Role.SECRETARIAT),
        office.browser(Role.APPROVER),
        office.year.experts[1],
    )
    page = f"/experts/{uid}"
    form_on(clerk, page, f"{page}/conflicts").send(
        clerk, organisation=story.FIRMS[0][0], kind="SUPPLIER_CUSTOMER", evidence="样品采购"
    )
    propose = next(
        one.action for one in Page(clerk.get(page).text).forms if one.action.endswith("/waive")
    )
    form_on(clerk, page, propose).send(clerk, reason="金额很小")
    with office.world.ledger.read() as session:
        waiver = dossier.waivers(session, SYSTEM_VIEWER)[0]
    decide = f"/waivers/{waiver.uid}/decide"
    assert "由您提出，请另一人复核。" in clerk.get("/recusals").text
    own = {
        "csrf_token": form_on(clerk, "/recusals", "/officials").fields["csrf_token"][0],
        "version": "1",
    }
    assert (
        "另一人复核" in clerk.post(decide, data={**own, "decision": "grant", "reason": "同意"}).text
    )
    assert (
        "回避决定已登记"
        in form_on(chief, "/recusals", decide).send(chief, press="同意豁免", reason="同意").text
    )
    assert "金额很小" in clerk.get("/recusals?show=decided").text


def test_a_conflict_that_comes_late_shows_on_the_plan_and_stops_it(office: Office) -> None:
    clerk, chief = office.browser(Role.SECRETARIAT), office.browser(Role.APPROVER)
    plan = f"/board?plan={office.year.plan}"
    with office.world.ledger.read() as session:
        view = plan_store.plan(session, SYSTEM_VIEWER, office.year.plan)
    group = view.plan.groups[0]
    name, firm = view.names.person(group.members[0]).name, view.names.firm(group.cases[0]).name
    late = f"{name}对{firm}有新的回避情形"
    assert late not in clerk.get(plan).text
    form_on(clerk, f"/experts/{group.members[0]}", f"/experts/{group.members[0]}/conflicts").send(
        clerk, organisation=firm, kind="KINSHIP"
    )
    assert (
        "编制以后情况有变，须调整后重新复核" in clerk.get(plan).text
        and late in clerk.get(plan).text
    )
    refused = form_on(chief, plan, f"/board/{office.year.plan}/approve").send(chief)
    assert (refused.status_code, late in refused.text) == (409, True)
    with office.world.ledger.read() as session:
        record = recusal.findings(session, SYSTEM_VIEWER, YEAR)[0].record
    page = f"/experts/{group.members[0]}"
    form_on(clerk, page, f"{page}/conflicts/{record}/withdraw").send(clerk, reason="登记有误")
    (lifting,) = re.findall(r"/liftings/[a-z0-9-]+/decide", chief.get("/recusals").text)
    form_on(chief, "/recusals", lifting).send(chief, decision="grant", reason="核对了原件")
    form_on(chief, plan, f"/board/{office.year.plan}/approve").send(chief)
    form_on(clerk, page, f"{page}/conflicts").send(clerk, organisation=firm, kind="KINSHIP")
    refused = form_on(clerk, plan, f"/board/{office.year.plan}/publish").send(clerk)
    assert (refused.status_code, late in refused.text) == (409, True)


def test_the_inspector_reads_everything_and_changes_nothing(office: Office) -> None:
    clerk, inspector = office.browser(Role.SECRETARIAT), office.browser(Role.INSPECTOR)
    uid, firm = office.year.experts[0], office.year.applicants[0]
    send_file(
        clerk, form_on(clerk, "/candidates", "/candidates/import"), "\n".join((HEADINGS, GOOD))
    )
    form_on(clerk, f"/applicants/{firm}", f"/applicants/{firm}/requests").send(
        clerk, expert=uid, reason="有过合同纠纷"
    )
    for path, words in (
        ("/candidates", "顾炎武"),
        ("/recusals", "有过合同纠纷"),
        (f"/experts/{uid}", "聘书"),
        (f"/experts/{uid}/years/{YEAR}", "年度得分"),
        ("/supervision", "履职监督"),
        (f"/recusal?expert={uid}&applicant={firm}", "待决定"),
        (f"/applicants/{firm}", "该组织申请回避的专家"),
        (f"/applicants/{firm}/reviews", "评审登记"),
    ):
        answer = inspector.get(path)
        assert answer.status_code == 200 and words in answer.text, path
        assert {one.action for one in Page(answer.text).forms if one.method == "post"} <= {
            "/logout"
        }, path


def test_staff_who_must_keep_away_do_not_learn_of_it(office: Office) -> None:
    """A clerk with a conflict of her own sees neither who asked, nor the finding, nor the
    certificate.
    """
    clerk, uid, firm = (
        office.browser(Role.SECRETARIAT),
        office.year.experts[0],
        office.year.applicants[0],
    )
    form_on(clerk, f"/applicants/{firm}", f"/applicants/{firm}/requests").send(
        clerk, expert=uid, reason="有过合同纠纷"
    )
    assert "有过合同纠纷" in clerk.get("/recusals").text
    with office.world.ledger.write(SYSTEM) as uow:
        account = uow.load(Account, office.world.accounts[Role.SECRETARIAT])
        staff_conflicts.declare(uow, account.uid, story.FIRMS[0][0], "配偶在该公司任职")
        uow.commit()
    kept = office.browser(Role.SECRETARIAT)
    assert "有过合同纠纷" not in kept.get("/recusals").text
    assert kept.get(f"/recusal?expert={uid}&applicant={firm}").status_code == 404
    assert kept.get(f"/applicants/{firm}/reviews").status_code == 404
