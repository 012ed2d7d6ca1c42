"""变更记录: what the log's action names say in Chinese."""

from __future__ import annotations

KINDS = {
    "expert": "专家",
    "appointment": "聘任",
    "suspension": "暂停使用",
    "conflict": "回避情形",
    "pair_conflict": "同组回避",
    "declaration": "声明与承诺",
    "availability": "可用时间",
    "performance_record": "履职记录",
    "applicant": "申报组织",
    "award_year": "评审年度",
    "plan_version": "编组方案",
    "solve_job": "求解任务",
    "import_batch": "导入",
    "account": "账号",
    "login_session": "登录",
    "personal_link": "个人链接",
    "day_override": "节假日更正",
    "announced_year": "节假日通知",
    "heading_memory": "表头",
    "trade_word": "行业说法",
    "affiliation": "集团关系",
    "calendar_entry": "日历条目",
}
ACTIONS = {
    "add": "登记",
    "announce": "登记公布",
    "answer": "回答问题",
    "apply": "写入",
    "appoint": "聘任",
    "approve": "批准",
    "cancel": "停止",
    "close": "办结",
    "confirm": "确认",
    "correct": "更正",
    "create": "建立",
    "decide": "作出决定",
    "declare": "登记",
    "disable": "停用",
    "draft": "编制",
    "drop": "放弃",
    "edit": "修改",
    "enable": "启用",
    "end": "终止",
    "enrol": "入库",
    "enter": "登记",
    "import": "导入",
    "issue": "发放",
    "lift": "恢复使用",
    "link": "发放链接",
    "log-in": "登录",
    "log-out": "退出登录",
    "open": "建立",
    "pin": "固定",
    "publish": "发布",
    "record": "记录",
    "remember": "记住",
    "remove": "撤销",
    "restore": "恢复",
    "revoke": "停用",
    "save": "保存",
    "set": "设定",
    "set-password": "更改口令",
    "sign": "签署",
    "start": "开始",
    "suspend": "暂停使用",
    "unpin": "取消固定",
    "update": "修改",
    "withdraw": "撤销",
}


def kind_words(kind: str) -> str:
    return KINDS.get(kind, kind)


def action_words(action: str, kind: str) -> str:
    """修改专家, 批准编组方案; names not in the table stay as they are."""
    return ACTIONS.get(action, action) + kind_words(kind)


FIELDS = {
    "name": "姓名或名称",
    "employer": "工作单位",
    "title": "职称",
    "phone": "电话",
    "town_code": "所在地",
    "quality": "质量管理专家",
    "leader": "组长资格",
    "industries": "行业",
    "status": "状态",
    "organisation": "单位",
    "kind": "种类",
    "until": "终止日期",
    "since": "起始日期",
    "reason": "原因",
    "window_first": "现场评审自",
    "window_last": "现场评审至",
    "deadline": "申报截止",
    "weights": "目标权重",
    "policy": "编组规则",
    "year": "年度",
    "text": "原话",
    "known": "时间已知",
    "first": "自",
    "last": "至",
    "day": "日期",
    "source": "依据",
    "evidence": "依据",
    "grade": "等级",
    "remark": "备注",
    "ok": "复核通过",
    "approved_name": "批准人",
}


def field_words(name: str) -> str:
    return FIELDS.get(name, name)
