"""评分表（办法第十条、第十三条第四、五项）: one reviewer's marks for one applicant in one stage.

Empty is never 0. A book is saved item by item; each item counts its own savings, so that two
windows cannot overwrite each other unseen. Locked it has a receipt and never changes again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from award.scoring.core.rubric import Item, Rubric, demand_on_scale, points
from expert_pool.facts.refusal import Refusal

STAGES: Mapping[str, str] = {"document": "资料评审", "site": "现场评审"}
STATES: Mapping[str, str] = {
    "open": "评分中",
    "locked": "已锁定",
    "frozen": "暂停",
    "void": "作废",
}
ARTICLE = "办法第十条"
LONGEST_TEXT = 2000
TEXTS = {
    "strengths": "优势",
    "improvements": "改进空间",
    "issues": "现场核查问题",
    "evidence": "现场证据",
}


@dataclass(frozen=True)
class Mark:
    """One item of a book. Texts hold one remark a line; `saved` counts how often it was saved."""

    percent: int | None = None
    strengths: str = ""
    improvements: str = ""
    issues: str = ""
    evidence: str = ""
    saved: int = 0

    @property
    def remarks(self) -> int:
        return lines(self.strengths) + lines(self.improvements)


EMPTY = Mark()


@dataclass(frozen=True)
class Book:
    """The marks by item number; an item nobody touched is not there. `start`: of a site book, the
    percentages it began with (资料评审的合议结果).
    """

    marks: Mapping[str, Mark] = field(default_factory=dict)
    start: Mapping[str, int] = field(default_factory=dict)

    def mark(self, no: str) -> Mark:
        found = self.marks.get(no)
        if found is not None:
            return found
        return Mark(percent=self.start[no]) if no in self.start else EMPTY

    def percents(self, rubric: Rubric) -> dict[str, int | None]:
        return {item.no: self.mark(item.no).percent for item in rubric.items}

    def done(self, rubric: Rubric) -> int:
        """已评多少个条款."""
        return sum(self.mark(item.no).percent is not None for item in rubric.items)


def lines(text: str) -> int:
    return sum(bool(line.strip()) for line in text.splitlines())


def save_mark(rubric: Rubric, book: Book, no: str, mark: Mark) -> Book:
    """逐条保存. `mark.saved` is what the writer saw.

    Raises Refusal `unknown-item`, `off-scale`, `too-long`, or `stale` when the item was saved
    elsewhere meanwhile.
    """
    item = rubric.item(no)
    held = book.mark(no)
    if mark.saved != held.saved:
        raise Refusal(
            "stale",
            f"{no}刚才在另一个窗口改过，这次没有保存。请看过最新内容再改。",
            ARTICLE,
            item=no,
        )
    fresh = _sound(rubric, item, mark)
    if replace(fresh, saved=held.saved) == held:
        return book
    return replace(book, marks={**book.marks, no: replace(fresh, saved=held.saved + 1)})


def _sound(rubric: Rubric, item: Item, mark: Mark) -> Mark:
    if mark.percent is not None:
        demand_on_scale(rubric, mark.percent)
    return replace(
        mark,
        strengths=_text(item, "strengths", mark.strengths),
        improvements=_text(item, "improvements", mark.improvements),
        issues=_text(item, "issues", mark.issues),
        evidence=_text(item, "evidence", mark.evidence),
    )


def _text(item: Item, name: str, said: str) -> str:
    text = said.replace("\r\n", "\n").strip()
    if len(text) > LONGEST_TEXT:
        raise Refusal(
            "too-long", f"{item.no}的{TEXTS[name]}超过 {LONGEST_TEXT} 字，请精简。", field=name
        )
    return text


def gaps(rubric: Rubric, book: Book, remarks: int, stage: str) -> tuple[str, ...]:
    """What keeps a book from being locked, item by item. `remarks`: how many each item needs."""
    found = []
    for item in rubric.items:
        mark = book.mark(item.no)
        if mark.percent is None:
            found.append(f"{item.no}尚未评分；没有内容请评0%并写理由。")
        elif mark.percent == 0 and not mark.remarks:
            found.append(f"{item.no}评0%，请写理由。")
        elif stage == "document" and mark.remarks < remarks:
            found.append(f"{item.no}只写了{mark.remarks}条意见，至少要{remarks}条。")
        elif item.no in book.start and mark.percent != book.start[item.no] and not mark.evidence:
            found.append(f"{item.no}由{book.start[item.no]}%改为{mark.percent}%，请写现场证据。")
    return tuple(found)


def total(rubric: Rubric, percents: Mapping[str, int]) -> int:
    """总分, in hundredths of a point; every item must be there."""
    return sum(points(item, percents[item.no]) for item in rubric.items)


def complete(rubric: Rubric, book: Book) -> dict[str, int]:
    """The percentages of a book without a gap."""
    found = {}
    for item in rubric.items:
        percent = book.mark(item.no).percent
        if percent is None:
            raise Refusal("gap", f"{item.no}尚未评分；没有内容请评0%并写理由。", ARTICLE)
        found[item.no] = percent
    return found


def to_json(book: Book) -> str:
    """Canonical: equal books have equal text."""
    return json.dumps(
        {
            "marks": {no: asdict(mark) for no, mark in book.marks.items()},
            "start": dict(book.start),
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def from_json(text: str) -> Book:
    data = json.loads(text)
    return Book({no: Mark(**mark) for no, mark in data["marks"].items()}, data["start"])


def receipt(text: str, nonce: str) -> str:
    """回执码: the first 16 hexadecimal digits of SHA-256 over the book's canonical text and its
    nonce.
    """
    return hashlib.sha256(f"{text}\n{nonce}".encode()).hexdigest()[:16]


def all_alike(rubric: Rubric, book: Book) -> bool:
    """Whether all items have one percentage: she alone is told."""
    values = set(book.percents(rubric).values())
    return len(values) == 1 and None not in values


def equal_items(mine: Mapping[str, int], other: Mapping[str, int]) -> int:
    return sum(percent == other.get(no) for no, percent in mine.items())


def suspiciously_equal(rubric: Rubric, mine: Mapping[str, int], other: Mapping[str, int]) -> bool:
    """More than 20 of 23 items equal a colleague's, or as large a part of another rubric."""
    return equal_items(mine, other) * 23 > 20 * len(rubric.items)
