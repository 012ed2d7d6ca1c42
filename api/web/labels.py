"""栏目名: what the fields of forms and records are called, for the sentences that say which one is wrong and for the log."""

from __future__ import annotations

from api.errors import FieldError, Problem

# Columns of the records, as the log tells what was changed; most forms ask for them under the same name.
FIELDS: dict[str, str] = {
    "about": "事由", "absences": "不能参加", "answer": "答复", "answer_days": "答复期限", "attendance": "出勤", "award": "奖项",
    "birth": "出生年月", "bound": "理论下界", "cancelled": "已取消", "cap": "上限", "case_no": "案件编号", "certificate_no": "聘书编号",
    "channel": "方式", "checks": "资格审查", "chosen": "抽中", "close_reason": "办结说明", "closed": "不便接待", "closed_at": "办结时间",
    "closed_known": "接待时间已知", "closed_text": "接待时间原话", "codes": "行业", "comment": "意见", "company": "企业",
    "company_uscc": "企业信用代码", "conduct": "推荐单位确认无违法违纪", "confirmed_by": "确认人", "consensus_score": "合议得分",
    "contact": "联系人", "count": "个数", "created_name": "发起人", "day": "日期", "deadline": "申报截止", "decided_name": "决定人",
    "decided_on": "决定日期", "decision": "决定", "decision_reason": "决定理由", "declined": "接受后推辞", "drawn_name": "抽取人",
    "due_on": "答复期限", "edited_name": "编制人", "education": "学历", "effect": "建议", "effort": "半天数", "email": "邮箱",
    "employees": "职工人数", "employer": "工作单位", "employer_uscc": "单位信用代码", "end_kind": "终止方式", "end_reason": "终止原因",
    "ended_on": "终止日期", "entered_name": "登记人", "error_text": "原因", "evidence": "依据", "experience_years": "工作年限",
    "expires_at": "有效期至", "facts": "反映的情况", "field": "栏目", "file": "文件", "filename": "文件", "finding": "核查结论",
    "first": "自", "founded": "成立时间", "gender": "性别", "grade": "等级", "grounds": "依据", "group_company": "所属集团",
    "group_name": "集团", "half": "上下午", "half_days": "现场评审时长", "heading": "表头", "holder": "股东或人员", "honours": "荣誉",
    "industries": "行业", "is_company": "是企业", "items": "分项得分", "kind": "种类", "known": "时间已知", "last": "至",
    "leader": "组长资格", "lift_reason": "恢复原因", "login": "登录名", "max_effort": "每年最多半天", "measure": "处理",
    "name": "姓名或名称", "name_match": "只是同名，待核实", "note": "备注", "notice_date": "通知日期", "number": "版次",
    "objective": "总分", "occurred_on": "发生日期", "ok": "复核通过", "opened_name": "建立人", "organisation": "单位名称",
    "organisation_uscc": "单位信用代码", "own_score": "本人独立评分", "past_awards": "以往获奖", "percent": "持股比例（%）",
    "phone": "电话", "place_text": "所在地原话", "policy": "编组规则", "weights": "目标权重",
    "position": "职务", "proposed_name": "提出人", "purpose": "用途",
    "quality": "质量管理专家", "rater": "评价方", "rater_name": "评价人", "reached": "达到", "reason": "原因", "reason_kind": "原因种类",
    "received_on": "收到日期", "recommender": "推荐单位", "remark": "备注", "report": "报告", "role": "身份", "rule": "规则",
    "score": "得分", "seed": "种子", "seniority": "资历", "served_years": "服务年度", "signed_at": "签署时间", "signed_via": "签署方式",
    "since": "起始日期", "source": "来源", "source_pool": "来源库", "stage": "阶段", "status": "状态", "text": "原话",
    "text_version": "文本版次", "title": "职称", "tolerance": "容许差距", "town_code": "所在地", "trained_on": "培训日期",
    "training": "培训情况", "unassigned": "未排进的", "unit": "单位", "until": "终止日期", "uscc": "统一社会信用代码",
    "void_reason": "作废原因", "voided_name": "作废人", "window_first": "现场评审自", "window_last": "现场评审至",
    "withdraw_reason": "撤销原因", "word": "说法", "year": "年度", "approved_name": "批准人", "sent_at": "交付时间",
    "disabled_at": "停用时间", "outcome": "复核结果", "password_set_at": "口令设定时间", "revoked_at": "停用时间", "used_at": "打开时间",
    "listed_at": "列入名单时间", "voiding_name": "提出作废人", "zzd_account": "浙政钉账号",
}  # fmt: skip
# A column's name may mean something else in another table.
OF_KIND: dict[tuple[str, str], str] = {
    ("award_year", "title"): "名称",
    ("performance_record", "leader"): "任组长",
    ("violation", "source"): "线索来源",
    ("shareholding", "source"): "名单来源",
    ("waiver", "reason"): "豁免理由",
    ("conflict", "decided_by"): "决定人",
    ("suspension", "year"): "仅限年度",
    ("message", "text"): "内容",
}
# What only forms ask for, and what they ask for in other words than the log tells it in.
LABELS: dict[str, str] = FIELDS | {
    "agree": "同意声明", "applicant": "申报组织", "due": "答复期限", "ended": "终止日期", "experience": "工作年限", "expert": "专家",
    "first": "起始日期", "group": "评审组", "id_number": "身份证号", "insight": "意见中肯、有帮助", "last": "终止日期", "name": "姓名",
    "new": "新口令", "old": "原口令", "other": "另一位专家", "page": "页码", "password": "口令", "percent": "持股比例", "phone": "手机",
    "points": "评分", "reason": "理由", "record": "记录", "scope": "期限", "seen": "已收到纸质声明", "start": "开始时间",
    "suspension": "暂停记录", "text": "内容", "time_limit": "求解时限", "title": "名称或职称", "version": "页面版本",
}  # fmt: skip
MISSING = "必填"


def sentence(problem: Problem) -> str:
    """What is wrong, by the names the form shows; what the domain has said in words of its own stays as it is."""
    if not problem.errors or any(error.reason == problem.detail for error in problem.errors):
        return problem.detail
    return "".join(f"{_one(error)}。" for error in problem.errors)


def _one(error: FieldError) -> str:
    name = LABELS.get(error.field.split("[")[0], "")
    if error.reason == MISSING:
        return f"请填写“{name}”" if name else "有一项没有填写"
    return f"“{name}”{error.reason}" if name else f"有一项填写有误：{error.reason}"
