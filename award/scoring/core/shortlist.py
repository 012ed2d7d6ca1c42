"""入围（办法第十条第一项、第十三条第四项）: what the rule of the year gives; people decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from expert_pool.facts.refusal import Refusal

ARTICLE = "办法第十三条第四项"


@dataclass(frozen=True)
class Rule:
    """`top` places and/or `least` points; `ties`: all that share the last place go in."""

    top: int | None
    least: Fraction | None
    ties: bool = True


@dataclass(frozen=True)
class Outcome:
    """`inside` by the rule; `tied`: at the cut and left to a person (only without `ties`)."""

    inside: frozenset[str]
    tied: frozenset[str] = frozenset()


def by_rule(scores: Mapping[str, Fraction], rule: Rule) -> Outcome:
    able = {
        uid: score for uid, score in scores.items() if rule.least is None or score >= rule.least
    }
    if rule.top is None or len(able) <= rule.top:
        return Outcome(frozenset(able))
    cut = sorted(able.values(), reverse=True)[rule.top - 1]
    above = frozenset(uid for uid, score in able.items() if score > cut)
    at = frozenset(uid for uid, score in able.items() if score == cut)
    if rule.ties or len(above) + len(at) == rule.top:
        return Outcome(above | at)
    return Outcome(above, at)


def ranks(scores: Mapping[str, Fraction]) -> dict[str, int]:
    """并列同名次: 1, 2, 2, 4."""
    return {
        uid: 1 + sum(other > score for other in scores.values()) for uid, score in scores.items()
    }


def demand_reasons(
    proposed: Mapping[str, bool], decided: Mapping[str, bool], reasons: Mapping[str, str]
) -> None:
    """A decision that differs from the group's proposal needs a reason.

    Raises Refusal `reason-needed` naming the applicant by its id in `uid`.
    """
    for uid, inside in decided.items():
        if proposed.get(uid) != inside and not reasons.get(uid, "").strip():
            raise Refusal(
                "reason-needed",
                "决定与评审组的建议不同，请写理由。",
                ARTICLE,
                uid=uid,
                field=f"reason-{uid}",
            )
