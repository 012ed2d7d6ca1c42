"""申报名册作为表: what the export says of an applicant, under the headings that the import
reads.
"""

from __future__ import annotations

from collections.abc import Mapping

from award.applicants.core.applicant import AWARDS
from award.applicants.core.sheet_in import ApplicantDraft
from expert_pool.facts.halfday import spell
from expert_pool.facts.own_sheet import UID, day_words, trade_words
from expert_pool.facts.towns import Towns
from expert_pool.facts.writing import masked

# Heading -> field of the import; headings that are ours need no guessing.
FIELDS = {
    UID: "number",
    "申报组织名称": "name",
    "统一社会信用代码": "uscc",
    "申报奖项": "award",
    "所属行业/主导产品": "industries",
    "所在镇街": "place",
    "成立时间": "founded",
    "职工人数": "employees",
    "推荐单位": "recommender",
    "联系人": "contact",
    "联系电话": "phone",
    "不便接待时间": "closed",
    "以往获奖": "honours",
    "上级公司": "group_company",
    "备注": "remark",
}
HEADINGS = tuple(FIELDS)
PHONE = "联系电话"
KEPT = ("申报组织名称", "统一社会信用代码", "申报奖项", PHONE)


def row_of(draft: ApplicantDraft, *, phones: bool) -> tuple[str, ...]:
    said = written(draft)
    return (draft.uid, *(said[heading][0 if phones else -1] for heading in HEADINGS[1:]))


def written(draft: ApplicantDraft) -> Mapping[str, tuple[str, ...]]:
    town = Towns.load().get(draft.town_code) if draft.town_code else None
    return {
        "申报组织名称": (draft.name,),
        "统一社会信用代码": (draft.uscc,),
        "申报奖项": (AWARDS.get(draft.award, ""),),
        "所属行业/主导产品": ("；".join(trade_words(item.code) for item in draft.industries),),
        "所在镇街": (draft.place_text or (town.name if town else ""),),
        "成立时间": (day_words(draft.founded, draft.founded_precision),),
        "职工人数": ("" if draft.employees is None else str(draft.employees),),
        "推荐单位": (draft.recommender,),
        "联系人": (draft.contact,),
        PHONE: (draft.phone, masked(draft.phone)),
        "不便接待时间": (draft.closed_text or (spell(draft.closed) if draft.closed else ""),),
        "以往获奖": (draft.honours,),
        "上级公司": (draft.group_company,),
        "备注": (draft.remark,),
    }
