"""代码的说法: what coded columns of the award year's records say, by kind of record and column."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from award.applicants.core import checklist, eligibility, life
from award.applicants.core.replies import ANSWERS
from award.decision.committee import ROLES
from award.honours.core import account, revocation, title
from award.honours.papers import WHY
from award.scoring.core import scorebook
from award.year.core import settings, stages

CONSENSUS = {"open": "合议中", "issued": "报告已出具", "signed": "报告已签署"}
SIGNATURES = {"signed": "签名", "dissent": "书面不同意见", "silent": "未签名，视为同意"}
RULINGS = {"tie": "平票的先后", "prize": "奖金和名额", "vacancy": "空额递补"}
SETTLED = {"imported": "后来已导入", "replaced": "重新导入时取代", "said": "人工处理"}

CODES: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("applicant", "state"): life.STATES,
    ("attachment", "kind"): checklist.KINDS,
    ("award_year", "stage"): stages.STAGES,
    ("committee_member", "role"): ROLES,
    ("condition_word", "condition"): {
        code: words for code, (words, _) in eligibility.CONDITIONS.items()
    },
    ("condition_word", "verdict"): eligibility.VERDICTS,
    ("consensus", "proposal"): {"yes": "建议入围", "no": "不建议入围"},
    ("consensus", "stage"): scorebook.STAGES,
    ("consensus", "state"): CONSENSUS,
    ("expense", "kind"): account.KINDS,
    ("honour", "why"): WHY,
    ("import_row", "settled_how"): SETTLED,
    ("incident", "kind"): eligibility.INCIDENTS,
    ("inquiry_answer", "answer"): ANSWERS,
    ("loan", "side"): {"out": "借出", "in": "借入"},
    ("objection", "decision"): {"upheld": "取消获奖资格", "rejected": "异议不成立"},
    ("opinion", "kind"): checklist.OPINIONS,
    ("plan_version", "review"): scorebook.STAGES,
    ("report_signature", "kind"): SIGNATURES,
    ("revocation", "ground"): revocation.GROUNDS,
    ("ruling", "kind"): RULINGS,
    ("scorebook", "frozen_from"): scorebook.STATES,
    ("scorebook", "stage"): scorebook.STAGES,
    ("scorebook", "state"): scorebook.STATES,
    ("title_use", "medium"): title.MEDIA,
    ("year_setting", "code"): {code: one.title for code, one in settings.SETTINGS.items()},
}


def _several(words: Mapping[str, str]) -> Callable[[str], str]:
    return lambda text: "、".join(words.get(code, code) for code in text.split(",") if code)


def _yuan(text: str) -> str:
    return f"{int(text) // 100:,}.{int(text) % 100:02d}元"


def _heads(text: str) -> str:
    return f"{len(json.loads(text))} 人"


def _reasons(text: str) -> str:
    return "；".join(json.loads(text).values())


# Columns whose text is a list or a number in small coin.
SPELLED: Mapping[tuple[str, str], Callable[[str], str]] = {
    ("application", "activity"): _several(eligibility.ACTIVITIES),
    ("application", "innovations"): _several(eligibility.INNOVATIONS),
    ("approval", "removed"): _reasons,
    ("expense", "fen"): _yuan,
    ("site_duty", "travel"): _yuan,
    ("site_duty", "lodging"): _yuan,
    ("vote_round", "present"): _heads,
}
