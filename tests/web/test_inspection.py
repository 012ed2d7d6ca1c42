"""审计页: what an inspector reads of appointments, conflicts, waivers, exceptions and readers, in
names and plain words.
"""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO

import pytest

from api.identity import staff_conflicts
from api.identity.tables import Account
from api.inspection import told
from api.inspection.pages import TOPICS
from api.kit import history
from award.applicants import tables as applicant_tables
from award.groups import tables as plan_tables
from award.year import tables as year_tables
from expert_pool import records, register
from expert_pool.core.actor import SYSTEM, Actor, Role
from expert_pool.core.expert import ExpertFields
from expert_pool.ledger.base import Base, Editable
from expert_pool.tables import Expert
from tests.api import story
from tests.storage import CHIEF, CLERK
from tests.web.conftest import Office
from tests.web.markup import Page

AUDITED = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Editable)]


def test_every_audited_column_has_its_words_or_is_left_out() -> None:
    assert {records, plan_tables, year_tables, applicant_tables} and len(AUDITED) > 20
    named = {
        (table.__tablename__, column.key) for table in AUDITED for column in table.__table__.columns
    }
    assert (
        sorted(
            name
            for name in named
            if name[1] not in told.QUIET and told.field_words(*name) == name[1]
        )
        == []
    )
    # Links are logged as personal-link, which has its words.
    kinds = {table.__tablename__.replace("personal_link", "personal-link") for table in AUDITED}
    assert sorted(kind for kind in kinds if history.kind_words(kind) == kind) == []


@pytest.mark.parametrize(
    ("kind", "name", "value", "words"),
    [
        ("appointment", "grade", "lead", "组长"),
        ("appointment", "end_kind", "resign", "辞聘"),
        ("appointment", "first", "2026-08-06", "2026年8月6日"),
        ("conflict", "decision", "barred", "应当回避"),
        ("conflict", "source", "reported", "申报组织反映"),
        ("conflict", "kind", "KINSHIP", told.KINDS["KINSHIP"].zh),
        ("violation", "kind", "GIFT", "收受财物、宴请或其他利益"),
        ("violation", "source", "电话举报", "电话举报"),
        ("candidacy", "status", "passed", "通过"),
        (
            "candidacy",
            "checks",
            '[{"zh": "年龄", "result": "unmet"}, {"zh": "培训", "result": "met"}]',
            "年龄不符合或不明",
        ),
        ("candidacy", "checks", "[]", ""),
        ("rating", "items", '{"manner": 45, "insight": 46}', "作风与廉洁 45，意见中肯、有帮助 46"),
        ("expert", "industries", [{"code": "1763"}], "1763 针织或钩针编织品制造"),
        ("availability", "absences", [{"day": "2026-09-07", "half": "AM"}], "2026-09-07上午"),
        ("expert", "quality", True, "是"),
        ("expert", "remark", None, ""),
        ("expert", "remark", "字" * 80, "字" * 59 + "…"),
    ],
)
def test_a_stored_value_is_said_in_words(kind: str, name: str, value: object, words: str) -> None:
    assert told.value_words(kind, name, value) == words


def test_changes_say_only_what_differs_and_says_something() -> None:
    before = {
        "grade": "trainee",
        "end_reason": "",
        "expert_id": 3,
        "version": 1,
        "weights": '{"a": 1, "b": 2}',
    }
    after = {
        "grade": "lead",
        "end_reason": None,
        "expert_id": 4,
        "version": 2,
        "weights": '{"a": 1, "b": 3}',
    }
    assert told.changes("appointment", before, after) == (
        ("等级", "见习评审员", "组长"),
        ("目标权重", "b 2", "b 3"),
    )
    assert told.changes("expert", None, {"expert/e-1": "{}", "expert/e-2": "{}"}) == (
        ("记录", "", "2 条"),
    )


PERSON = ExpertFields(
    name="柳敬亭",
    employer="绍兴文理学院",
    education="本科",
    birth=date(1950, 1, 1),
    birth_precision="day",
)


def tell(office: Office) -> None:
    """An exception of each kind: somebody over age appointed, a waiver granted."""
    firm, uid = story.FIRMS[0][0], office.year.experts[0]
    with office.world.ledger.write(CLERK) as uow:
        soft = register.declare_conflict(
            uow, uid, register.ConflictFields("SUPPLIER_CUSTOMER", firm)
        )
        waiver = register.propose_waiver(uow, soft, 1, "金额很小")
        old = register.enrol(uow, PERSON)
        uow.commit()
    with office.world.ledger.write(CHIEF) as uow:
        register.decide_waiver(uow, waiver, 1, True, "同意豁免")
        register.engage(
            uow, old, "reviewer", date(2026, 8, 20), date(2027, 8, 19), reason="行业唯一专家"
        )
        uow.commit()


def test_exceptions_stand_together_with_whom_they_are_about(office: Office) -> None:
    tell(office)
    page = Page(office.browser(Role.INSPECTOR).get("/audit?topic=exceptions").text)
    assert page.faults == []
    assert "聘任（放宽条件）" in page.text and "柳敬亭" in page.text and "行业唯一专家" in page.text
    assert f"· {story.FIRMS[0][0]}" in page.text and "同意豁免" in page.text
    assert "登记回避情形" not in page.text and "granted" not in page.text


