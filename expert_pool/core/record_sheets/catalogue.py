"""各项记录表: every sheet of records that goes out and comes back, as data; and those that are only
for reading, with the reason.

A new kind of record is a new entry here, a query in `expert_pool.sheets.known` and a step in
`expert_pool.sheets.steps`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from expert_pool.core.conflict import KINDS, PAIR_KINDS
from expert_pool.core.expert import GRADES
from expert_pool.core.life import ENDINGS
from expert_pool.core.record_sheets.columns import Column
from expert_pool.core.recusal import OFFICE_WORDS
from expert_pool.core.rulebook import rulebook
from expert_pool.facts.rubric import full_marks

RECORD, PERSON, NAME = "记录编号", "系统编号", "姓名"
# Columns that only help to find the person; never written to a record from here.
FINDING = ("工作单位", "手机")
SOURCES = MappingProxyType(
    {
        "declared": "本人申报",
        "office": "审定办登记",
        "found": "自动发现",
        "reported": "申报组织反映",
        "decided": "依职权决定",
    }
)
DECISIONS = MappingProxyType({"barred": "应当回避", "cleared": "不需回避"})
CHANNELS = MappingProxyType({"self": "本人申请", "recommended": "单位推荐"})


@dataclass(frozen=True)
class RecordSheet:
    """One sheet. `identity`: the fields that, with the person, tell which record a row without 记录
    编号 means.

    `person`: its rows are about an expert. `decides`: entering it is a decision (DECIDE_EXPERTS),
    not only an edit. `reading_only`: why it cannot be imported, and what to do instead.
    `only_changes`: no rows can be added.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    about: str = ""
    identity: tuple[str, ...] = ()
    person: bool = True
    decides: bool = False
    reading_only: str = ""
    only_changes: bool = False
    record_column: bool = True
    effect: str = ""  # what writing a new row brings with it, told before it is written

    @property
    def headings(self) -> tuple[str, ...]:
        who = (PERSON, NAME) if self.person else ()
        return (
            ((RECORD,) if self.record_column else ())
            + who
            + tuple(one.heading for one in self.columns if not one.passing)
        )

    def column(self, field: str) -> Column | None:
        return next((one for one in self.columns if one.field == field), None)


def _year(**more: bool) -> Column:
    return Column(
        "年度",
        "year",
        "year",
        also=("评审年度", "年份", "届次"),
        needed=True,
        least=1990,
        most=2100,
        **more,  # type: ignore[arg-type]
    )


_ORGANISATION = Column(
    "评审的组织",
    "organisation",
    also=("组织", "组织名称", "申报组织", "企业名称", "受评单位", "评审对象"),
    needed=True,
    organisation=True,
    hint="写全称，与营业执照一致",
)
_STAGE = Column("阶段", "stage", "choice", rulebook().stages, also=("评审阶段",), needed=True)
_REASON = Column(
    "理由",
    "reason",
    also=("依据说明", "更正理由", "说明"),
    passing=True,
    hint="为什么这样登记或更正，记入操作日志",
)

_TERM_STAYS = "聘任一经办理不在表里改；有误的，请在专家页终止后重新办理"
_CONFLICT_STAYS = "登记后不在表里改；有误的，请在专家页撤销这条登记并写明理由，再另行登记"
_CASE_STAYS, _WAIVER_STAYS = "案件登记后不改", "豁免提出后不改"
_CASE_DECIDED = "处理决定须由立案人以外的另一人在“履职监督”页作出"
_WAIVER_DECIDED = "豁免须由提出人以外的另一人在“回避核查”页复核"
_PERSON_PAGE = "请在专家页办理"

