"""申报用例（办法第三条、第十三条第一、二项）: take applications in, check them, let them go on.

Each takes the unit of work first; the caller commits. The state moves only as `core.life` says.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.applicants import identity
from award.applicants.core import checklist, life
from award.applicants.core.eligibility import ACTIVITIES, INNOVATIONS, PRECISIONS
from award.applicants.tables import (
    Applicant,
    Application,
    Attachment,
    AttachmentContent,
    Ban,
    Licence,
    Opinion,
)
from award.year import stages
from award.year.core.stages import NO_STAGES, name
from award.year.tables import AwardYear
from expert_pool.core import organisation
from expert_pool.core.organisation import Answer
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork

BASIS = checklist.BASIS


@dataclass(frozen=True)
class ApplicationFields:
    """申报表所写 beside what `ApplicantFields` holds. None: nobody has said."""

    activities: tuple[str, ...] = ()
    innovations: tuple[str, ...] = ()
    local: bool | None = None
    operating_since: date | None = None
    operating_precision: str = "day"
    excellence_since: date | None = None


@dataclass(frozen=True)
class OpinionFields:
    """推荐意见 of the town (`town`) or the department in charge (`department`)."""

    kind: str
    unit: str
    agrees: bool
    given_on: date
    text: str = ""


@dataclass(frozen=True)
class Paper:
    """A file as it came in."""

    kind: str
    filename: str
    content: bytes = field(repr=False)
    pages: int | None = None


def begin(uow: UnitOfWork, year: int) -> None:
    """启用分阶段办理; applicants that are there already are 登记."""
    stages.begin(uow, year)
    for row in uow.session.scalars(select(Applicant).where(Applicant.year == year)):
        with uow.change(row, "begin"):
            row.state = "withdrawn" if row.withdrawn_at else "registered"


def demand_open_intake(uow: UnitOfWork, year: int) -> str:
    """受理: which state a newcomer has; a year without stages takes applicants at any time.

    Raises Refusal `wrong-stage` or `late`.
    """
    row = uow.session.scalar(select(AwardYear).where(AwardYear.year == year))
    if row is None or row.stage == NO_STAGES:
        return life.NO_STATE
    if row.stage == "preparing":
        raise Refusal("wrong-stage", "申报通知还没有发出，现在不能登记申报。", "办法第十三条第一项")
    if row.deadline is not None and stages_today(uow) > row.deadline:
        said = f"{row.deadline.month}月{row.deadline.day}日"
        raise Refusal("late", f"申报已于{said}截止。", "办法第十三条第一项")
    if row.stage != "applications":
        raise Refusal(
            "wrong-stage", f"现在是{name(row.stage)}，不能再登记申报。", "办法第十三条第一项"
        )
    return "registered"


def demand_may_apply(uow: UnitOfWork, year: int, named: str, uscc: str, award: str) -> None:
    """Raises Refusal `second-award` or `banned`, for years that are worked on in stages."""
    if stages.stage_of(uow.session, year) == NO_STAGES:
        return
    ban = ban_of(uow.session, named, uscc)
    if ban is not None and stages_today(uow) <= ban.until:
        raise Refusal("banned", f"{_day(ban.until)}以前（含当日）不得申报。", "办法第十八条")
    both = stages.values(uow.session, year).get("both_awards") == "yes"
    others = uow.session.scalars(
        select(Applicant).where(Applicant.year == year, Applicant.withdrawn_at.is_(None))
    )
    for row in others:
        same = (uscc and row.uscc == uscc) or organisation.same(row.name, named)
        if same and not both and row.award and award and row.award != award:
            raise Refusal("second-award", "一个组织本年度只能申报一个奖项。", "办法第二条")


def ban_of(session: Session, named: str, uscc: str) -> Ban | None:
    """The longest 不得申报 of an organisation, whatever its name and code were then."""
    return next(iter(bans_of(session, named, uscc)), None)


def bans_of(session: Session, named: str, uscc: str, found: Answer = Answer.SAME) -> list[Ban]:
    """Bans of this very organisation, or (ASK) of what may be it; the longest first."""
    one = identity.known(session, named, uscc)
    rows = session.scalars(select(Ban).order_by(Ban.until.desc(), Ban.id))
    return [row for row in rows if one.compare(row.organisation, row.uscc) is found]


def record_ban(
    uow: UnitOfWork, named: str, uscc: str, decided_on: date, until: date, document: str
) -> str:
    """记入不得申报（办法第十八条）, from a decision that the city approved."""
    if not document.strip():
        raise Refusal("document-needed", "须写明市政府批准文件的文号。", "办法第十八条")
    row = Ban(organisation=named, uscc=uscc, decided_on=decided_on, until=until, document=document)
    return uow.add(row, "bn", "ban", document).uid


def fill(uow: UnitOfWork, uid: str, wanted: ApplicationFields) -> None:
    """登记申报表所写."""
    _sound(wanted)
    applicant = _in_intake(uow, uid)
    row = application(uow, applicant)
    with uow.change(row, "fill"):
        row.activity = ",".join(wanted.activities)
        row.innovations = ",".join(wanted.innovations)
        row.local = wanted.local
        row.operating_since = wanted.operating_since
        row.operating_precision = wanted.operating_precision
        row.excellence_since = wanted.excellence_since


def _sound(wanted: ApplicationFields) -> None:
    if not set(wanted.activities) <= set(ACTIVITIES):
        raise Refusal(
            "unknown-kind", "活动应是产品生产、工程建设、服务提供或环境保护。", "办法第二条"
        )
    if not set(wanted.innovations) <= set(INNOVATIONS):
        raise Refusal(
            "unknown-kind", "创新证明应是质量创新、标准创新、品牌建设或知识产权。", "办法第二条"
        )
    if wanted.operating_precision not in PRECISIONS:
        raise Refusal("unknown-kind", "请选择日期准确到年、月还是日。", "办法第十二条第一项")


def give_opinion(uow: UnitOfWork, uid: str, wanted: OpinionFields) -> str:
    """登记推荐意见; a newer one of the same kind takes the place of the older."""
    if wanted.kind not in checklist.OPINIONS:
        raise Refusal(
            "unknown-kind", "推荐意见应是镇乡（街道）的或行业主管部门的。", BASIS, field="kind"
        )
    if not wanted.unit.strip():
        raise Refusal("blank", "请填写推荐单位。", BASIS, field="unit")
    applicant = _in_intake(uow, uid)
    held = uow.session.scalar(
        select(Opinion).where(Opinion.applicant_id == applicant.id, Opinion.kind == wanted.kind)
    )
    if held is None:
        return uow.add(Opinion(applicant_id=applicant.id, **vars(wanted)), "op", "give").uid
    with uow.change(held, "give"):
        for key, value in vars(wanted).items():
            setattr(held, key, value)
    return held.uid


def note_licence(
    uow: UnitOfWork, uid: str, kind: str, valid_to: date | None, forever: bool = False
) -> str:
    """登记证照 and until when it is valid."""
    if not kind.strip():
        raise Refusal("blank", "请填写证照名称。", "办法第十二条第二项", field="kind")
    applicant = _in_intake(uow, uid)
    held = uow.session.scalar(
        select(Licence).where(Licence.applicant_id == applicant.id, Licence.kind == kind.strip())
    )
    if held is None:
        row = Licence(
            applicant_id=applicant.id, kind=kind.strip(), valid_to=valid_to, forever=forever
        )
        return uow.add(row, "lc", "note").uid
    with uow.change(held, "note"):
        held.valid_to, held.forever = valid_to, forever
    return held.uid


def attach(uow: UnitOfWork, uid: str, paper: Paper) -> str:
    """收存一份材料 with its SHA-256; the content is kept once and never changed."""
    filename = checklist.sound_file(paper.kind, paper.filename, paper.content)
    applicant = _in_intake(uow, uid)
    digest = hashlib.sha256(paper.content).hexdigest()
    if uow.session.get(AttachmentContent, digest) is None:
        uow.session.add(AttachmentContent(sha256=digest, content=paper.content))
    row = Attachment(
        applicant_id=applicant.id,
        kind=paper.kind,
        filename=filename,
        sha256=digest,
        size=len(paper.content),
        pages=paper.pages,
        added_at=uow.now,
        added_by=uow.actor.name,
    )
    return uow.add(row, "at", "attach").uid


def remove_attachment(uow: UnitOfWork, uid: str, reason: str) -> None:
    """撤下一份材料: the record and the content stay, it counts no more."""
    row = uow.load(Attachment, uid)
    if not reason.strip():
        raise Refusal("reason-needed", "请写明撤下的理由，它会记入操作日志。")
    applicant = uow.session.get(Applicant, row.applicant_id)
    assert applicant is not None
    _in_intake(uow, applicant.uid)
    with uow.change(row, "remove", reason):
        row.removed_at, row.remove_reason = uow.now, reason.strip()


def take_in(uow: UnitOfWork, uid: str) -> None:
    """核对齐全（办法第十三条第二项）. Raises Refusal `incomplete` with what is missing first."""
    applicant = uow.load(Applicant, uid)
    missing = lacking(uow.session, applicant)
    if missing:
        raise Refusal("incomplete", missing[0], BASIS, missing=list(missing))
    step(uow, applicant, "complete")
    row = application(uow, applicant)
    with uow.change(row, "take-in"):
        row.received_at, row.supplement, row.supplement_due = uow.now, "", None


def ask_supplement(uow: UnitOfWork, uid: str, what: str, due: date) -> None:
    """通知补正: what is to be supplied, and by when."""
    if not what.strip():
        raise Refusal("blank", "请写明需要补正的内容。", BASIS, field="what")
    applicant = uow.load(Applicant, uid)
    step(uow, applicant, "supplement", what)
    row = application(uow, applicant)
    with uow.change(row, "ask-supplement", what):
        row.supplement, row.supplement_due = what.strip(), due


def turn_away(uow: UnitOfWork, uid: str, reason: str) -> None:
    """不予受理 after 补正 was asked for and did not come."""
    if not reason.strip():
        raise Refusal("reason-needed", "请写明不予受理的理由。", BASIS)
    step(uow, uow.load(Applicant, uid), "not-accepted", reason)


def step(uow: UnitOfWork, row: Applicant, wanted: str, reason: str = "") -> None:
    """One step of an application as its table says; in a year without stages there is none."""
    life.find_step(row.state, wanted, uow.actor.role, stages.stage_of(uow.session, row.year))
    with uow.change(row, "state", reason):
        row.state = wanted


def application(uow: UnitOfWork, applicant: Applicant) -> Application:
    """The record beside the form, made when first wanted."""
    row = uow.session.scalar(select(Application).where(Application.applicant_id == applicant.id))
    if row is None:
        row = uow.add(Application(applicant_id=applicant.id), "ap", "open")
    return row


def lacking(session: Session, applicant: Applicant) -> tuple[str, ...]:
    """What an application still lacks, as sentences."""
    return lacking_of(session, (applicant,))[applicant.id]


def lacking_of(session: Session, firms: Sequence[Applicant]) -> dict[int, tuple[str, ...]]:
    """The same of many, by their numbers. Three statements."""
    ids = [one.id for one in firms]
    forms = {
        row.applicant_id: row
        for row in session.scalars(select(Application).where(Application.applicant_id.in_(ids)))
    }
    kinds: dict[int, set[str]] = defaultdict(set)
    for row in session.execute(
        select(Attachment.applicant_id, Attachment.kind).where(
            Attachment.applicant_id.in_(ids), Attachment.removed_at.is_(None)
        )
    ):
        kinds[row.applicant_id].add(row.kind)
    given: dict[int, dict[str, bool]] = defaultdict(dict)
    for said in session.execute(
        select(Opinion.applicant_id, Opinion.kind, Opinion.agrees).where(
            Opinion.applicant_id.in_(ids)
        )
    ):
        given[said.applicant_id][said.kind] = said.agrees
    return {
        one.id: checklist.lacking(
            one.award,
            kinds[one.id],
            given[one.id],
            split(forms[one.id].activity) if one.id in forms else (),
            split(forms[one.id].innovations) if one.id in forms else (),
        )
        for one in firms
    }


def split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)


def stages_today(uow: UnitOfWork) -> date:
    """The day in Asia/Shanghai: a deadline ends at midnight there."""
    return uow.today


def _in_intake(uow: UnitOfWork, uid: str) -> Applicant:
    row = uow.load(Applicant, uid)
    if row.state not in ("registered", "supplement", "complete"):
        raise Refusal(
            "wrong-state",
            f"这份申报现在是“{life.name(row.state) or '未分阶段'}”，材料不再变动。",
            BASIS,
        )
    return row


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _deadline_passed(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    row = uow.session.scalar(select(AwardYear).where(AwardYear.year == year))
    if row is None or row.deadline is None:
        return ("申报截止日期尚未填写。",)
    if stages_today(uow) <= row.deadline:
        return (f"申报到{_day(row.deadline)}截止，尚未截止。",)
    return ()


def _checked(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    names = uow.session.scalars(
        select(Applicant.name)
        .where(Applicant.year == year, Applicant.state == "registered")
        .order_by(Applicant.name)
    )
    return tuple(f"{one}的申报材料还没有核对。" for one in names)


CHECKS: Mapping[str, stages.Check] = {
    "deadline-passed": _deadline_passed,
    "applications-checked": _checked,
}
