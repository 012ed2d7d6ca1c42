"""借用单、归还单的 Excel: the same sheet for the office's mail and for people to read.

Its last page holds the text that the digest is of, cut into cells; the pages before it say the same
for people. Only the last page is read, and a change of it is noticed by its digest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from expert_pool.facts.refusal import Refusal
from expert_pool.spreadsheet.grid import grids_of_workbook
from expert_pool.spreadsheet.guard import check_size, is_workbook
from expert_pool.spreadsheet.writing import SheetOut, write_book

CONTENT = "机读内容"
WORDS = "本页由对方的程序读取，请勿改动；改动过的对不上校验码，不会接收"
# A cell of Excel holds 32,767 characters.
LONGEST = 30_000
_PEOPLE = ("编号", "姓名", "工作单位", "聘任", "证书编号", "同意日期", "同意方式", "来源")
_BACK = ("编号", "姓名", "半天数", "所在评审组", "到场等情况")
_TIES = ("姓名", "情形", "组织", "自", "至", "持股比例", "依据")
_SERVICE = ("姓名", "年度", "组织", "组长", "半天数", "得分")
_AWAY = ("姓名", "没有空的半天")
_GRADES = {"trainee": "见习评审员", "reviewer": "评审员", "lead": "组长"}
_HALVES = {"AM": "上午", "PM": "下午"}


def workbook(text: str, kinds: Mapping[str, str]) -> bytes:
    """`text`: a sheet of core.lending; `kinds`: names of conflicts by code."""
    said = json.loads(text)
    people = said["people"]
    pages = _lent(said, people, kinds) if "made_on" in said else _returned(said, people)
    # In signs that no cell and no program that saves it again leaves out or changes.
    plain = json.dumps(said, separators=(",", ":"))
    cut = [(plain[at : at + LONGEST],) for at in range(0, len(plain), LONGEST)]
    return write_book((*pages, SheetOut(CONTENT, (WORDS,), cut, widths=(100,))))


def text_of(data: bytes) -> str:
    """What the last page holds; the text itself where the file is none of Excel.

    Raises Refusal `bad-sheet`, and what the guard of workbooks refuses.
    """
    if not is_workbook(data):
        return data.decode("utf-8-sig", "replace")
    check_size(data)
    found = [grid for grid in grids_of_workbook(data) if grid.name == CONTENT]
    if not found:
        words = f"这个 Excel 文件里没有“{CONTENT}”一页，不是本程序做的借用单或归还单。"
        raise Refusal("bad-sheet", f"{words}请让对方原样重发。", field="file")
    return "".join(str(row[0]) for row in found[0].rows[1:] if row and row[0] is not None)


def _lent(said: Mapping[str, Any], people: Any, kinds: Mapping[str, str]) -> Iterator[SheetOut]:
    title = f"{said['lender']}借给{said['borrower']}的专家（{said['first']} 至 {said['last']}）"
    title = f"{title}，借用单 {said['number']}，{said['made_on']}"
    yield SheetOut(
        "专家",
        _PEOPLE,
        [
            (
                one["ref"],
                one["fields"]["name"],
                one["fields"]["employer"],
                _GRADES.get(one["grade"], one["grade"]),
                one["certificate_no"],
                _day(one["consent"]["on"]),
                one["consent"]["how"],
                one["fields"]["source_pool"] or said["lender"],
            )
            for one in people
        ],
        title,
    )
    ties = [
        (
            one["fields"]["name"],
            kinds.get(tie["kind"], tie["kind"]),
            tie["organisation"],
            _day(tie["since"]),
            _day(tie["until"]),
            tie["percent"],
            tie["evidence"],
        )
        for one in people
        for tie in one["ties"]
    ]
    yield SheetOut("回避情形", _TIES, ties)
    yield _service(people, lambda one: one["fields"]["name"])
    away = [(one["fields"]["name"], _half(told)) for one in people for told in one["away"]]
    yield SheetOut("没有空的时间", _AWAY, away, widths=(12, 24))


def _returned(said: Mapping[str, Any], people: Any) -> Iterator[SheetOut]:
    title = f"{said['borrower']}归还{said['lender']}的专家，借用单 {said['number']}"
    rows = [
        (
            one["ref"],
            one["name"],
            one["half_days"],
            "、".join(one["groups"]),
            "；".join(one["conduct"]),
        )
        for one in people
    ]
    yield SheetOut("专家", _BACK, rows, f"{title}，{said['returned_on']}")
    yield _service(people, lambda one: one["name"])


def _service(people: Any, name: Any) -> SheetOut:
    rows = [
        (
            name(one),
            done["year"],
            done["organisation"],
            "是" if done["leader"] else "",
            done["effort"],
            done["score"],
        )
        for one in people
        for done in one["service"]
    ]
    return SheetOut("任务记录", _SERVICE, rows)


def _day(text: str | None) -> date | None:
    return datetime.fromisoformat(text).date() if text else None


def _half(told: str) -> str:
    day, half = told.split("/")
    return f"{day} {_HALVES[half]}"
