"""不变量: what must be true of every database at every time, each as one SQL query that finds the
exceptions.

Run after the tests and by the operator (`python -m expert_pool.ledger.invariants sqlite:///…`).
Plain SQL for both engines.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from expert_pool.facts.rubric import full_marks
from expert_pool.ledger.audit import verify
from expert_pool.ledger.engine import make_engine, reader


@dataclass(frozen=True)
class Exceptional:
    """One row that breaks an invariant."""

    invariant: str
    sentence: str
    row: str


EDITABLE = (
    "expert",
    "appointment",
    "suspension",
    "conflict",
    "pair_conflict",
    "declaration",
    "availability",
    "performance_record",
    "affiliation",
    "day_override",
    "import_batch",
    "import_row",
    "award_year",
    "applicant",
    "plan_version",
    "solve_job",
    "plan_draw",
    "calendar_entry",
    "account",
    "personal_link",
    "candidacy",
    "waiver",
    "lifting",
    "stage_record",
    "rating",
    "violation",
    "personnel_decision",
    "shareholding",
    "official",
    "organisation_answer",
)

OUT_OF_SCALE = " UNION ALL ".join(
    f"SELECT uid FROM {table} WHERE {column} < 0 OR {column} > {most}"  # noqa: S608 - our own
    for table, column, most in (
        ("rating", "score", 100),
        ("stage_record", "own_score", full_marks()),
        ("stage_record", "consensus_score", full_marks()),
    )
)

# name: (what must hold, query that gives the offending rows; its first column names the row)
INVARIANTS: dict[str, tuple[str, str]] = {
    "expert-named": (
        "每位专家都有姓名和单位",
        "SELECT uid FROM expert WHERE trim(name) = '' OR trim(employer) = ''",
    ),
    "expert-seniority": (
        "资历在 1 到 5 之间",
        "SELECT uid FROM expert WHERE seniority < 1 OR seniority > 5",
    ),
    "version-positive": (
        "每条记录的版本号不小于 1",
        " UNION ALL ".join(f"SELECT uid FROM {table} WHERE version < 1" for table in EDITABLE),  # noqa: S608 - our own names
    ),
    "industry-order": (
        "专家的专业领域从 0 起连续编号",
        (
            "SELECT expert_id FROM expert_industry GROUP BY expert_id HAVING min(position) <> 0 OR"
            " max(position) <> count(*) - 1"
        ),
    ),
    "trade-order": (
        "申报组织的行业从 0 起连续编号",
        (
            "SELECT applicant_id FROM applicant_industry GROUP BY applicant_id HAVING min(position)"
            " <> 0 OR max(position) <> count(*) - 1"
        ),
    ),
    "term-ordered": (
        "聘期起不晚于止",
        "SELECT uid FROM appointment WHERE first > last OR ended_on < first OR ended_on > last",
    ),
    "term-single": (
        "同一专家的聘期不重叠",
        (
            "SELECT a.uid FROM appointment a JOIN appointment b ON a.expert_id = b.expert_id AND"
            " a.id < b.id WHERE a.first <= coalesce(b.ended_on, b.last) AND b.first <="
            " coalesce(a.ended_on, a.last)"
        ),
    ),
    "term-reason": (
        "提前终止的聘期写明理由",
        "SELECT uid FROM appointment WHERE ended_on IS NOT NULL AND end_reason = ''",
    ),
    "suspension-single": (
        "同一专家同一范围只有一次未解除的暂停",
        (
            "SELECT min(uid) FROM suspension WHERE lifted_at IS NULL GROUP BY expert_id,"
            " coalesce(year, 0) HAVING count(*) > 1"
        ),
    ),
    "suspension-reason": (
        "暂停和解除都写明理由",
        (
            "SELECT uid FROM suspension WHERE reason = '' OR (lifted_at IS NOT NULL AND lift_reason"
            " = '')"
        ),
    ),
    "conflict-named": (
        "每条回避情形写明组织",
        "SELECT uid FROM conflict WHERE trim(organisation) = ''",
    ),
    "conflict-ordered": ("回避情形起不晚于止", "SELECT uid FROM conflict WHERE since > until"),
    "conflict-decided": (
        "有决定就有决定人",
        (
            "SELECT uid FROM conflict WHERE (decision <> '') <> (decided_by <> '') OR decision NOT"
            " IN ('', 'barred', 'cleared')"
        ),
    ),
    "conflict-withdrawn": (
        "撤销的登记写明理由",
        "SELECT uid FROM conflict WHERE withdrawn_at IS NOT NULL AND withdraw_reason = ''",
    ),
    "pair-ordered": (
        "同组回避的两人不同且按序",
        "SELECT uid FROM pair_conflict WHERE expert_a_id >= expert_b_id",
    ),
    "declaration-hashed": (
        "承诺文本有完整校验值",
        "SELECT uid FROM declaration WHERE length(text_sha256) <> 64",
    ),
    "availability-unknown": (
        "未知的可参加时间没有半天记录",
        (
            "SELECT a.uid FROM availability a JOIN availability_half_day h ON h.availability_id ="
            " a.id WHERE NOT a.known"
        ),
    ),
    "availability-window": (
        "已知的可参加时间有起止日期",
        (
            "SELECT uid FROM availability WHERE known AND (first IS NULL OR last IS NULL OR first >"
            " last)"
        ),
    ),
    "half-day": (
        "半天只有上午和下午",
        (
            "SELECT availability_id FROM availability_half_day WHERE half NOT IN ('AM', 'PM') "
            "UNION ALL SELECT applicant_id FROM applicant_closed WHERE half NOT IN ('AM', 'PM')"
        ),
    ),
    "score-range": (
        "履职评分在 0 到 100 之间",
        "SELECT uid FROM performance_record WHERE score < 0 OR score > 100 OR effort < 0",
    ),
    "candidacy-decided": (
        "审查过的申请有决定人，不通过的有理由",
        (
            "SELECT uid FROM candidacy WHERE (status = 'open') <> (decided_by = '') OR (status ="
            " 'rejected' AND reason = '')"
        ),
    ),
    "waiver-two-people": (
        "豁免由提出人以外的人复核",
        (
            "SELECT uid FROM waiver WHERE (outcome = '') <> (decided_by = '') OR decided_by ="
            " proposed_by"
        ),
    ),
    "lifting-two-people": (
        "应当回避的解除由提出人以外的人决定",
        (
            "SELECT uid FROM lifting WHERE (outcome = '') <> (decided_by = '') OR decided_by ="
            " proposed_by"
        ),
    ),
    "violation-decided": (
        "案件由立案人以外的人决定并写明理由",
        (
            "SELECT uid FROM violation WHERE (finding = '') <> (decided_by = '') OR decided_by ="
            " opened_by OR (finding <> '' AND decision_reason = '')"
        ),
    ),
    "violation-suspends": (
        "案件未决期间暂停没有解除",
        (
            "SELECT v.uid FROM violation v JOIN suspension s ON s.id = v.suspension_id WHERE"
            " v.finding = '' AND s.lifted_at IS NOT NULL"
        ),
    ),
    "rating-range": (
        "评价和评审得分在范围内",
        OUT_OF_SCALE,
    ),
    "year-window": (
        "现场评审开始不晚于结束",
        "SELECT uid FROM award_year WHERE window_first > window_last",
    ),
    "applicant-award": (
        "申报奖项是质量奖或创新奖，或尚待确认",
        "SELECT uid FROM applicant WHERE award NOT IN ('QUALITY', 'INNOVATION', '')",
    ),
    "applicant-withdrawn": (
        "撤回申报写明理由",
        "SELECT uid FROM applicant WHERE withdrawn_at IS NOT NULL AND withdraw_reason = ''",
    ),
    "plan-status": (
        "方案状态有效",
        (
            "SELECT uid FROM plan_version WHERE status NOT IN ('draft', 'submitted', 'approved',"
            " 'published', 'withdrawn')"
        ),
    ),
    "plan-numbered": (
        "方案版本从 1 起连续编号",
        (
            "SELECT min(uid) FROM plan_version GROUP BY year HAVING min(number) <> 1 OR max(number)"
            " <> count(*)"
        ),
    ),
    "plan-published-once": (
        "一年最多一个已发布方案",
        (
            "SELECT min(uid) FROM plan_version WHERE status = 'published' GROUP BY year HAVING"
            " count(*) > 1"
        ),
    ),
    "plan-checked": (
        "复核或发布的方案没有违规",
        "SELECT uid FROM plan_version WHERE status IN ('approved', 'published') AND NOT ok",
    ),
    "plan-second-person": (
        "方案由编制和修改之外的另一人复核",
        (
            "SELECT uid FROM plan_version WHERE approved_by IS NOT NULL AND (approved_by ="
            " created_by OR approved_by = edited_by)"
        ),
    ),
    "plan-approved": (
        "待发布和已发布的方案有复核人",
        (
            "SELECT uid FROM plan_version WHERE status IN ('approved', 'published') AND"
            " (approved_by IS NULL OR approved_at IS NULL)"
        ),
    ),
    "plan-anchored": (
        "已发布的方案有日志锚点",
        (
            "SELECT uid FROM plan_version WHERE published_at IS NOT NULL AND (anchor = '' OR"
            " published_by IS NULL)"
        ),
    ),
    "job-status": (
        "求解任务状态有效",
        (
            "SELECT uid FROM solve_job WHERE status NOT IN ('queued', 'running', 'done', 'failed',"
            " 'cancelled')"
        ),
    ),
    "job-single": (
        "一年最多一个进行中的求解任务",
        (
            "SELECT min(uid) FROM solve_job WHERE status IN ('queued', 'running') GROUP BY year"
            " HAVING count(*) > 1"
        ),
    ),
    "job-over": (
        "结束的任务有结束时间，失败的有原因",
        (
            "SELECT uid FROM solve_job WHERE (status IN ('done', 'failed', 'cancelled')) <>"
            " (finished_at IS NOT NULL) OR (status = 'failed' AND (error_code = '' OR error_text ="
            " ''))"
        ),
    ),
    "job-plan": (
        "完成的任务指向存在的方案",
        (
            "SELECT j.uid FROM solve_job j LEFT JOIN plan_version p ON p.uid = j.plan_uid WHERE"
            " (j.status = 'done' AND j.kind IS NULL AND j.plan_uid IS NULL) OR (j.plan_uid IS NOT"
            " NULL AND p.uid IS NULL)"
        ),
    ),
    "draw-single": (
        "一年最多一个待抽取的备选方案集",
        "SELECT min(uid) FROM plan_draw WHERE status = 'open' GROUP BY year HAVING count(*) > 1",
    ),
    "draw-whole": (
        "抽取过的有种子、来源、号码、抽取人和方案，作废的有理由",
        (
            "SELECT d.uid FROM plan_draw d LEFT JOIN plan_version p ON p.uid = d.plan_uid WHERE"
            " d.status NOT IN ('open', 'drawn', 'void') OR (d.status = 'drawn') <> (d.drawn_at IS"
            " NOT NULL) OR (d.status = 'void') <> (d.voided_at IS NOT NULL) OR (d.status = 'drawn'"
            " AND (d.seed = '' OR d.source = '' OR d.ticket IS NULL OR d.chosen IS NULL OR p.uid IS"
            " NULL)) OR (d.status <> 'drawn' AND d.seed <> '') OR (d.status = 'void' AND"
            " d.void_reason = '')"
        ),
    ),
    "draw-void-by-two": (
        "作废备选方案集由提出人以外的人同意",
        "SELECT uid FROM plan_draw WHERE voiding_by = voided_by",
    ),
    "draw-after-opening": (
        "公布备选方案集之后才抽取",
        "SELECT uid FROM plan_draw WHERE drawn_at < opened_at",
    ),
    "calendar-sequence": (
        "日历条目序号不为负",
        "SELECT uid FROM calendar_entry WHERE sequence < 0",
    ),
    "calendar-cancelled": (
        "没有已发布方案的年度，日历条目都已取消",
        (
            "SELECT c.uid FROM calendar_entry c WHERE NOT c.cancelled AND NOT EXISTS (SELECT 1 FROM"
            " plan_version p WHERE p.year = c.year AND p.status = 'published')"
        ),
    ),
    "import-closed": (
        "结束的导入不再保留原始行",
        (
            "SELECT uid FROM import_batch WHERE (status = 'open') <> (closed_at IS NULL) OR (status"
            " <> 'open' AND table_json <> '')"
        ),
    ),
    "import-row-settled": (
        "处理过的未导入行不再保留内容",
        (
            "SELECT uid FROM import_row WHERE (settled_at IS NULL) <> (settled_how IS NULL) OR"
            " (settled_at IS NOT NULL AND (name <> '' OR reason <> ''))"
        ),
    ),
    "session-owner": (
        "每次登录属于一个账号或一位专家",
        "SELECT uid FROM login_session WHERE (account_id IS NULL) = (expert_id IS NULL)",
    ),
    "audit-counted": (
        "操作日志编号连续",
        (
            "SELECT n FROM (SELECT count(*) AS n, coalesce(max(id), 0) AS m FROM audit_entry) t"
            " WHERE n <> m"
        ),
    ),
    "audit-contents": (
        "每条日志都有内容，除非已依法删除",
        (
            "SELECT e.id FROM audit_entry e LEFT JOIN audit_content c ON c.entry_id = e.id WHERE"
            " c.entry_id IS NULL AND NOT EXISTS (SELECT 1 FROM audit_entry x WHERE x.kind = 'audit'"
            " AND x.action = 'erase' AND x.object_id = CAST(e.id AS TEXT))"
        ),
    ),
    "expert-logged": (
        "每位专家的入库都有日志",
        (
            "SELECT uid FROM expert WHERE NOT EXISTS (SELECT 1 FROM audit_entry WHERE kind ="
            " 'expert' AND object_id = expert.uid)"
        ),
    ),
    "plan-logged": (
        "每个方案都有日志",
        (
            "SELECT uid FROM plan_version p WHERE NOT EXISTS (SELECT 1 FROM audit_entry WHERE kind"
            " = 'plan_version' AND object_id = p.uid)"
        ),
    ),
}


# One statement for all of them: the engine is asked once.
EVERY_ONE = text(
    " UNION ALL ".join(
        f"SELECT '{name}', CAST(named.found AS TEXT) FROM (WITH broken (found) AS ({query})"  # noqa: S608 - our own
        " SELECT found FROM broken) AS named"
        for name, (_, query) in INVARIANTS.items()
    )
)


def exceptions(session: Session) -> list[Exceptional]:
    """Every row that breaks an invariant; the chain of the log and the digests of plans are looked
    at too.
    """
    found = [
        Exceptional(name, INVARIANTS[name][0], row) for name, row in session.execute(EVERY_ONE)
    ]
    found += [
        Exceptional("plan-digest", "方案的问题校验值与内容一致", uid)
        for uid, problem, digest in session.execute(
            text("SELECT uid, problem, problem_digest FROM plan_version")
        )
        if digest_of(problem) != digest
    ]
    found += [
        Exceptional("draw-digest", "备选方案集的校验码与内容一致", uid)
        for uid, candidates, digest in session.execute(
            text("SELECT uid, candidates, digest FROM plan_draw")
        )
        if digest_of(candidates) != digest
    ]
    return found + [
        Exceptional("audit-chain", broken.why, str(broken.entry_id)) for broken in verify(session)
    ]


def digest_of(problem: str) -> str:
    """As `Problem.digest`: SHA-256 of the JSON with sorted keys and no spaces."""
    canonical = json.dumps(
        json.loads(problem), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def main(url: str) -> int:
    """The operator's command: names every exception, exit code 1 if there is one."""
    engine = make_engine(url)
    with Session(reader(engine)) as session:
        found = exceptions(session)
    engine.dispose()
    for one in found:
        sys.stdout.write(f"{one.invariant}  {one.sentence}：{one.row}\n")
    sys.stdout.write("不变量全部成立\n" if not found else f"{len(found)} 处不成立\n")
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("请在后面写上数据库地址，如 sqlite:////var/lib/expert-pool/pool.db。")
    sys.exit(main(sys.argv[1]))
