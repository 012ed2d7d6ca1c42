"""回避核查: which relations concern an applicant, what each means at the year's deadline, and what
can be found without being told.

Everything here is decided from facts handed in; the certificate and the optimiser's barred pairs
come from the same functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from expert_pool.core import organisation
from expert_pool.core.conflict import KINDS, ConflictKind, Severity, in_force

# Kinds that keep somebody out of every review, whatever organisation they name (办法 8、10：表决与
# 评审分离).
OUT_OF_EVERYTHING = ("PENALTY", "COMMITTEE_VOTER")
# Kinds that concern the organisation named and not its group: a review of a sister company is no
# familiarity with this one.
OWN_NAME_ONLY = ("PRIOR_REVIEW", "RECOMMENDER", "ORG_REQUEST")
CONTROL = 50.0  # percent of shares from which a company belongs to the holder's group
CONTROLLERS = ("控股", "实际控制")
BOARD = ("董事", "监事", "经理", "法定代表人", "总裁", "负责人")
NOT_ASKED = (
    "尚未就该组织申报"  # in every sentence about who answered before an applicant joined the list
)
MAX_REQUESTS = 3  # experts one applicant may name as unsuitable in a year
PUBLIC_MAIL = (
    "qq.com",
    "163.com",
    "126.com",
    "139.com",
    "189.cn",
    "sina.com",
    "sina.cn",
    "sohu.com",
    "foxmail.com",
    "gmail.com",
    "outlook.com",
    ("hotmail.com"),
    "yeah.net",
    "188.com",
    "aliyun.com",
    "icloud.com",
    "yahoo.com",
    "wo.cn",
    "tom.com",
    "21cn.com",
)


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
    """An applicant with `family`: itself, its groups and their companies, by name."""

    uid: str
    name: str
    uscc: str = ""
    recommender: str = ""
    email: str = ""
    family: tuple[str, ...] = ()


@dataclass(frozen=True)
class Relation:
    """A fact between an expert and an organisation, recorded (`record` is its uid) or found.
    `ended` None: still so.

    `name_match`: found by a name alone; until somebody has decided whether it is the same person,
    it keeps her away.
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

    @property
    def severity(self) -> Severity:
        return self.kind.severity_at(self.percent)


@dataclass(frozen=True)
class Holding:
    """股东或主要人员 of a company."""

    company: str
    uscc: str
    holder: str
    is_company: bool
    position: str = ""
    percent: float | None = None

    @property
    def in_control(self) -> bool:
        """控股股东、实际控制人, whatever the percentage."""
        return (self.percent or 0) >= CONTROL or any(word in self.position for word in CONTROLLERS)

    @property
    def controls(self) -> bool:
        return self.is_company and self.in_control


@dataclass(frozen=True)
class Office:
    """公职或表决身份: `role` committee, regulator or recommender."""

    role: str
    name: str
    unit: str
    until: date | None = None


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


@dataclass(frozen=True)
class Hint:
    """提示: worth a look, keeps nobody away."""

    expert: str
    applicant: str
    words: str


def side_of(relation: Relation, deadline: date) -> Side:
    """A decision counts first; what still waits for one keeps away until it is decided."""
    if not in_force(relation.kind, relation.ended, deadline):
        return Side.OVER
    hard = relation.severity in ("hard", "bar")
    if relation.decision == "cleared" and (not hard or relation.name_match):
        return Side.CLEARED
    if relation.name_match and relation.decision != "barred":
        return Side.PENDING
    if relation.kind.code in OUT_OF_EVERYTHING:
        return Side.OUT
    if hard or relation.decision == "barred":
        return Side.HARD
    return Side.SOFT if relation.severity == "soft" else Side.PENDING


def concerns(relation: Relation, party: Party) -> bool:
    """Whether the relation is with this applicant (or, for most kinds, with its group)."""
    if relation.kind.code in OUT_OF_EVERYTHING or (relation.uscc and relation.uscc == party.uscc):
        return True
    if (
        relation.kind.code == "REGULATOR" and relation.source == "found"
    ):  # every applicant of the city is supervised by them
        return True
    names = (party.name,) if relation.kind.code in OWN_NAME_ONLY else party.family
    return any(organisation.same(relation.organisation, name) for name in names)


def family(
    name: str, groups_named: Sequence[str], links: Sequence[tuple[str, str]]
) -> tuple[str, ...]:
    """The applicant, its groups, and their companies; `links` are (company, group or controlling
    holder).
    """
    names = list(dict.fromkeys([name, *groups_named]))
    before = 0
    while before < len(names):
        fresh, before = names[before:], len(names)
        for company, group in links:
            for one, other in ((company, group), (group, company)):
                if other not in names and any(organisation.same(one, known) for known in fresh):
                    names.append(other)
    return tuple(names)


