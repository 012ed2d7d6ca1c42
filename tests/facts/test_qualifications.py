"""The longest meaning counts, and what was not finished counts for nothing."""

from __future__ import annotations

from datetime import date

import pytest

from expert_pool.core import roster
from expert_pool.core.eligibility import CandidateFacts, check
from expert_pool.facts.intake import Context, RawRow, RawTable
from expert_pool.facts.qualifications import LEVELS, education, rank

DAY = date(2026, 9, 1)


@pytest.mark.parametrize(
    ("written", "level"),
    [
        ("大学专科", "大专"),
        ("大学专科和专科学校", "大专"),
        ("大学普通班", "大专"),
        ("大普", "大专"),
        ("大专（本科在读）", "大专"),
        ("大专（专升本在读）", "大专"),
        ("大学", "本科"),
        ("大学本科", "本科"),
        ("大学毕业", "本科"),
        ("本科（未获学位）", "本科"),
        ("非全日制本科", "本科"),
        ("专升本", "本科"),
        ("函授本科", "本科"),
        ("职业本科", "本科"),
        ("双学士", "本科"),
        ("硕士在读（本科）", "本科"),
        ("研究生", "硕士"),
        ("在职研究生", "硕士"),
        ("MBA", "硕士"),
        ("本科/硕士", "硕士"),
        ("博士研究生", "博士"),
        ("博士后", "博士"),
        ("中等专科", "高中及以下"),
        ("中专", "高中及以下"),
        ("高职", "大专"),
        ("技工学校", "高中及以下"),
        ("职业高中", "高中及以下"),
        ("大专以上", "大专"),
    ],
)
def test_education_is_read_by_its_longest_finished_meaning(written: str, level: str) -> None:
    assert education(written) == level
    assert education(level) == level


@pytest.mark.parametrize(
    "written",
    [
        "大学肄业",
        "大学本科肄业",
        "相当大学",
        "相当于大学",
        "本科在读",
        "在读本科",
        "本科（在读）",
        "本科，肄业",
        "本科结业",
        "博士在读",
        "研究生课程班",
        "大学预科",
        "大学水平",
        "同等学力",
        "名誉博士",
        "党校研究生",
        "非本科",
        "应届本科",
    ],
)
def test_what_is_not_finished_stays_as_it_is_written_and_meets_nothing(written: str) -> None:
    assert education(written) not in LEVELS
    assert check(CandidateFacts(education=written), DAY)[0].result == "unmet"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("总经理助理、高级工程师", 4),
        ("总经理 高级工程师", 4),
        ("助理研究员", 3),
        ("教授、高级工程师", 5),
        ("主任医师", 5),
        ("主任中医师", 5),
        ("副主任医师", 4),
        ("副教授级高级工程师", 4),
        ("副教授", 4),
        ("教授", 5),
        ("正高级工程师", 5),
        ("教授级高工", 5),
        ("研究员级高级工程师", 5),
        ("副高级工程师", 4),
        ("高工", 4),
        ("高级质量工程师", 4),
        ("副总经理/正高级经济师", 5),
        ("工程师", 3),
        ("注册会计师", 3),
        ("高级技师", 3),
        ("高级工", 3),
        ("高级经理", 3),
        ("高级讲师", 4),
        ("讲师", 3),
        ("助理讲师", 2),
        ("助教", 2),
        ("助理工程师", 2),
        ("助工", 2),
        ("技术员", 2),
        ("员级", 2),
        ("研究实习员", 2),
        ("主治医师", 3),
        ("住院医师", 2),
        ("医师", 2),
        ("主管护师", 3),
        ("护师", 2),
        ("研究馆员", 5),
        ("副研究馆员", 4),
        ("馆员", 3),
        ("助理馆员", 2),
        ("特级教师", 5),
        ("一级教师", 3),
        ("二级教师", 2),
        ("正高", 5),
        ("副高", 4),
        ("中级", 3),
        ("初级", 2),
        ("院士", 5),
        ("总经理助理", 3),
        ("厂长助理兼工程师", 3),
        ("客座教授、工程师", 3),
        ("高级工程师（在评）", 3),
        ("总工程师", 3),
        ("质量部经理", 3),
        ("", 3),
    ],
)
def test_a_title_counts_by_its_highest_part(written: str, meant: int) -> None:
    assert rank(written) == meant


@pytest.mark.parametrize(
    ("schooling", "title", "result"),
    [
        ("大学专科", "", "unmet"),
        ("大学专科", "总经理助理、高级工程师", "met"),
        ("大专（本科在读）", "工程师", "unmet"),
        ("大学", "", "met"),
        ("", "", "unknown"),
    ],
)
def test_the_condition_that_cannot_be_waived(schooling: str, title: str, result: str) -> None:
    assert check(CandidateFacts(education=schooling, title=title), DAY)[0].result == result


@pytest.mark.parametrize(
    ("written", "level", "beside"),
    [
        ("大学专科", "大专", "大学专科"),
        ("大学肄业", "大学肄业", ""),
        ("本科", "本科", ""),
        ("大专（本科在读）", "大专", "大专（本科在读）"),
        (None, "", ""),
    ],
)
def test_the_words_are_kept_beside_what_was_read(
    written: str | None, level: str, beside: str
) -> None:
    cells = {"姓名": "赵龙", "手机": "13812345678", "工作单位": "甲院", "学历": written}
    table = RawTable("表", "", 1, tuple(cells), (RawRow(2, cells),))
    headings = roster.map_headings(table.headings, {}, table.rows)
    context = Context(2026, (DAY, DAY))
    (draft,) = roster.parse_rows(table, headings, context).drafts
    assert (draft.education, draft.education_text) == (level, beside)