_KIND_WORDS = MappingProxyType(
    {
        "任职": "EMPLOYMENT",
        "曾任职": "EMPLOYMENT",
        "现任职": "EMPLOYMENT",
        "劳动关系": "EMPLOYMENT",
        "兼职": "EMPLOYMENT",
        "董事": "BOARD",
        "监事": "BOARD",
        "高管": "BOARD",
        "独立董事": "BOARD",
        "持股": "EQUITY",
        "股东": "EQUITY",
        "投资": "EQUITY",
        "亲属": "KINSHIP",
        "夫妻": "KINSHIP",
        "近亲属": "KINSHIP",
        "配偶任职": "RELATIVE_EMPLOYED",
        "亲属任职": "RELATIVE_EMPLOYED",
        "咨询": "CONSULTING",
        "辅导": "CONSULTING",
        "咨询辅导": "CONSULTING",
        "顾问": "CONSULTING",
        "培训": "TRAINING_CLIENT",
        "供应商": "SUPPLIER_CUSTOMER",
        "客户": "SUPPLIER_CUSTOMER",
        "供需": "SUPPLIER_CUSTOMER",
        "供需关系": "SUPPLIER_CUSTOMER",
        "竞争": "COMPETITOR",
        "竞争者": "COMPETITOR",
        "检测": "SERVICE_REPORT",
        "审计": "SERVICE_REPORT",
        "认证": "CERT_AUDIT",
        "认证审核": "CERT_AUDIT",
        "诉讼": "LITIGATION",
        "投诉": "LITIGATION",
        "推荐单位": "RECOMMENDER",
        "师生": "ACADEMIC",
        "合作项目": "ACADEMIC",
        "评审过": "PRIOR_REVIEW",
        "曾评审": "PRIOR_REVIEW",
        "收受财物": "GIFT",
        "申请回避": "ORG_REQUEST",
        "自行回避": "SELF_DECLARED",
        "本人申请回避": "SELF_DECLARED",
        "其他": "OTHER",
    }
)
_BETWEEN = {code: kind.zh for code, kind in KINDS.items() if code not in PAIR_KINDS}
_PAIRS = {code: KINDS[code].zh for code in PAIR_KINDS}

