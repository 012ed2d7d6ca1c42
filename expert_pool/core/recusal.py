"""回避核查: which relations concern an applicant, and what each means at the year's deadline.

Everything here is decided from facts handed in; the certificate and the optimiser's barred pairs
come from the same functions. What nobody told is found in `findings`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import product

from expert_pool.core import organisation
from expert_pool.core.conflict import ConflictKind, Severity, in_force
from expert_pool.core.organisation import Answer, Directory, Remembered, Synonyms
from expert_pool.facts.intake import question_key
from expert_pool.facts.writing import Choice

# Kinds that keep somebody out of every review, whatever organisation they name (办法 8、10：表决与
# 评审分离).
OUT_OF_EVERYTHING = ("PENALTY", "COMMITTEE_VOTER")
# Kinds that concern the organisation named and not its group: a review of a sister company is no
# familiarity with this one.
OWN_NAME_ONLY = ("PRIOR_REVIEW", "RECOMMENDER", "ORG_REQUEST", "RIVAL")
ONE_FIRM = (
    Choice("same", "是同一单位，或是它的一部分"),
    Choice("different", "不是同一单位"),
)
MOST_NAMED = 6
NOT_ASKED = (
    "尚未就该组织申报"  # in every sentence about who answered before an applicant joined the list
)
MAX_REQUESTS = 3  # experts one applicant may name as unsuitable in a year
Pair = tuple[str, str]  # two written names: are they one organisation?


class Side(StrEnum):
    """What one relation means for one applicant."""

    OUT = "out"  # 不得参加任何评审
    HARD = "hard"  # 应当回避
    PENDING = "pending"  # 待决定，先不安排
    SOFT = "soft"  # 尽量不安排
    CLEARED = "cleared"  # 已决定不需回避
    OVER = "over"  # 已过回溯期


SIDES = {
    Side.OUT: "不得参加评审",
    Side.HARD: "应当回避",
    Side.PENDING: "待决定，先不安排",
    Side.SOFT: "尽量不安排",
    Side.CLEARED: "已决定不需回避",
    Side.OVER: "已过回溯期",
}


@dataclass(frozen=True)
class Person:
    """An expert as recusal sees one."""

    uid: str
    name: str
    employer: str
    employer_uscc: str = ""
    email: str = ""


@dataclass(frozen=True)
class Party:
    """An applicant with `names`: its own, former ones too; and `family`: its groups and their
    companies, by name, None where every link on the way is sure, else the two names that would have
    to be one. `trades`: its trades at the level of the year's rule.
    """

    uid: str
    name: str
    uscc: str = ""
    recommender: str = ""
    email: str = ""
    names: tuple[str, ...] = ()
    family: Mapping[str, Pair | None] = field(default_factory=dict)
    award: str = ""
    trades: frozenset[str] = frozenset()

    @property
    def own_names(self) -> tuple[str, ...]:
        return (self.name, *self.names)


@dataclass(frozen=True)
class Relation:
    """A fact between an expert and an organisation, recorded (`record` is its uid) or found.
    `ended` None: still so.

    `name_match`: found by a name alone; until somebody has decided whether it is the same person,
    it keeps her away. `doubt`: it follows from two names that may be of one organisation or of two.
    """

    expert: str
    kind: ConflictKind
    organisation: str
    uscc: str = ""
    ended: date | None = None
    decision: str = ""
    source: str = "found"
    evidence: str = ""
    name_match: bool = False
    record: str = ""
    decided_by: str = ""
    percent: float | None = None
    doubt: Pair | None = None

    @property
    def severity(self) -> Severity:
        return self.kind.severity_at(self.percent)


OFFICE_KINDS = {
    "committee": "COMMITTEE_VOTER",
    "regulator": "REGULATOR",
    "recommender": "RECOMMENDER",
}
OFFICE_WORDS = {
    "committee": "审委会委员",
    "regulator": "审定办或监管部门工作人员",
    "recommender": "推荐单位工作人员",
}


def side_of(relation: Relation, deadline: date) -> Side:
    """A decision counts first; what still waits for one keeps away until it is decided."""
    if not in_force(relation.kind, relation.ended, deadline):
        return Side.OVER
    hard = relation.severity in ("hard", "bar")
    may_clear = not hard or relation.name_match or relation.kind.allowable
    if relation.decision == "cleared" and may_clear:
        return Side.CLEARED
    if relation.name_match and relation.decision != "barred":
        return Side.PENDING
    if relation.kind.code in OUT_OF_EVERYTHING:
        return Side.OUT
    if hard or relation.decision == "barred":
        return Side.PENDING if relation.doubt else Side.HARD
    return Side.SOFT if relation.severity == "soft" else Side.PENDING


@dataclass(frozen=True)
class Concern:
    """An applicant that a relation is with; only perhaps while a person has still to say of `doubt`
    whether the two names are one organisation.
    """

    party: Party
    doubt: Pair | None = None

    def side(self, side: Side) -> Side:
        """What the relation means for it: what hangs on an open question waits and keeps away."""
        return Side.PENDING if self.doubt and side is Side.HARD else side


class Parties:
    """The applicants of a year, to ask which of them a relation concerns."""

    def __init__(
        self, parties: Iterable[Party], remembered: Remembered = organisation.NOTHING
    ) -> None:
        self.all = tuple(parties)
        self.remembered = remembered
        self._called: dict[str, list[tuple[Party, bool, Pair | None]]] = {}
        for party in self.all:
            for name in dict.fromkeys(party.own_names):
                self._called.setdefault(name, []).append((party, True, None))
            for name, doubt in party.family.items():
                if name not in party.own_names:
                    self._called.setdefault(name, []).append((party, False, doubt))
        self._directory = Directory(self._called, remembered, slips=True)
        self._known: dict[tuple[str, str, str, str], tuple[Concern, ...]] = {}

    def concerned(self, relation: Relation) -> tuple[Concern, ...]:
        """Thought over once for all relations that name the same organisation in the same way."""
        asked = (relation.kind.code, relation.organisation, relation.uscc, relation.source)
        if asked not in self._known:
            self._known[asked] = tuple(self._concerned(relation))
        return self._known[asked]

    def _concerned(self, relation: Relation) -> Iterable[Concern]:
        if relation.kind.code in OUT_OF_EVERYTHING or (
            # every applicant of the city is supervised by them
            relation.kind.code == "REGULATOR" and relation.source == "found"
        ):
            return [Concern(party) for party in self.all]
        found: dict[str, Concern] = {}
        own_only = relation.kind.code in OWN_NAME_ONLY
        for name, answer in self._directory.meant(relation.organisation).items():
            doubt = (relation.organisation, name) if answer is Answer.ASK else None
            for party, own, link in self._called[name]:
                known = found.get(party.uid)
                if (own or not own_only) and (known is None or known.doubt):
                    found[party.uid] = Concern(party, doubt or link)
        for party in self.all:
            if relation.uscc and relation.uscc == party.uscc:
                found[party.uid] = Concern(party)
        return found.values()


class Links:
    """集团关系: (company, group or controlling holder), to find who belongs together over any
    number of links.
    """

    def __init__(
        self, pairs: Iterable[tuple[str, str]], remembered: Remembered = organisation.NOTHING
    ) -> None:
        self._beside: dict[str, list[str]] = {}
        for one, other in pairs:
            self._beside.setdefault(one, []).append(other)
            self._beside.setdefault(other, []).append(one)
        self._directory = Directory(self._beside, remembered)

    def family(
        self, names: Sequence[str], groups_named: Sequence[str] = ()
    ) -> dict[str, Pair | None]:
        """Every name of the family, with the first link on the way that rests on a name that may
        be another's.
        """
        found: dict[str, Pair | None] = dict.fromkeys([*names, *groups_named])
        waiting = list(found)
        while waiting:
            name = waiting.pop(0)
            for known, answer in self._directory.meant(name).items():
                doubt = found[name] or ((name, known) if answer is Answer.ASK else None)
                for other in self._beside[known]:
                    if other not in found or (doubt is None and found[other]):
                        found[other] = doubt
                        waiting.append(other)
        return found


@dataclass(frozen=True)
class Doubt:
    """待确认: two names that may be of one organisation, and for whom (uids of experts) it
    matters.
    """

    written: str
    official: str
    experts: tuple[str, ...]

    @property
    def key(self) -> str:
        """The same however the names are typed: an answer given once counts for every later
        file.
        """
        return question_key("organisation", *organisation.pair(self.written, self.official))

    def text(self, names: Sequence[str]) -> str:
        """`names`: of the experts it matters for."""
        some = "、".join(names[:MOST_NAMED]) + (
            f" 等 {len(names)} 人" if len(names) > MOST_NAMED else ""
        )
        names_both = f"“{self.written}”与“{self.official}”"
        return f"{names_both}是不是同一单位（涉及{some}）？确认前按同一单位回避。"


Ask = tuple[str, str, str]  # a name as written, the official one, and the expert it matters for


def asks(parties: Parties, relations: Iterable[Relation]) -> Iterator[Ask]:
    """What a person is asked, once for each relation that hangs on it."""
    for relation in relations:
        if relation.doubt:
            yield (*relation.doubt, relation.expert)
        for concern in parties.concerned(relation):
            if concern.doubt:
                yield (*concern.doubt, relation.expert)


def doubts(asked: Iterable[Ask]) -> tuple[Doubt, ...]:
    """Each pair of names once; what no longer counts or was decided is not asked."""
    found: dict[tuple[str, str], tuple[str, str, dict[str, None]]] = {}
    for written, official, expert in asked:
        pair = organisation.pair(written, official)
        found.setdefault(pair, (written, official, {}))[2].setdefault(expert)
    return tuple(Doubt(one, other, tuple(who)) for one, other, who in found.values())


def asked_once(found: Iterable[Doubt]) -> tuple[Doubt, ...]:
    """Of questions that differ only by how the names are written, the first; it concerns
    everybody.
    """
    asked = tuple(found)
    names = Synonyms(name for one in asked for name in (one.written, one.official))
    kept: list[Doubt] = []
    place_of: dict[tuple[str, str], int] = {}  # by the names of what was kept, both ways round
    for doubt in asked:
        pairs = product(names.of(doubt.written), names.of(doubt.official))
        place = min((place_of[pair] for pair in pairs if pair in place_of), default=None)
        if place is None:
            for pair in ((doubt.written, doubt.official), (doubt.official, doubt.written)):
                place_of.setdefault(pair, len(kept))
            kept.append(doubt)
        else:
            experts = dict.fromkeys((*kept[place].experts, *doubt.experts))
            kept[place] = replace(kept[place], experts=tuple(experts))
    return tuple(kept)
