"""Papers of the award year from 评分汇总表 on: what they say, and what they must not say."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from fractions import Fraction
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook

from award.archive import papers as archive_papers
from award.archive.tables import Bundle
from award.decision import papers
from award.decision.core.aids import Link, aids
from award.decision.core.ballot import Form
from award.decision.core.decide import decide
from award.decision.core.notice import Period
from award.decision.papers import Frame
from award.decision.tables import Objection, PublicNotice
from award.honours import papers as honours_papers
from award.honours.core.account import Line
from award.honours.papers import Feedback
from award.papers import letters
from award.scoring.core.rubric import parse
from expert_pool.facts.rubric import newest_document
from tests.award.random_years import Json, case, to_bytes, year

NAMES = {"a-0": "浙江大唐针织公司", "a-1": "店口铜业公司", "a-2": "枫桥服饰公司"}
FRAME = Frame(2026, NAMES, date(2026, 9, 15))
PERIOD = Period(date(2026, 9, 28), date(2026, 10, 10))
RUBRIC = parse(json.dumps(dict(newest_document())))


@pytest.fixture(scope="module")
def report() -> Json:
    cases = [
        case("a-0", "QUALITY", "604", "604"),
        case("a-1", "QUALITY", "599.75", "599.75"),
        case("a-2", "INNOVATION", "560", "560"),
    ]
    for number, one in enumerate(cases):
        for stage in ("document", "site"):
            for book in one[stage]["books"]:
                book["reviewer"] = f"g{number}{book['reviewer']}"
    value = year(cases, [])
    made = json.loads(decide(to_bytes(value)))
    head = {"receipts": 18, "receipts_head": "3f" * 32, "note": ""}
    settings = value["settings"] | {"severity_shrink": {"value": "0.16", "source": "细则第九条"}}
    found = {"settings": settings, "totals": made["totals"], **head}
    return {**found, "value": value, **aids(RUBRIC, value, made, Link())}


def test_a_calibration_case_says_which_group_is_lenient(report: Json) -> None:
    """Annex A 11 by the papers: the marks of the largest items stand for a whole book."""
    largest = ("4.1.2", "4.2.2")
    marks = {f"g{n}r{k}": dict.fromkeys(largest, 60 - 5 * n) for n in range(3) for k in range(3)}
    made = json.loads(decide(to_bytes(report["value"])))
    found = report | aids(RUBRIC, report["value"], made, Link(Fraction(0), marks))
    assert len(found["severity"]["parts"]) == 1
    said = words(papers.evaluation_docx(FRAME, found))
    assert "评审浙江大唐针织公司的组（3名评审员）与各评审员平均相比偏宽50.00分。" in said
    assert "评审店口铜业公司的组（3名评审员）与各评审员平均相比持平。" in said
    assert "枫桥服饰公司610.00分" in said
    assert "不能比较" not in said
    assert found["totals"] == report["totals"]


def words(content: bytes) -> str:
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(part.text for part in document.paragraphs), *cells])


def test_the_report_says_how_far_and_how_firm(report: Json) -> None:
    said = words(papers.evaluation_docx(FRAME, report))
    for part in ("604.00", "-0.25", "审定办〔2026〕1号", "不能比较", "3f" * 16, "1.7档"):
        assert part in said
    assert "质量奖：浙江大唐针织公司。" in said
    assert "g0r0" not in said  # no reviewer stands behind a score
    assert "599.75" in words(papers.summary_docx(FRAME, report))


def test_the_ballot_names_nobody_who_votes(report: Json) -> None:
    cases = [("QUALITY", NAMES["a-0"]), ("INNOVATION", NAMES["a-2"])]
    said = words(papers.ballot_docx(FRAME, cases, Form(5)))
    assert said.count("□") == 4
    assert "最多赞成5家" in said
    assert "无记名" in said
    told = words(papers.ballot_docx(FRAME, cases, Form(None, secret=False, strikes=False)))
    assert told.count("□") == 2
    assert "委员签名" in told
    assert "回避" not in told
    assert "15人" in words(papers.tally_docx(FRAME, cases, 15, Form()))


def test_notice_finding_and_request() -> None:
    cases = [("QUALITY", NAMES["a-0"])]
    row = PublicNotice(document="公告1号", contact="来信", published_on=date(2026, 9, 28))
    said = words(papers.notice_docx(FRAME, row, PERIOD, cases, signed=True))
    assert "公示期自2026年9月28日起至2026年10月10日止" in said
    assert "签署真实姓名或加盖公章" in said
    said = words(papers.notice_docx(FRAME, row, PERIOD, cases, signed=False))
    assert "签署真实姓名" not in said and "请尽量留下姓名和联系方式" in said
    objection = Objection(
        applicant="a-0",
        from_name="某某",
        received_on=date(2026, 9, 29),
        facts="虚报。",
        finding="属实。",
        proven=True,
        decision="",
        decision_note="",
        chair="",
        decided_on=None,
    )
    said = words(papers.finding_docx(FRAME, objection))
    assert "违法违规行为经查证属实" in said
    assert "某某" not in said
    assert "的异议：虚报。" in said and "。。" not in said  # closed once, whoever typed it
    objection.facts, objection.finding = "虚报", "属实；"
    said = words(papers.finding_docx(FRAME, objection))
    assert "的异议：虚报。" in said and "属实。" in said
    assert "收到异议1件" in words(papers.request_docx(FRAME, PERIOD, cases, [objection]))


@pytest.mark.parametrize(("shows", "cell"), [("none", "—"), ("band", "50%–65%"), ("points", "60%")])
def test_the_feedback_shows_what_the_setting_says(shows: str, cell: str) -> None:
    items = [
        {"no": item.no, "percent": 60, "strengths": ["有方法。"], "improvements": []}
        for item in RUBRIC.items
    ]
    result = honours_papers.RESULTS["below-line"]
    told = Feedback(NAMES["a-1"], "QUALITY", result, shows, 59975, items)
    said = words(honours_papers.feedback_docx(FRAME, RUBRIC, told))
    assert cell in said
    assert ("599.75" in said) == (shows == "points")
    assert "名次" not in said
    assert "未达到该奖项的分数线" in words(honours_papers.letter_docx(FRAME, told))


def test_the_account_adds_up_as_numbers() -> None:
    lines = [
        Line("prize", 20_000_000, NAMES["a-0"], "凭1", date(2026, 11, 2)),
        Line("fee", 120_050, "=1+1", "凭2", date(2026, 11, 3)),
    ]
    sheet = load_workbook(BytesIO(honours_papers.account_xlsx(FRAME, lines))).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[5] for row in cells[2:]] == [200000, 1200.5, 200000, 1200.5, 201200.5]
    assert sheet["D4"].data_type == "s"
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
    assert sheet.print_title_rows == "$2:$2"


def test_a_reply_is_signed_on_the_page_of_its_last_firms() -> None:
    firms = [(f"组织{n}", f"91330681MA2{n:07d}") for n in range(18)]
    letter = letters.Letter("诸暨市应急管理局", "有无较大以上事故。", date(2026, 7, 10), firms)
    document = Document(BytesIO(letters.letters_docx(2026, [letter], date(2026, 7, 1))))
    [receipt] = document.tables
    held = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in receipt.rows[-3:]]
    assert held == [None, True, True]
    *_, note, unit, _last = document.paragraphs
    assert note.paragraph_format.keep_with_next and unit.paragraph_format.keep_with_next
    assert any("请重点核查：有无较大以上事故。" in one.text for one in document.paragraphs)
    assert not any("。。" in one.text for one in document.paragraphs)


def test_the_list_of_the_archive_carries_its_digest() -> None:
    bundle = Bundle(
        digest="ab" * 32,
        noted_name="陈经办",
        noted_at=datetime(2026, 12, 1, tzinfo=UTC),
        verified_at=None,
        verified_name="",
    )
    files = {"data/year.json": b"x" * 4000, "manifest-sha256.txt": b"z"}
    said = words(archive_papers.contents_docx(FRAME, bundle, files, "永久")).replace("\n", "")
    assert "ab" * 32 in said
    assert "4,000" in said
    assert "保管期限" not in said  # it stands in the header
