"""抽取: a seed makes a ticket, a ticket names a candidate; and a record that anybody can replay."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assignment.draw.candidates import TICKETS, Candidate, CandidateSet, examine, parse, to_json
from assignment.errors import Declined, FormatError
from assignment.reading import Reader

RECORD_FORMAT = "assignment-draw/1"
LONGEST_SEED = 200


@dataclass(frozen=True)
class Draw:
    """抽取记录: the set, the seed and where it came from, the ticket and the candidate it fell
    on.
    """

    chosen_from: CandidateSet
    seed: str
    source: str
    ticket: int
    chosen: int


def read_seed(text: str) -> str:
    """种子 as it counts: its digits, and nothing else. Whoever types must have nothing to choose
    from, or could try until the plan suits: spaces, commas, letters that look like others, signs
    that cannot be seen."""
    seed = "".join(
        str(unicodedata.decimal(sign))
        for sign in unicodedata.normalize("NFKC", text)
        if sign.isdecimal()
    )
    if not seed or len(seed) > LONGEST_SEED:
        words = (
            f"请填写种子：当众掷出的点数或公开的开奖号码，只算其中的数字，不超过 {LONGEST_SEED} "
            "位。"
        )
        raise Declined("bad-seed", words, field="seed")
    return seed


def ticket_of(digest: str, seed: str) -> int:
    """抽中的号码, 0 to 999,999: the SHA-256 of digest, line break and seed in UTF-8, as one number,
    modulo a million.
    """
    return int(hashlib.sha256(f"{digest}\n{seed}".encode()).hexdigest(), 16) % TICKETS


def draw(chosen_from: CandidateSet, seed: str, source: str = "") -> Draw:
    """抽取. Raises Declined `bad-seed`; the set is taken as it is, whoever publishes it has it
    examined first.
    """
    seed = read_seed(seed)
    ticket = ticket_of(chosen_from.digest, seed)
    return Draw(
        chosen_from, seed, " ".join(source.split()), ticket, holder(chosen_from.candidates, ticket)
    )


def holder(candidates: Sequence[Candidate], ticket: int) -> int:
    """Which candidate holds a ticket: they hold them in the order of the set."""
    passed = 0
    for position, candidate in enumerate(candidates):
        passed += candidate.tickets
        if ticket < passed:
            return position
    raise ValueError(f"ticket {ticket} belongs to nobody")


def replay(record: Draw) -> tuple[str, ...]:
    """复核一次抽取: everything worked out anew; the sentences that do not agree, none when the draw
    was in order.
    """
    said = list(examine(record.chosen_from))
    try:
        again = draw(record.chosen_from, record.seed, record.source)
    except Declined as declined:
        return (*said, declined.message_zh)
    except ValueError:  # tickets that nobody holds: examined above
        return tuple(said)
    if again.ticket != record.ticket:
        said.append(
            f"按集合校验码和种子算出的号码是 {again.ticket:06d}，记录是 {record.ticket:06d}"
        )
    if again.chosen != record.chosen:
        said.append(f"号码应落在第 {again.chosen + 1} 个方案，记录是第 {record.chosen + 1} 个")
    return tuple(said)


def record_json(record: Draw) -> dict[str, Any]:
    """`digest` stands in the file for people to compare with what was published; reading works it
    out anew.
    """
    return {
        "format": RECORD_FORMAT,
        "digest": record.chosen_from.digest,
        "seed": record.seed,
        "source": record.source,
        "ticket": record.ticket,
        "chosen": record.chosen,
        "set": to_json(record.chosen_from),
    }


def parse_record(document: object) -> Draw:
    """Read a draw's record.

    Raises `FormatError`, also when the set is not the one whose digest the record names.
    """
    read = Reader(document, "")
    read.expect_format(RECORD_FORMAT)
    read.allow_only({"format", "digest", "seed", "source", "ticket", "chosen", "set"})
    found = parse(read.part("set").mapping(), "set")
    if found.digest != read.text("digest"):
        raise FormatError(
            "digest",
            f"集合已被改动：记录的校验码是 {read.text('digest')}，按内容算出的是 {found.digest}",
        )
    chosen = read.whole("chosen", 0, max(0, len(found.candidates) - 1))
    source = read.get("source")
    if not isinstance(source, str):
        read.fail("source", "应是文字")
    return Draw(found, read.text("seed"), source, read.whole("ticket", 0, TICKETS - 1), chosen)
