"""栏目名: what the pages call the fields of their forms, for the sentences that say which one is wrong."""

from __future__ import annotations

from api.errors import FieldError, Problem

LABELS = {
    "agree": "同意声明", "answer": "答复", "applicant": "申报组织", "attendance": "出勤", "certificate_no": "聘书编号",
    "channel": "方式", "comment": "意见", "conduct": "有无违法违纪", "consensus_score": "合议得分", "day": "日期", "decision": "决定",
    "declined": "是否推辞", "due": "答复期限", "education": "学历", "email": "邮箱", "employer": "工作单位", "ended": "终止日期",
    "evidence": "依据", "experience": "工作年限", "experience_years": "工作年限", "expert": "专家", "facts": "情况", "file": "文件",
    "first": "起始日期", "gender": "性别", "grade": "等级", "group": "评审组", "group_company": "所属集团",
    "id_number": "身份证号", "half_days": "现场评审时长",
    "industries": "行业", "insight": "意见中肯、有帮助", "kind": "种类", "last": "终止日期", "leader": "组长资格", "login": "登录名",
    "max_effort": "每年最多半天", "measure": "处理决定", "name": "姓名", "name_match": "是否同名", "new": "新口令", "note": "备注",
    "occurred_on": "发生日期", "old": "原口令", "organisation": "单位名称", "other": "另一位专家", "own_score": "本人独立评分",
    "page": "页码", "password": "口令", "phone": "手机", "points": "评分", "quality": "质量管理专家", "rater": "评价方",
    "rater_name": "评价人", "reason": "理由", "reason_kind": "原因", "received_on": "收到日期", "recommender": "推荐单位",
    "record": "记录", "remark": "备注", "report": "报告", "role": "身份", "scope": "期限", "seen": "已收到纸质声明", "since": "起始日期",
    "source": "来源", "stage": "阶段", "start": "开始时间", "suspension": "暂停记录", "text": "内容", "time_limit": "求解时限",
    "title": "名称或职称", "town_code": "所在地", "trained_on": "培训日期", "training": "培训情况", "unit": "单位", "until": "终止日期",
    "uscc": "统一社会信用代码", "version": "页面版本", "year": "年度",
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