_SHEETS = (
    RecordSheet(
        "details",
        "其他资料",
        (
            Column("单位信用代码", "employer_uscc", "uscc", also=("统一社会信用代码",)),
            Column("邮箱", "email", "email", also=("电子邮箱",), secret=True),
            Column("浙政钉账号", "zzd_account", also=("浙政钉",)),
            Column("资历", "seniority", "count", least=1, most=5, hint="1 到 5，5 为最高"),
            Column("来源库", "source_pool", also=("来源",)),
            Column("每年半天数上限", "max_effort", "count", least=0, most=400),
            Column("入库时间", "created_at", "moment", house="入库时间由系统记录"),
        ),
        ("专家的补充资料；没有入库的人请先在“专家台账”导入。"),
        only_changes=True,
        record_column=False,
    ),
    RecordSheet(
        "appointments",
        "聘任",
        (
            Column(
                "等级",
                "grade",
                "choice",
                GRADES,
                also=("聘任等级", "评审员等级", "级别"),
                needed=True,
                fixed=_TERM_STAYS,
                words=MappingProxyType({"见习": "trainee", "评审组长": "lead", "组长资格": "lead"}),
            ),
            Column(
                "证书编号",
                "certificate_no",
                also=("聘书编号", "证书号"),
                fixed=_TERM_STAYS,
                hint="不填的由系统编号",
            ),
            Column(
                "聘期起",
                "first",
                "date",
                also=("聘任日期", "起始日期", "聘期开始"),
                needed=True,
                fixed=_TERM_STAYS,
                edge="first",
            ),
            Column(
                "聘期止",
                "last",
                "date",
                also=("终止日期", "聘期结束", "有效期至"),
                needed=True,
                fixed=_TERM_STAYS,
                edge="last",
            ),
            Column("决定日期", "decided_on", "date", also=("发文日期",), fixed=_TERM_STAYS),
            Column("提前终止", "ended_on", "date", also=("提前终止日期",)),
            Column(
                "终止方式",
                "end_kind",
                "choice",
                ENDINGS,
                house="解聘和定级须作决定，" + _PERSON_PAGE + ("；辞聘只填提前终止的日期"),
            ),
            Column("终止原因", "end_reason"),
            replace(
                _REASON,
                heading="聘任依据",
                also=("依据", "文号", "发文字号", "理由", "备注"),
                hint="如 诸质奖审〔2019〕3号",
            ),
        ),
        "以前各届的聘任，每段聘期一行。",
        ("grade", "first", "last"),
        decides=True,
    ),
    RecordSheet(
        "suspensions",
        "暂停使用",
        (
            replace(
                _year(),
                needed=False,
                fixed="暂停的年度不改",
                hint="只停某一年的写年度；不写的停到恢复为止",
            ),
            Column(
                "原因", "reason", also=("暂停原因", "理由"), needed=True, fixed="暂停的原因不改"
            ),
            Column("起", "started_at", "moment", house="暂停从导入时起算"),
            Column("恢复", "lifted_at", "moment", house="恢复使用" + _PERSON_PAGE),
            Column("恢复原因", "lift_reason", house="恢复使用" + _PERSON_PAGE),
        ),
        "某一年不用或暂停使用的人。",
        ("year", "reason"),
    ),
    RecordSheet(
        "conflicts",
        "回避情形",
        (
            Column(
                "情形",
                "kind",
                "choice",
                _BETWEEN,
                also=("回避情形", "关系", "关系类型"),
                words=_KIND_WORDS,
                needed=True,
                fixed=_CONFLICT_STAYS,
            ),
            Column(
                "单位",
                "organisation",
                also=("组织", "组织名称", "企业名称", "申报组织", "回避单位", "需回避的单位"),
                needed=True,
                fixed=_CONFLICT_STAYS,
                organisation=True,
                hint="写全称",
            ),
            Column("单位信用代码", "organisation_uscc", "uscc", also=("统一社会信用代码",)),
            Column("来源", "source", "choice", SOURCES, fixed=_CONFLICT_STAYS, default="office"),
            Column("自", "since", "date", also=("起始日期", "开始时间"), edge="first"),
            Column(
                "至",
                "until",
                "date",
                also=("结束日期", "终止日期", "结束时间"),
                edge="last",
                hint="关系结束的日期；仍然存在的不填",
            ),
            Column(
                "持股比例（%）",
                "percent",
                "percent",
                also=("持股比例",),
                fixed=_CONFLICT_STAYS,
                most=100,
            ),
            Column("决定", "decision", "choice", DECISIONS, house="回避决定须在“回避核查”页作出"),
            Column("依据", "evidence", also=("证据", "依据材料", "情况说明"), hint="从哪里知道的"),
            replace(_REASON, also=("更正理由",)),
        ),
        "专家与组织之间的关系，历年的都要。",
        ("kind", "organisation", "since"),
    ),
    RecordSheet(
        "pairs",
        "同组回避",
        (
            Column(
                "另一人",
                "other",
                "person",
                also=("另一位专家", "不能同组的人"),
                needed=True,
                fixed=_CONFLICT_STAYS,
                hint="写系统编号或姓名",
            ),
            Column(
                "情形",
                "kind",
                "choice",
                _PAIRS,
                needed=True,
                fixed=_CONFLICT_STAYS,
                words=MappingProxyType(
                    {
                        "亲属": "SAME_GROUP_KIN",
                        "夫妻": "SAME_GROUP_KIN",
                        "上下级": "SAME_GROUP_KIN",
                        "同单位": "SAME_EMPLOYER_PAIR",
                    }
                ),
            ),
            Column("至", "until", "date", fixed=_CONFLICT_STAYS, edge="last"),
            Column("依据", "evidence", fixed=_CONFLICT_STAYS),
        ),
        "两位专家不能在同一组。",
        ("other", "kind"),
    ),
    RecordSheet(
        "availability",
        "可参加时间",
        (
            replace(_year(), fixed="年度不改"),
            Column("自", "first", "date", also=("起始日期",), needed=True),
            Column("至", "last", "date", also=("结束日期",), needed=True),
            Column(
                "不能参加的时间",
                "absences",
                "days",
                also=("不能参加时间",),
                needed=True,
                hint="9.8-9.11、每周三下午；都有空写“无”",
            ),
            Column("已填", "known", "mark", house="由不能参加的时间得出"),
            Column("原话", "text", also=("说明",), fixed="原话不改，请改“不能参加的时间”"),
        ),
        "代填的时间；“自”“至”是问到的起止日期。",
        ("year",),
    ),
    RecordSheet(
        "service",
        "评审记录",
        (
            _year(),
            _ORGANISATION,
            Column("组织信用代码", "organisation_uscc", "uscc", also=("统一社会信用代码",)),
            Column("任组长", "leader", "mark", also=("是否组长", "组长"), default=False),
            Column("半天数", "effort", "count", also=("工作量",), default=0, least=0, most=400),
            Column(
                "评价",
                "score",
                "count",
                also=("得分", "履职评价", "评分"),
                least=0,
                most=100,
                hint="100 分制，没有评过的不填",
            ),
            Column("备注", "note"),
        ),
        "哪一年评审过哪家组织；回避的回溯和以往工作量都看它。",
        ("year", "organisation"),
    ),
    RecordSheet(
        "stages",
        "阶段履职",
        (
            _year(),
            _ORGANISATION,
            _STAGE,
            Column(
                "出勤",
                "attendance",
                "choice",
                {code: words for code, (words, _) in rulebook().attendance.items()},
            ),
            Column(
                "报告",
                "report",
                "choice",
                {code: words for code, (words, _) in rulebook().reports.items()},
            ),
            Column("接受后推辞", "declined", "mark", default=False),
            Column("本人评分", "own_score", "score", also=("独立评分",), most=full_marks()),
            Column("合议得分", "consensus_score", "score", most=full_marks()),
            Column("备注", "note"),
        ),
        "每位专家在每家组织每个阶段的出勤、报告和评分。",
        ("year", "organisation", "stage"),
    ),
    RecordSheet(
        "ratings",
        "履职评价",
        (
            _year(),
            _ORGANISATION,
            _STAGE,
            Column(
                "评价方",
                "rater",
                "choice",
                {code: one.zh for code, one in rulebook().raters.items()},
                needed=True,
                words=MappingProxyType({"组长": "leader"}),
            ),
            Column("评价人", "rater_name"),
            Column(
                "各项得分",
                "items",
                "points",
                needed=True,
                hint="如 专业能力 38、工作态度与配合 27、独立公正 28",
            ),
            Column("总分", "score", "count", house="总分由各项得分相加得出"),
            Column("意见", "comment"),
            Column("评价时间", "rated_at", "moment", house="评价时间由系统记录"),
        ),
        ("组长、审定办、申报组织对专家的评价；只有总分的写在“评审记录”的评价一栏。"),
        ("year", "organisation", "stage", "rater"),
    ),
    RecordSheet(
        "violations",
        "违规案件",
        (
            Column("案号", "case_no", house="案号由系统编排"),
            Column(
                "种类",
                "kind",
                "choice",
                {code: words for code, (words, _) in rulebook().violations.items()},
                needed=True,
                fixed=_CASE_STAYS,
            ),
            Column("发生日期", "occurred_on", "date", needed=True, fixed=_CASE_STAYS),
            Column("情况", "facts", also=("反映的情况", "事由"), needed=True, fixed=_CASE_STAYS),
            Column("线索来源", "source", also=("来源",), fixed=_CASE_STAYS),
            Column("立案时间", "opened_at", "moment", house="立案时间由系统记录"),
            Column(
                "结论",
                "finding",
                "choice",
                {"founded": "查实", "unfounded": "不属实"},
                house=_CASE_DECIDED,
            ),
            Column("处理", "measure", "choice", rulebook().measures, house=_CASE_DECIDED),
            Column("决定理由", "decision_reason", house=_CASE_DECIDED),
            Column("决定人", "decided_name", house="由作出决定的人留名"),
            Column("决定时间", "decided_at", "moment", house="决定时间由系统记录"),
        ),
        "新的一行即立案：待另一人作决定，其间暂停使用。",
        ("kind", "occurred_on"),
        effect="写入即立案，待另一人作决定，其间暂停使用。",
    ),
    RecordSheet(
        "waivers",
        "豁免",
        (
            Column(
                "情形",
                "kind",
                "choice",
                _BETWEEN,
                words=_KIND_WORDS,
                needed=True,
                fixed=_WAIVER_STAYS,
            ),
            Column(
                "单位",
                "organisation",
                also=("组织", "组织名称", "申报组织"),
                needed=True,
                fixed=_WAIVER_STAYS,
                organisation=True,
            ),
            Column("豁免理由", "reason", also=("理由",), needed=True, fixed=_WAIVER_STAYS),
            Column("提出人", "proposed_name", house="由提出的人留名"),
            Column("提出时间", "proposed_at", "moment", house="提出时间由系统记录"),
            Column(
                "复核",
                "outcome",
                "choice",
                {"granted": "同意", "refused": "不同意"},
                house=_WAIVER_DECIDED,
            ),
            Column("复核人", "decided_name", house="由复核的人留名"),
            Column("复核时间", "decided_at", "moment", house="复核时间由系统记录"),
            Column("复核理由", "decision_reason", house=_WAIVER_DECIDED),
        ),
        "新的一行即提出豁免：待另一人复核，其间照样不安排。",
        ("kind", "organisation", "reason"),
        effect="写入即提出豁免，待另一人复核，其间照样不安排。",
    ),
    RecordSheet(
        "affiliations",
        "集团关系",
        (
            Column(
                "企业",
                "company",
                also=("企业名称", "公司"),
                needed=True,
                fixed=_CONFLICT_STAYS,
                organisation=True,
            ),
            Column(
                "所属集团",
                "group_name",
                also=("集团", "上级公司", "母公司"),
                needed=True,
                fixed=_CONFLICT_STAYS,
                organisation=True,
            ),
            Column("来源", "source", fixed=_CONFLICT_STAYS),
        ),
        "企业与它所属的集团；回避按整个集团算。",
        ("company", "group_name"),
        person=False,
    ),
    RecordSheet(
        "officials",
        "委员和公职人员",
        (
            Column("姓名", "name", needed=True, fixed=_CONFLICT_STAYS),
            Column("单位", "unit", also=("工作单位", "部门"), needed=True, fixed=_CONFLICT_STAYS),
            Column(
                "身份",
                "role",
                "choice",
                OFFICE_WORDS,
                needed=True,
                fixed=_CONFLICT_STAYS,
                words=MappingProxyType(
                    {
                        "委员": "committee",
                        "监管部门": "regulator",
                        "审定办": "regulator",
                        "推荐单位": "recommender",
                    }
                ),
            ),
            Column(
                "自",
                "since",
                "date",
                also=("任职起始日期", "任职日期"),
                edge="first",
                fixed="起始日期不改",
            ),
            Column(
                "至", "until", "date", also=("任职终止日期",), edge="last", hint="不再担任的日期"
            ),
            Column("不再担任的理由", "end_reason", also=("理由",)),
        ),
        "审委会委员、监管部门和推荐单位人员。",
        ("name", "unit", "role"),
        person=False,
    ),
    RecordSheet(
        "declarations",
        "年度声明",
        (
            Column("年度", "year", "year"),
            Column("文本版本", "text_version"),
            Column("签署时间", "signed_at", "moment"),
            Column("方式", "signed_via"),
            Column("对照名单申报", "answered_at", "moment"),
            Column("文本校验码", "text_sha256"),
        ),
        reading_only="年度声明由专家本人在个人链接上签署，或者凭纸质声明在“声明与时间”页登记，不能用表导入",
    ),
    RecordSheet(
        "candidacies",
        "申请与资格审查",
        (
            Column("方式", "channel", "choice", CHANNELS),
            Column("推荐单位", "recommender"),
            Column("收到日期", "received_on", "date"),
            Column("工作年限", "experience_years", "count"),
            Column("培训情况", "training"),
            Column("培训时间", "trained_on", "date"),
            Column(
                "状态",
                "status",
                "choice",
                {
                    "open": "待审查",
                    "passed": "审查通过",
                    "rejected": "审查未通过",
                    "appointed": "已聘任",
                },
            ),
            Column("登记人", "entered_name"),
            Column("审查理由", "reason"),
            Column("审查人", "decided_name"),
            Column("审查时间", "decided_at", "moment"),
        ),
        reading_only="推荐表请在“推荐与资格审查”页导入；资格审查由人在那里作决定，结论不能用表导入",
    ),
    RecordSheet(
        "decisions",
        "定级与退出决定",
        (
            Column("年度", "year", "year"),
            Column("建议", "rule", "choice", {one.id: one.zh for one in rulebook().rules}),
            Column("依据的数字", "grounds"),
            Column("决定", "decision", "choice", {"accepted": "采纳", "declined": "不采纳"}),
            Column("理由", "reason"),
            Column("决定人", "decided_name"),
            Column("决定时间", "decided_at", "moment"),
        ),
        reading_only="定级和退出须由人在“履职监督”页逐项决定，不能用表导入",
    ),
    RecordSheet(
        "holdings",
        "股东名单",
        (
            Column("企业名称", "company", organisation=True),
            Column("统一社会信用代码", "company_uscc"),
            Column("股东名称", "holder"),
            Column("股东类型", "is_company", "choice", {"company": "单位", "person": "个人"}),
            Column("持股比例", "percent", "percent"),
            Column("职务", "position"),
            Column("来源", "source"),
            Column("截止", "ended_on", "date"),
        ),
        person=False,
        reading_only="股东名单是整份换新的，请在“回避核查”页上传该企业的整份名单",
    ),
)
SHEETS: Mapping[str, RecordSheet] = MappingProxyType({one.key: one for one in _SHEETS})
# Sheets of other exports and documents that somebody may hand in here, and what to do instead.
ELSEWHERE = MappingProxyType(
    {
        "专家台账": "请在“专家台账”一栏导入",
        "申报组织汇总表": "请在“申报组织汇总表”一栏导入",
        "操作日志": "操作日志由系统记录，只供查阅，不能导入",
        "审计": "操作日志由系统记录，只供查阅，不能导入",
        "评审组名单": "评审组和日程只由编组、复核、发布产生，不能导入",
        "现场评审日程表": "评审组和日程只由编组、复核、发布产生，不能导入",
    }
)
HIDDEN_LISTS = ("代码",)