def found_by_employer(people: Iterable[Person], parties: Sequence[Party]) -> Iterable[Relation]:
    """自动发现 by employer: the applicant or its group (EMPLOYMENT), its recommending town or
    department (RECOMMENDER).
    """
    recommended = [party for party in parties if party.recommender]
    for person in people:
        if organisation.has_employer(person.employer):
            yield Relation(
                person.uid,
                KINDS["EMPLOYMENT"],
                person.employer,
                person.employer_uscc,
                evidence=f"工作单位：{person.employer}",
            )
            for party in recommended:
                if organisation.same(person.employer, party.recommender):
                    words = f"工作单位{person.employer}是推荐单位"
                    yield Relation(
                        person.uid, KINDS["RECOMMENDER"], party.name, party.uscc, evidence=words
                    )


def found_by_holdings(people: Iterable[Person], holdings: Sequence[Holding]) -> Iterable[Relation]:
    """自动发现 in the lists of shareholders and officers: a person of that name, or the expert's
    employer as a minor holder.
    """
    if not holdings:
        return
    named: dict[str, list[Holding]] = {}
    for holding in holdings:
        if not holding.is_company:
            named.setdefault(organisation.key(holding.holder), []).append(holding)
    companies = [holding for holding in holdings if holding.is_company and not holding.controls]
    for person in people:
        for holding in named.get(organisation.key(person.name), ()):
            code = "BOARD" if any(word in holding.position for word in BOARD) else "EQUITY"
            evidence = (
                f"{holding.company}的{holding.position or '股东'}中有同名者，须核实是否同一人"
            )
            percent = holding.percent if code == "EQUITY" and not holding.in_control else None
            yield Relation(
                person.uid,
                KINDS[code],
                holding.company,
                holding.uscc,
                evidence=evidence,
                name_match=True,
                percent=percent,
            )
        if organisation.has_employer(person.employer):
            for holding in companies:
                if organisation.same(person.employer, holding.holder):
                    words = f"工作单位{person.employer}是{holding.company}的股东{_percent(holding)}"
                    yield Relation(
                        person.uid, KINDS["OTHER"], holding.company, holding.uscc, evidence=words
                    )


def found_by_office(
    people: Iterable[Person], parties: Sequence[Party], offices: Sequence[Office]
) -> Iterable[Relation]:
    """自动发现 in the lists of the committee and of staff: same name and unit, or same name only
    (to be decided).
    """
    if not offices:
        return
    by_name: dict[str, list[Office]] = {}
    for office in offices:
        by_name.setdefault(organisation.key(office.name), []).append(office)
    for person in people:
        for office in by_name.get(organisation.key(person.name), ()):
            sure = organisation.same(person.employer, office.unit)
            words = f"{OFFICE_WORDS[office.role]}名单：{office.name}（{office.unit}）" + (
                "" if sure else "，同名，须核实是否同一人"
            )
            kind = KINDS[OFFICE_KINDS[office.role]]
            if office.role != "recommender":
                yield Relation(
                    person.uid,
                    kind,
                    office.unit,
                    ended=office.until,
                    evidence=words,
                    name_match=not sure,
                )
            for party in parties if office.role == "recommender" else ():
                if party.recommender and organisation.same(office.unit, party.recommender):
                    yield Relation(
                        person.uid,
                        kind,
                        party.name,
                        party.uscc,
                        office.until,
                        evidence=words,
                        name_match=not sure,
                    )


def hints_by_mail(people: Iterable[Person], parties: Sequence[Party]) -> tuple[Hint, ...]:
    """邮箱域名相同: a hint only; public mail services say nothing."""
    domains = {party.uid: domain for party in parties if (domain := mail_domain(party.email))}
    found = []
    for person in people:
        own = mail_domain(person.email)
        if own:
            found += [
                Hint(person.uid, uid, f"邮箱域名 {own} 与申报组织相同")
                for uid, other in domains.items()
                if own == other or own.endswith("." + other) or other.endswith("." + own)
            ]
    return tuple(found)


def mail_domain(text: str) -> str:
    """example.com of a@mail.example.com or https://www.example.com/; empty for public mail services
    and for what is no address.
    """
    found = re.search(r"(?:@|://|^)(?:www\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)", text.strip().lower())
    domain = found[1] if found else ""
    return "" if any(domain == one or domain.endswith("." + one) for one in PUBLIC_MAIL) else domain


def without_decided(
    found: Iterable[Relation], recorded: Sequence[Relation]
) -> tuple[Relation, ...]:
    """Findings that nobody has taken on record yet; a newer finding (a review since the record)
    counts anew.
    """
    known: dict[tuple[str, str], list[Relation]] = {}
    for relation in recorded:
        known.setdefault((relation.expert, relation.kind.code), []).append(relation)

    def taken(finding: Relation) -> bool:
        return any(
            (
                organisation.same(finding.organisation, record.organisation)
                or (bool(finding.uscc) and finding.uscc == record.uscc)
            )
            and (
                record.ended is None
                or (finding.ended is not None and finding.ended <= record.ended)
            )
            for record in known.get((finding.expert, finding.kind.code), ())
        )

    return tuple(finding for finding in dict.fromkeys(found) if not taken(finding))


def _percent(holding: Holding) -> str:
    return f"（{holding.percent:g}%）" if holding.percent is not None else ""
