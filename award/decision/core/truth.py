"""实情: what follows from the year file, by other code than the code that decided.

Nothing here is imported from `decide`, its pieces or its reader: the two files are read as plain
JSON, and numbers are compared by whole numbers multiplied crosswise.
"""

from __future__ import annotations

from datetime import date
from typing import Any

Json = dict[str, Any]
Ratio = tuple[int, int]  # numerator, positive denominator
STEPS = ("evaluation", "vote", "notice", "approval", "honours")
PLACED = ("proposed", "honoured", "removed", "forgone", "cancelled")


class Truth:
    """The year file and the decision that is said to follow from it; each question is answered
    anew, none is noted down.
    """

    def __init__(self, year: Json, made: Json) -> None:
        self.year, self.made = year, made
        self.numbers: Json = year["regulation"]["numbers"]
        self.said = {name: part["value"] for name, part in year["settings"].items()}
        self.points = {one["no"]: one["points"] for one in year["rubric"]["items"]}
        self.cases = {one["id"]: one for one in year["cases"]}
        self.outcome = {one["case"]: one["outcome"] for one in made["outcomes"]}
        self.totals = {one["case"]: one for one in made["totals"]}
        self.lines = {one["case"]: one for one in (made["vote"] or {}).get("candidates", ())}
        self.reached = STEPS.index(made["reached"]) if made["reached"] in STEPS else -1
        self.stopped: Json = made["stopped"] or {}

    # scores --------------------------------------------------------------------------------------

    def excluded(self, case: Json) -> str:
        """Why the case is not evaluated; empty when it is."""
        if case["left"] == "withdrawn":
            return "withdrawn"
        if any(self._banned(one["decided_on"], case["applied"]) for one in case["bans"]):
            return "barred"
        return "" if case["shortlisted"] else "not-shortlisted"

    def _banned(self, decided: str, applied: str) -> bool:
        """Dates as (year, month, day): the last day of the ban is the same day years on, 29
        February the 28th.
        """
        year, month, day = map(int, decided.split("-"))
        end = (year + self.numbers["fraud_ban_years"], month, day)
        if (month, day) == (2, 29) and not _leap(end[0]):
            end = (end[0], 2, 28)
        asked = tuple(map(int, applied.split("-")))
        return (year, month, day) <= asked <= end

    def settings_made(self) -> bool:
        """Whether the year says all that a total is made from; weights must sum to one."""
        names = [
            "doc_rule",
            "site_rule",
            "total_rule",
            "score_round",
            "compare",
            "fallback_innovation",
        ]
        if self.said["total_rule"] == "weighted":
            names += ["doc_weight", "site_weight"]
        if any(self.said[name] is None for name in names):
            return False
        if self.said["total_rule"] == "site":
            return True
        (a, b), (c, d) = ratio(self.said["doc_weight"]), ratio(self.said["site_weight"])
        return a * d + c * b == b * d

    def stage(self, part: Json, rule: str) -> Ratio | None:
        """Hundredths of a point; void books count nowhere."""
        if rule == "consensus":
            agreed = part["consensus"]
            return None if agreed is None else (self._sum(agreed), 1)
        live = [one["percents"] for one in part["books"] if one["state"] == "locked"]
        return (sum(map(self._sum, live)), len(live)) if live else None

    def _sum(self, percents: Json) -> int:
        return sum(self.points[no] * percents[no] for no in self.points)

    def exact(self, case: Json) -> Ratio | None:
        """The total in hundredths of a point; None while a stage is without a score."""
        one = self.stage(case["document"], self.said["doc_rule"])
        other = self.stage(case["site"], self.said["site_rule"])
        if one is None or other is None:
            return None
        if self.said["total_rule"] == "site":
            return other
        (a, b), (c, d) = ratio(self.said["doc_weight"]), ratio(self.said["site_weight"])
        left, right = (a * one[0], b * one[1]), (c * other[0], d * other[1])
        return left[0] * right[1] + right[0] * left[1], left[1] * right[1]

    def compared(self, exact: Ratio, printed: int) -> Ratio:
        return (printed, 1) if self.said["compare"] == "rounded" else exact

    def line_of(self, award: str) -> int:
        """The least total of the award, in hundredths of a point."""
        top, bottom = ratio(self.numbers[f"{award}_min_score"])
        return top * 100 // bottom

    # vote ----------------------------------------------------------------------------------------

    def live_round(self) -> Json | None:
        """The last round of the vote that was not voided."""
        live = [one for one in self.year["rounds"] if not one["voided"]]
        return max(live, key=lambda one: int(one["no"])) if live else None

    def _round_sound(self) -> bool:
        """Quorum, counts and the two tellers."""
        one = self.live_round()
        if one is None or len(one["tallies"]) != 2:
            return False
        members, candidates = len(self.year["committee"]["members"]), set(self.candidates())
        quorate = enough(
            one["present"], members, self.numbers["quorum"], self.numbers["quorum_inclusive"]
        )
        if not quorate or not one["issued"] <= one["present"] <= members:
            return False
        first, second = one["tallies"]
        differ = first["teller"] != second["teller"] and _same_counts(first, second)
        return differ and all(
            self._tally_sound(one, tally, candidates) for tally in (first, second)
        )

    def _tally_sound(self, one: Json, tally: Json, candidates: set[str]) -> bool:
        valid = tally["returned"] - tally["invalid"]
        if not (0 <= valid <= tally["returned"] <= one["issued"]):
            return False
        if set(tally["approve"]) != candidates or not set(tally["struck"]) <= candidates:
            return False
        ticks, most = sum(tally["approve"].values()), self.said["most_ticks"]
        return (most == "none" or ticks <= int(most) * valid) and all(
            0 <= struck <= valid and 0 <= tally["approve"][case] <= valid - struck
            for case in candidates
            for struck in (tally["struck"].get(case, 0),)
        )

    def candidates(self) -> list[str]:
        """Whose totals are said to reach a line."""
        return [case for case, one in self.totals.items() if one["meets"]]

    def _half_known(self) -> bool:
        return (
            self.numbers["approval_inclusive"] is not None or self.said["exactly_half"] is not None
        )

    def inclusive(self) -> bool:
        """Whether exactly half is enough."""
        says = self.numbers["approval_inclusive"]
        return self.said["exactly_half"] == "passes" if says is None else bool(says)

    def before(self, one: str, other: str) -> bool:
        """Strictly better: more votes, or as many and the higher total."""
        votes = self.lines[one]["approve"], self.lines[other]["approve"]
        if votes[0] != votes[1]:
            return bool(votes[0] > votes[1])
        a, b = self._value(one), self._value(other)
        return a[0] * b[1] > b[0] * a[1]

    def _value(self, case: str) -> Ratio:
        said = self.totals[case]
        top, bottom = ratio(said["exact"])
        return self.compared((top * 100, bottom), said["total"])

    # places --------------------------------------------------------------------------------------

    def due(self, case: str) -> tuple[int, bool, str] | None:
        """Amount, whether counted, why; None where the text is silent and nobody has decided."""
        award = self.totals[case]["award"]
        standing = [one for one in self.cases[case]["history"] if not one["revoked"]]
        lost = [one["award"] for one in self.cases[case]["history"] if one["revoked"]]
        had = [one["award"] for one in standing]
        if award in had:
            return 0, False, "repeat"
        lesser = award == "INNOVATION" and "QUALITY" in had
        rule = self.said["quality_then_innovation"]
        if lesser and rule in ("none", "paid") and award not in lost:
            paid = rule == "paid"
            return (self.numbers["award_innovation_cny"] if paid else 0), paid, "lesser"
        if award in lost or lesser:
            for one in self.year["rulings"]:
                if one["kind"] == "prize" and one["cases"] == [case]:
                    return one["amount"], one["counted"], "ruled"
            return None
        full = self.numbers[f"award_{award.lower()}_cny"]
        if "INNOVATION" in had:
            got = sum(one["amount"] for one in standing if one["award"] == "INNOVATION")
            return (full - got if got < full else 0), True, "upgrade"
        return full, True, "new"

    def by_award(self, award: str) -> tuple[list[str], list[str], list[str]]:
        """Of those that passed: counted and placed, counted and not placed, outside the quota."""
        passed = [
            case
            for case, line in self.lines.items()
            if line["passed"] and self.totals[case]["award"] == award
        ]
        due = {case: self.due(case) for case in passed}
        outside = [case for case in passed if not (due[case] or (0, True, ""))[1]]
        counted = [case for case in passed if case not in outside]
        stepped_up = self.stepped_up()
        placed = [
            case for case in counted if self.outcome[case] in PLACED and case not in stepped_up
        ]
        return placed, [case for case in counted if case not in placed], outside

    def stepped_up(self) -> set[str]:
        """Who took an emptied place by a person's decision."""
        if self.reached < STEPS.index("approval"):
            return set()
        return {one["cases"][1] for one in self.year["rulings"] if one["kind"] == "vacancy"}

    def ruling_of(self, equal: set[str]) -> list[str]:
        """The order in which a person put these equals; empty while nobody has."""
        for one in self.year["rulings"]:
            if (
                one["kind"] == "tie"
                and set(one["cases"]) == equal
                and len(one["cases"]) == len(equal)
            ):
                return list(one["cases"])
        return []

    # steps ---------------------------------------------------------------------------------------

    def may_evaluate(self) -> bool:
        if not self.settings_made():
            return False
        return all(self.excluded(case) or self.exact(case) for case in self.cases.values())

    def may_vote(self) -> bool:
        if not self._half_known() or self.said["most_ticks"] is None or not self._round_sound():
            return False
        passed = [case for case, line in self.lines.items() if line["passed"]]
        if any(self.due(case) is None for case in passed):
            return False
        return not any(self._undecided(award) for award in ("QUALITY", "INNOVATION"))

    def _undecided(self, award: str) -> bool:
        """Some set of equals stands across the cut, and nobody has decided it."""
        counted = [case for group in self.by_award(award)[:2] for case in group]
        places = min(self.numbers["max_winners"], self.numbers["max_quality"])
        if award == "INNOVATION":
            taken = min(len([x for part in self.by_award("QUALITY")[:2] for x in part]), places)
            places = self.numbers["max_winners"] - taken
        for case in counted:
            above = sum(self.before(other, case) for other in counted)
            equal = {
                one for one in counted if not self.before(one, case) and not self.before(case, one)
            }
            if above < places < above + len(equal) and not self.ruling_of(equal):
                return True
        return False

    def may_notice(self) -> bool:
        notice, days = self.year["notice"], self.said["notice_workdays"]
        if notice is None or days is None or self.said["notice_first_day"] is None:
            return False
        last = self.last_day()
        if last is None or any(one["state"] == "open" for one in self.year["objections"]):
            return False
        first_year, last_year = int(notice["first_day"][:4]), int(last[:4])
        return all(year in notice["announced_years"] for year in range(first_year, last_year + 1))

    def last_day(self) -> str | None:
        """The working day up to which exactly the wanted number of days has been counted."""
        notice, days = self.year["notice"], int(self.said["notice_workdays"])
        count = 0
        for day in sorted(set(notice["working_days"])):
            if day < notice["first_day"] or (
                day == notice["first_day"] and self.said["notice_first_day"] == "no"
            ):
                continue
            count += 1
            if count == days:
                return str(day)
        return None

    def may_approve(self) -> bool:
        approval = self.year["approval"]
        last = self.last_day()
        if (
            approval is None
            or last is None
            or date.fromisoformat(approval["on"]) <= date.fromisoformat(last)
        ):
            return False
        return all(
            self._vacancy_sound(one) for one in self.year["rulings"] if one["kind"] == "vacancy"
        )

    def _vacancy_sound(self, ruling: Json) -> bool:
        gone, instead = ruling["cases"]
        if gone not in self.totals or instead not in self.totals or instead not in self.lines:
            return False
        said = [one["cases"] for one in self.year["rulings"] if one["kind"] == "vacancy"]
        once = sum(one[0] == gone for one in said) == sum(one[1] == instead for one in said) == 1
        same = self.totals[gone]["award"] == self.totals[instead]["award"]
        award = self.totals[gone]["award"]
        placed, rest, _ = self.by_award(award)
        return (
            same
            and once
            and self.why_gone(gone) != ""
            and self.why_gone(instead) == ""
            and gone in placed
            and instead in rest
        )

    def why_gone(self, case: str) -> str:
        """A cancellation by the chair stands before the applicant's own letter, that before the
        city's.
        """
        if any(one["case"] == case and one["state"] == "upheld" for one in self.year["objections"]):
            return "cancelled"
        if self.cases[case]["left"] == "forgone":
            return "forgone"
        approval = self.year["approval"] or {"removed": ()}
        return "removed" if any(one["case"] == case for one in approval["removed"]) else ""


def ratio(text: str) -> Ratio:
    """ "0.4", "2/3", "600" as whole numbers."""
    top, _, bottom = text.partition("/")
    whole, _, decimals = top.partition(".")
    return int(whole + decimals), int(bottom or 1) * 10 ** len(decimals)


def enough(count: int, whole: int, share: str, inclusive: bool) -> bool:
    top, bottom = ratio(share)
    return count * bottom >= whole * top if inclusive else count * bottom > whole * top


def _same_counts(one: Json, other: Json) -> bool:
    bare = [
        (
            tally["returned"],
            tally["invalid"],
            tally["approve"],
            {k: v for k, v in tally["struck"].items() if v},
        )
        for tally in (one, other)
    ]
    return bool(bare[0] == bare[1])


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
