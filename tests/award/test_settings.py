"""Settings that the regulation leaves open: empty until value and source are entered."""

from __future__ import annotations

import pytest

from award.year.core import settings
from award.year.core.settings import SETTINGS
from award.year.core.stages import STAGES
from expert_pool.facts.refusal import Refusal

ENTERED = {
    "doc_rule": "consensus",
    "total_rule": "weighted",
    "doc_weight": "0.4",
    "site_weight": "0.6",
    "score_round": "0.01",
    "compare": "rounded",
    "shortlist_top": "8",
    "shortlist_min": "none",
    "shortlist_ties": "all",
    "shortlist_blind": "yes",
    "document_due": "2026-08-15",
    "site_due": "none",
    "spread_points": "20",
    "spread_band": "yes",
    "comments_per_item": "1",
    "calibration": "no",
    "department_silent": "blocks",
}


def test_every_setting_belongs_to_a_stage_and_is_empty_at_first() -> None:
    assert {one.stage for one in SETTINGS.values()} <= set(STAGES)
    assert len(settings.lacking({}, "documents")) == len(ENTERED)
    assert settings.lacking(ENTERED, "documents") == ()
    for code, value in ENTERED.items():
        assert settings.read(code, value) == value
        assert settings.words(code, value)


def test_settings_must_fit_together() -> None:
    assert settings.lacking(ENTERED | {"site_weight": "0.5"}, "documents") == (
        "资料与现场的权重之和是 0.9，应为 1。",
    )
    assert settings.lacking(ENTERED | {"shortlist_top": "none"}, "documents") == (
        "入围家数和入围最低分至少要设一项。",
    )
    by_site = {**ENTERED, "total_rule": "site"}
    del by_site["doc_weight"], by_site["site_weight"]
    assert settings.lacking(by_site, "documents") == ()


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("doc_weight", "四成"),
        ("doc_weight", "1.2"),
        ("doc_weight", "-0.4"),
        ("doc_weight", "0.12345"),
        ("spread_points", "12.5"),
        ("spread_points", "120"),
        ("compare", "none"),
        ("spread_points", "none"),
        ("nothing", "1"),
    ],
)
def test_values_that_make_no_sense_are_refused(code: str, text: str) -> None:
    with pytest.raises(Refusal) as refused:
        settings.read(code, text)
    assert refused.value.legal_basis == "办法第五条"


def test_a_value_without_source_is_none() -> None:
    with pytest.raises(Refusal, match="请写明出处"):
        settings.sound_source("  ")
    assert settings.sound_source(" 诸质奖审〔2026〕1号 ") == "诸质奖审〔2026〕1号"