def test_what_one_person_did_is_found_by_name_login_or_id(office: Office) -> None:
    """The first thing asked when an account may have been stolen."""
    tell(office)
    with office.world.ledger.write(SYSTEM) as uow:
        account = uow.load(Account, office.world.accounts[Role.SECRETARIAT])
        actor = Actor(account.uid, account.name, Role.SECRETARIAT)
        asked = (account.name, account.login.upper(), account.uid)
    with office.world.ledger.write(actor) as uow:
        uow.add(Expert(name="罗士信", employer="质量协会", created_at=uow.now), "e")
        uow.commit()
    inspector = office.browser(Role.INSPECTOR)
    for by in asked:
        text = inspector.get(f"/audit?by={by}").text
        assert "罗士信" in text and "行业唯一专家" not in text, by
    assert "没有这样的记录" in inspector.get("/audit?by=查无此人").text


def test_a_waiver_is_hidden_from_who_must_keep_away_from_its_organisation(office: Office) -> None:
    tell(office)
    assert "金额很小" in office.browser(Role.INSPECTOR).get("/audit?topic=recusals").text
    with office.world.ledger.write(SYSTEM) as uow:
        account = uow.load(Account, office.world.accounts[Role.INSPECTOR])
        staff_conflicts.declare(uow, account.uid, story.FIRMS[0][0], "亲属")
        uow.commit()
    text = office.browser(Role.INSPECTOR).get("/audit?topic=recusals").text
    assert "金额很小" not in text and story.FIRMS[0][0] not in text


def test_reading_somebodys_file_is_noted_once_an_hour_and_papers_by_name(office: Office) -> None:
    clerk, uid, firm = (
        office.browser(Role.SECRETARIAT),
        office.year.experts[0],
        office.year.applicants[0],
    )
    for _ in range(2):
        clerk.get(f"/experts/{uid}")
        clerk.get(f"/experts/{uid}/years/{story.YEAR}")
        clerk.get(f"/recusal?expert={uid}&applicant={firm}")
    clerk.get("/experts/%3Cb%3E")  # nobody's number
    clerk.get(f"/api/v1/experts/{uid}/recusals/{firm}/certificate.docx")
    office.browser(Role.APPROVER).get(f"/experts/{uid}")
    text = Page(office.browser(Role.INSPECTOR).get("/audit?topic=reads").text).text
    assert (text.count("查阅专家档案"), text.count("下载回避核查证明")) == (2, 1)
    assert f"· {story.FIRMS[0][0]}" in text


def test_a_topic_without_entries_says_so(office: Office) -> None:
    assert "没有这样的记录。" in office.browser(Role.INSPECTOR).get("/audit?topic=erasures").text
    assert set(TOPICS) >= {"appointments", "recusals", "exceptions", "draws", "reads"}


def test_the_proof_sheet_says_how_the_plan_came_about_and_how_to_check_it(
    read_only: Office,
) -> None:
    inspector = read_only.browser(Role.INSPECTOR)
    sheet = inspector.get(f"/audit/plans/{read_only.year.plan}").text
    year = story.YEAR
    for said in (
        "怎样求得",
        "目标、界限和差距",
        "人工改动及其代价",
        f"expert-pool check problem-{year}-1.json plan-{year}-1.json",
    ):
        assert said in sheet, said
    # the column of the basis quotes articles, the office's own reasons stand beside it
    assert "（公平、公正）；评审惯例" not in sheet and "评审惯例" in sheet
    assert "+00:00" not in sheet


def test_the_proof_sheet_is_kept_as_pdf_a(office: Office) -> None:
    inspector = office.browser(Role.INSPECTOR)
    path = f"/audit/plans/{office.year.plan}/proof.pdf"
    first = inspector.get(path)
    assert first.headers["content-type"] == "application/pdf"
    assert b"pdfaid:part" in first.content and b"/OutputIntents" in first.content
    assert inspector.get(path).content == first.content
    assert "下载证明单" in inspector.get("/audit?topic=reads").text


def test_papers_hold_whole_numbers_only_for_a_reason_that_is_kept(office: Office) -> None:
    clerk, plan = office.browser(Role.SECRETARIAT), office.year.plan
    form = Page(clerk.get(f"/board?plan={plan}").text).form(f"/board/{plan}/papers")
    assert form.fields["name"] == ["site-plan.docx"]
    asked = f"/board/{plan}/papers?name=roster.docx&reason="
    assert clerk.get(asked).status_code == 409 or "理由" in clerk.get(asked).text
    usual = clerk.get(f"/api/v1/plans/{plan}/documents/roster.docx").content
    whole = clerk.get(asked + "发给组长").content
    assert "****" in docx_text(usual) and "****" not in docx_text(whole)
    told = office.browser(Role.INSPECTOR).get("/audit?topic=reads").text
    assert "发给组长" in told
    refused = office.browser(Role.INSPECTOR).get(
        f"/api/v1/plans/{plan}/documents/roster.docx?reason=看看"
    )
    assert refused.status_code == 403


def docx_text(content: bytes) -> str:
    return zipfile.ZipFile(BytesIO(content)).read("word/document.xml").decode()
