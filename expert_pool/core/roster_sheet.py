"""专家名册作为表: what the export says of an expert, under the headings that the import reads."""

from __future__ import annotations

from collections.abc import Mapping

from expert_pool.core.roster import ExpertDraft
from expert_pool.facts.halfday import spell
from expert_pool.facts.own_sheet import UID, day_words, trade_words
from expert_pool.facts.towns import Towns
from expert_pool.facts.writing import masked

# Heading -> field of the import; headings that are ours need no guessing.
FIELDS = {
    UID: "number",
    "姓名": "name",
    "性别": "gender",
    "出生年月": "birth",
    "工作单位": "employer",
    "职务/职称": "title",
    "学历": "education",
    "熟悉行业": "industries",
    "质量管理专家": "quality",
    "可任组长": "leader",
    "手机": "phone",
    "所在地": "place",
    "需回避的单位": "recuse",
    ("不能参加的时间"): "absences",
    "备注": "remark",
    "本年度是否参加": "participates",
    "参加过的年度": "history",
}
HEADINGS = tuple(FIELDS)
PHONE = "手机"
# Cells that the reading of a changed row cannot do without.
KEPT = ("姓名", "工作单位", PHONE)


def row_of(draft: ExpertDraft, *, phones: bool) -> tuple[str, ...]:
    """One line of the export; the telephone number is masked unless `phones`."""
    said = written(draft)
    return (draft.uid, *(said[heading][0 if phones else -1] for heading in HEADINGS[1:]))


def written(draft: ExpertDraft) -> Mapping[str, tuple[str, ...]]:
    town = Towns.load().get(draft.town_code) if draft.town_code else None
    absences = draft.absence_text or (
        "" if draft.absences is None else spell(draft.absences) or "无"
    )
    return {
        "姓名": (draft.name,),
        "性别": (draft.gender,),
        "出生年月": (day_words(draft.birth, draft.birth_precision),),
        "工作单位": (draft.employer,),
        "职务/职称": (draft.title,),
        "学历": (draft.education_text or draft.education,),
        "熟悉行业": ("；".join(trade_words(item.code) for item in draft.industries),),
        "质量管理专家": (yes_no(draft.quality),),
        "可任组长": (yes_no(draft.leader),),
        PHONE: (draft.phone, masked(draft.phone)),
        "所在地": (draft.place_text or (town.name if town else ""),),
        "需回避的单位": ("；".join(draft.recuse),),
        "不能参加的时间": (absences,),
        "备注": (draft.remark,),
        "本年度是否参加": ("暂停" if draft.suspended_year else "",),
        "参加过的年度": ("、".join(map(str, draft.served_years)),),
    }


def yes_no(value: bool | None) -> str:
    return "" if value is None else "是" if value else "否"
