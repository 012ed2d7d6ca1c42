"""自动发现: relations of experts with applicants that nobody told: by employer, by the lists of
shareholders and officers, by the lists of the committee and of staff, by the domain of a mailbox.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from expert_pool.core import organisation
from expert_pool.core.conflict import KINDS
from expert_pool.core.organisation import Answer, Directory, Remembered
from expert_pool.core.recusal import (
    OFFICE_KINDS,
    OFFICE_WORDS,
    Pair,
    Parties,
    Party,
    Person,
    Relation,
)

CONTROL = 50.0  # percent of shares from which a company belongs to the holder's group
CONTROLLERS = ("控股", "实际控制")
BOARD = ("董事", "监事", "经理", "法定代表人", "总裁", "负责人")
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
    "hotmail.com",
    "yeah.net",
    "188.com",
    "aliyun.com",
    "icloud.com",
    "yahoo.com",
    "wo.cn",
    "tom.com",
    "21cn.com",
)


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


@dataclass(frozen=True)
class Hint:
    """提示: worth a look, keeps nobody away."""

    expert: str
    applicant: str
    words: str


def found_by_employer(
    people: Iterable[Person],
    parties: Sequence[Party],
    remembered: Remembered = organisation.NOTHING,
) -> Iterable[Relation]:
    """自动发现 by employer: the applicant or its group (EMPLOYMENT), its recommending town or
    department (RECOMMENDER).
    """
    recommended: dict[str, list[Party]] = {}
    for party in parties:
        if party.recommender:
            recommended.setdefault(party.recommender, []).append(party)
    directory = Directory(recommended, remembered)
    for person in people:
        if not organisation.has_employer(person.employer):
            continue
        yield Relation(
            person.uid,
            KINDS["EMPLOYMENT"],
            person.employer,
            person.employer_uscc,
            evidence=f"工作单位：{person.employer}",
        )
        for name, answer in directory.meant(person.employer).items():
            doubt = (person.employer, name) if answer is Answer.ASK else None
            words = f"工作单位{person.employer}是推荐单位{_to_verify(doubt)}"
            for party in recommended[name]:
                yield Relation(
                    person.uid,
                    KINDS["RECOMMENDER"],
                    party.name,
                    party.uscc,
                    evidence=words,
                    doubt=doubt,
                )


def found_rivals(employed: Iterable[Relation], parties: Parties, year: int) -> Iterable[Relation]:
    """自动发现: who works for one applicant would review its rival, of the same year, award and
    trade. Said for the year only: what was decided of one year's rivals says nothing of the next.
    """
    for relation in employed:
        own = {one.party.uid for one in parties.concerned(relation)}
        for concern in parties.concerned(relation):
            firm = concern.party
            doubt = concern.doubt
            for rival in parties.all:
                if rival.uid in own or rival.award != firm.award or not rival.trades & firm.trades:
                    continue
                words = f"工作单位{firm.name}与该组织同年申报同一奖项，行业相同{_to_verify(doubt)}"
                yield Relation(
                    relation.expert,
                    KINDS["RIVAL"],
                    rival.name,
                    rival.uscc,
                    ended=date(year, 12, 31),
                    evidence=words,
                    doubt=doubt,
                )


def found_by_holdings(
    people: Iterable[Person],
    holdings: Sequence[Holding],
    remembered: Remembered = organisation.NOTHING,
) -> Iterable[Relation]:
    """自动发现 in the lists of shareholders and officers: a person of that name, or the expert's
    employer as a minor holder.
    """
    if not holdings:
        return
    named: dict[str, list[Holding]] = {}
    companies: dict[str, list[Holding]] = {}
    for holding in holdings:
        if not holding.is_company:
            named.setdefault(organisation.key(holding.holder), []).append(holding)
        elif not holding.controls:
            companies.setdefault(holding.holder, []).append(holding)
    directory = Directory(companies, remembered)
    for person in people:
        for holding in named.get(organisation.key(person.name), ()):
            yield _namesake(person, holding)
        for name, answer in directory.meant(person.employer).items():
            doubt = (person.employer, name) if answer is Answer.ASK else None
            for holding in companies[name]:
                words = f"工作单位{person.employer}是{holding.company}的股东{_percent(holding)}"
                yield Relation(
                    person.uid,
                    KINDS["OTHER"],
                    holding.company,
                    holding.uscc,
                    evidence=words + _to_verify(doubt),
                    doubt=doubt,
                )


def _namesake(person: Person, holding: Holding) -> Relation:
    code = "BOARD" if any(word in holding.position for word in BOARD) else "EQUITY"
    return Relation(
        person.uid,
        KINDS[code],
        holding.company,
        holding.uscc,
        evidence=f"{holding.company}的{holding.position or '股东'}中有同名者，须核实是否同一人",
        name_match=True,
        percent=holding.percent if code == "EQUITY" and not holding.in_control else None,
    )


def found_by_office(
    people: Iterable[Person],
    parties: Sequence[Party],
    offices: Sequence[Office],
    remembered: Remembered = organisation.NOTHING,
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
            sure = organisation.same(person.employer, office.unit, remembered)
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
                if party.recommender and organisation.meant(
                    office.unit, party.recommender, remembered
                ):
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
    if found is None:  # most people have none
        return ""
    public = any(found[1] == one or found[1].endswith("." + one) for one in PUBLIC_MAIL)
    return "" if public else found[1]


def without_decided(
    found: Iterable[Relation],
    recorded: Sequence[Relation],
    remembered: Remembered = organisation.NOTHING,
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
                organisation.same(finding.organisation, record.organisation, remembered)
                or (bool(finding.uscc) and finding.uscc == record.uscc)
            )
            and (
                record.ended is None
                or (finding.ended is not None and finding.ended <= record.ended)
            )
            for record in known.get((finding.expert, finding.kind.code), ())
        )

    return tuple(finding for finding in dict.fromkeys(found) if not taken(finding))


def _to_verify(doubt: Pair | None) -> str:
    return f"（须核实{doubt[0]}与{doubt[1]}是否同一单位）" if doubt else ""


def _percent(holding: Holding) -> str:
    return f"（{holding.percent:g}%）" if holding.percent is not None else ""
