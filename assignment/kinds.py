"""回避情形的名称: the kinds that `barred`, `barred_pairs` and `discouraged` may name, in
words for explanations. A file may name others; they are told as they are written.
"""

from __future__ import annotations

NAMES = {
    "EMPLOYMENT": "任职或劳动关系",
    "BOARD": "董事、监事、独立董事、高级管理人员",
    "EQUITY": "持股、控股或实际控制",
    "KINSHIP": "与法定代表人、负责人或实际控制人是夫妻、直系血亲、三代以内旁系血亲或近姻亲",
    "RELATIVE_EMPLOYED": "配偶或直系亲属在申报组织任职、任顾问",
    "CONSULTING": "为申报组织提供卓越绩效、质量奖的咨询辅导或代写材料",
    "TRAINING_CLIENT": "面向该组织的定制培训",
    "SUPPLIER_CUSTOMER": "专家或其单位是申报组织的供应商或客户",
    "COMPETITOR": "任职单位是申报组织的主要竞争者",
    "RIVAL": "任职单位与申报组织同年申报同一奖项、行业相同",
    "SERVICE_REPORT": "为申报组织出具检测、认证、审计或评价报告",
    "CERT_AUDIT": "作为认证审核员审核过该组织",
    "LITIGATION": "与申报组织有法律纠纷或投诉举报",
    "RECOMMENDER": "推荐该组织的镇街或主管部门工作人员",
    "REGULATOR": "审定办或监管部门工作人员",
    "COMMITTEE_VOTER": "审委会委员",
    "SAME_GROUP_KIN": "同组评审员之间是夫妻、近亲属或直接上下级",
    "SAME_EMPLOYER_PAIR": "同组两名评审员来自同一单位",
    "ACADEMIC": "师生，或有共同的项目、专利、论文",
    "PRIOR_REVIEW": "连续评审同一组织",
    "GIFT": "收受财物、宴请或承诺利益",
    "ORG_REQUEST": "申报组织书面申请回避",
    "SELF_DECLARED": "评审员自行申请回避",
    "PENALTY": "因评审违法被处罚，或是失信被执行人",
    "OTHER": "其他可能影响公正的关系",
}


def kind_name(kind: str) -> str:
    """回避情形 in words; a kind that is not in the taxonomy as it is written."""
    return NAMES.get(kind, kind)
