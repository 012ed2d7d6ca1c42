"""核对结果: the properties that a right decision has, proved from the year file by other code than
the code that decided.

Nothing here is imported from `decide`, its pieces or its reader: the two files are read as plain
JSON, numbers are compared by whole numbers multiplied crosswise, and no winner is computed: every
pair of winner and loser is asked whether the loser should have stood first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

Json = dict[str, Any]
Ratio = tuple[int, int]  # numerator, positive denominator
STEPS = ("evaluation", "vote", "notice", "approval", "honours")
PLACED = ("proposed", "honoured", "removed", "forgone", "cancelled")


@dataclass(frozen=True)
class Finding:
    """`rule` is stable; `case` may be empty; `message` says what does not hold."""

    rule: str
    case: str
    message: str


def check(year_bytes: bytes, decision_bytes: bytes) -> tuple[Finding, ...]:
    """Everything that is wrong with the decision; empty when it follows from the year file."""
    found: list[Finding] = []
    try:
        year: Json = json.loads(year_bytes)
        made: Json = json.loads(decision_bytes)
    except (ValueError, RecursionError) as error:
        return (Finding("form", "", f"年度文件或结果文件不是 JSON：{error}"),)
    try:
        _Checker(year, made, hashlib.sha256(year_bytes).hexdigest(), found).run()
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        found.append(Finding("form", "", f"结果文件缺少应有的内容：{error!r}"))
    return tuple(found)


class _Checker:
    def __init__(self, year: Json, made: Json, sha256: str, found: list[Finding]) -> None:
        self.year, self.made, self.sha256 = year, made, sha256
        self.numbers: Json = year["regulation"]["numbers"]
        self.said = {name: part["value"] for name, part in year["settings"].items()}
        self.points = {one["no"]: one["points"] for one in year["rubric"]["items"]}
        self.cases = {one["id"]: one for one in year["cases"]}
        self.outcome = {one["case"]: one["outcome"] for one in made["outcomes"]}
        self.totals = {one["case"]: one for one in made["totals"]}
        self.lines = {one["case"]: one for one in (made["vote"] or {}).get("candidates", ())}
        self.reached = STEPS.index(made["reached"]) if made["reached"] in STEPS else -1
        self.stopped: Json = made["stopped"] or {}
        self.found = found

    def run(self) -> None:
        self._heading()
        self._scores()
        if self.reached >= 0:
            self._round()
        else:
            self.hold("vote", self.made["vote"] is None, "综合评价没有完成，不应有表决。")
        if self.made["vote"] is None:
            self._still(self._candidates(), "candidate")
        elif self.stopped.get("code") == "prize-silent":
            self._still([case for case, line in self.lines.items() if line["passed"]], "passed")
        else:
            self._quota()
            self._order()
        self._steps()
        self._period()
        self._gone()
        self._honours()

    def wrong(self, rule: str, message: str, case: str = "") -> None:
        self.found.append(Finding(rule, case, message))

    def hold(self, rule: str, truth: bool, message: str, case: str = "") -> None:
        if not truth:
            self.wrong(rule, message, case)

    # heading and scores ------------------------------------------------------------------------

    def _heading(self) -> None:
        made = self.made
        self.hold("input", made["year_file"] == self.sha256, "结果不是由这份年度文件得出的。")
        same = made["regulation"] == {
            name: self.year["regulation"][name] for name in ("id", "digest")
        }
        self.hold("input", same and made["year"] == self.year["year"], "年度或办法版本不同。")
        self.hold("form", made["format"] == "award-decision/1", "格式名称不对。")
        once = sorted(self.outcome) == sorted(self.cases) and len(made["outcomes"]) == len(
            self.cases
        )
        self.hold("complete", once, "每家申报组织应当恰有一个结果。")
        self.hold("complete", len(made["totals"]) == len(self.totals), "一家有两个总分。")

    def _excluded(self, case: Json) -> str:
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

    def _scores(self) -> None:
        for id_, case in self.cases.items():
            why = self._excluded(case)
            exact = None if why or not self._settings_made() else self._exact(case)
            if why:
                self.hold("excluded", self.outcome[id_] == why, f"应为 {why}。", id_)
                self.hold("excluded", id_ not in self.totals, "不应有总分。", id_)
            elif exact is None:
                bare = id_ not in self.totals and self.outcome[id_] == "unscored"
                self.hold("score", bare, "没有完成评审，不应有总分。", id_)
            elif id_ in self.totals:
                self._one_total(id_, case, exact, self.totals[id_])
            else:
                self.wrong("score", "缺少总分。", id_)

    def _settings_made(self) -> bool:
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
        (a, b), (c, d) = _ratio(self.said["doc_weight"]), _ratio(self.said["site_weight"])
        return a * d + c * b == b * d

    def _stage(self, part: Json, rule: str) -> Ratio | None:
        """Hundredths of a point; void books count nowhere."""
        if rule == "consensus":
            agreed = part["consensus"]
            return None if agreed is None else (self._sum(agreed), 1)
        live = [one["percents"] for one in part["books"] if one["state"] == "locked"]
        return (sum(map(self._sum, live)), len(live)) if live else None

    def _sum(self, percents: Json) -> int:
        return sum(self.points[no] * percents[no] for no in self.points)

    def _exact(self, case: Json) -> Ratio | None:
        one = self._stage(case["document"], self.said["doc_rule"])
        other = self._stage(case["site"], self.said["site_rule"])
        if one is None or other is None:
            return None
        if self.said["total_rule"] == "site":
            return other
        (a, b), (c, d) = _ratio(self.said["doc_weight"]), _ratio(self.said["site_weight"])
        left, right = (a * one[0], b * one[1]), (c * other[0], d * other[1])
        return left[0] * right[1] + right[0] * left[1], left[1] * right[1]

    def _one_total(self, id_: str, case: Json, exact: Ratio, said: Json) -> None:
        top, bottom = exact
        unit_top, unit_bottom = _ratio(self.said["score_round"])
        unit = unit_top * 100 // unit_bottom
        printed = said["total"]
        a, b = _ratio(said["exact"])
        self.hold("score", a * 100 * bottom == top * b, "总分的精确值不对。", id_)
        for stage, rule in (("document", "doc_rule"), ("site", "site_rule")):
            part = self._stage(case[stage], self.said[rule])
            assert part is not None
            c, d = _ratio(said[stage])
            self.hold("score", c * 100 * part[1] == part[0] * d, "阶段得分不对。", id_)
        nearest = (2 * printed - unit) * bottom <= 2 * top < (2 * printed + unit) * bottom
        self.hold("rounding", printed % unit == 0 and nearest, "总分的舍入不对。", id_)
        self._line(id_, case, exact, said)

    def _line(self, id_: str, case: Json, exact: Ratio, said: Json) -> None:
        value = self._compared(exact, said["total"])
        quality, innovation = self._line_of("quality"), self._line_of("innovation")
        award = case["award"]
        if award == "QUALITY" and not _least(value, quality):
            award = "INNOVATION" if self.said["fallback_innovation"] == "yes" else award
        line = quality if award == "QUALITY" else innovation
        self.hold(
            "line", said["award"] == award and said["line"] == line, "奖项或分数线不对。", id_
        )
        self.hold("line", said["meets"] == _least(value, line), "是否达线的结论不对。", id_)
        differ = _least(exact, line) != _least((said["total"], 1), line)
        self.hold("line", said["rounding_matters"] == differ, "舍入影响达线的提示不对。", id_)
        below = self.outcome[id_] == "below-line"
        self.hold("line", below != _least(value, line), "未达线与结果不符。", id_)

    def _compared(self, exact: Ratio, printed: int) -> Ratio:
        return (printed, 1) if self.said["compare"] == "rounded" else exact

    def _line_of(self, award: str) -> int:
        top, bottom = _ratio(self.numbers[f"{award}_min_score"])
        return top * 100 // bottom

    # vote --------------------------------------------------------------------------------------

    def _live_round(self) -> Json | None:
        live = [one for one in self.year["rounds"] if not one["voided"]]
        return max(live, key=lambda one: int(one["no"])) if live else None

    def _round_sound(self) -> bool:
        """Quorum, counts and the two tellers."""
        one = self._live_round()
        if one is None or len(one["tallies"]) != 2:
            return False
        members, candidates = len(self.year["committee"]["members"]), set(self._candidates())
        enough = _enough(
            one["present"], members, self.numbers["quorum"], self.numbers["quorum_inclusive"]
        )
        if not enough or not one["issued"] <= one["present"] <= members:
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

    def _candidates(self) -> list[str]:
        return [case for case, one in self.totals.items() if one["meets"]]

    def _half_known(self) -> bool:
        return (
            self.numbers["approval_inclusive"] is not None or self.said["exactly_half"] is not None
        )

    def _inclusive(self) -> bool:
        says = self.numbers["approval_inclusive"]
        return self.said["exactly_half"] == "passes" if says is None else bool(says)

    def _round(self) -> None:
        if not self.lines and self.made["vote"] is None:
            return
        one, made = self._live_round(), self.made["vote"]
        if one is None:
            self.wrong("vote", "没有有效的表决。")
            return
        tally = one["tallies"][0]
        said = (
            made["round"],
            made["members"],
            made["present"],
            made["issued"],
            made["returned"],
            made["invalid"],
        )
        true = (
            one["no"], len(self.year["committee"]["members"]), one["present"], one["issued"],
            tally["returned"], tally["invalid"],
        )  # fmt: skip
        self.hold("vote", said == true, "表决的人数或票数不对。")
        self.hold("base", made["valid"] == tally["returned"] - tally["invalid"], "有效票数不对。")
        least = _is_least(
            made["quorum"],
            made["members"],
            self.numbers["quorum"],
            self.numbers["quorum_inclusive"],
        )
        self.hold("quorum", least, "法定人数不对。")
        self.hold(
            "vote", sorted(self.lines) == sorted(self._candidates()), "表决名单不是候选名单。"
        )
        for case, line in self.lines.items():
            self._candidate(case, line, tally)

    def _candidate(self, case: str, line: Json, tally: Json) -> None:
        base = tally["returned"] - tally["invalid"] - tally["struck"].get(case, 0)
        votes = tally["approve"].get(case, 0)
        self.hold("vote", line["approve"] == votes, "赞成票数不对。", case)
        self.hold("base", line["base"] == base, "有效票基数不对。", case)
        share = self.numbers["approval"], self._inclusive()
        self.hold("need", _is_least(line["need"], base, *share), "应得票数不对。", case)
        passed = base > 0 and _enough(votes, base, *share)
        self.hold("need", line["passed"] == passed, "是否过半的结论不对。", case)
        if not passed:
            self.hold("need", self.outcome[case] == "no-majority", "未过半却另有结果。", case)
        better = sum(self._before(other, case) for other in self.lines)
        self.hold("order", line["rank"] == better + 1, "名次不对。", case)

    def _before(self, one: str, other: str) -> bool:
        """Strictly better: more votes, or as many and the higher total."""
        votes = self.lines[one]["approve"], self.lines[other]["approve"]
        if votes[0] != votes[1]:
            return bool(votes[0] > votes[1])
        a, b = self._value(one), self._value(other)
        return a[0] * b[1] > b[0] * a[1]

    def _value(self, case: str) -> Ratio:
        said = self.totals[case]
        top, bottom = _ratio(said["exact"])
        return self._compared((top * 100, bottom), said["total"])

    # places ------------------------------------------------------------------------------------

    def _due(self, case: str) -> tuple[int, bool, str] | None:
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

    def _by_award(self, award: str) -> tuple[list[str], list[str], list[str]]:
        """Of those that passed: counted and placed, counted and not placed, outside the quota."""
        passed = [
            case
            for case, line in self.lines.items()
            if line["passed"] and self.totals[case]["award"] == award
        ]
        due = {case: self._due(case) for case in passed}
        outside = [case for case in passed if not (due[case] or (0, True, ""))[1]]
        counted = [case for case in passed if case not in outside]
        stepped_up = self._stepped_up()
        placed = [
            case for case in counted if self.outcome[case] in PLACED and case not in stepped_up
        ]
        return placed, [case for case in counted if case not in placed], outside

    def _stepped_up(self) -> set[str]:
        """Who took an emptied place by a person's decision."""
        if self.reached < STEPS.index("approval"):
            return set()
        return {one["cases"][1] for one in self.year["rulings"] if one["kind"] == "vacancy"}

    def _quota(self) -> None:
        quality = len(self._by_award("QUALITY")[0])
        innovation = len(self._by_award("INNOVATION")[0])
        self.hold("quota", quality <= self.numbers["max_quality"], "质量奖超过名额。")
        self.hold(
            "quota", quality + innovation <= self.numbers["max_winners"], "获奖组织超过名额。"
        )

    def _order(self) -> None:
        tied = set(self.stopped.get("cases", ())) if self.stopped.get("code") == "tie" else set()
        taken = 0
        for award in ("QUALITY", "INNOVATION"):
            placed, rest, outside = self._by_award(award)
            places = self.numbers["max_winners"] - taken
            if award == "QUALITY":
                places = min(places, self.numbers["max_quality"])
            taken += len(placed)
            waiting = tied.intersection(rest)
            self._still(waiting, "passed")
            if award == "INNOVATION" and tied and not waiting:
                # The vote stopped at 质量奖: nothing is placed below it yet.
                self._still((*placed, *rest, *outside), "passed")
                return
            for case in outside:
                right = self.outcome[case] in PLACED
                self.hold("repeat", right, "再次获得同一奖项的不占名额。", case)
            self._cut(placed, [case for case in rest if case not in waiting], places, waiting)

    def _still(self, cases: Iterable[str], outcome: str) -> None:
        for case in cases:
            self.hold("step", self.outcome[case] == outcome, f"应为 {outcome}。", case)

    def _cut(self, placed: list[str], rest: list[str], places: int, waiting: set[str]) -> None:
        if waiting:
            between = len(placed) < places < len(placed) + len(waiting)
            self.hold("tie", between and len(waiting) > 1, "名额并没有落在平票者之间。")
            self.hold("tie", not self._ruling_of(waiting), "平票已有决定。")
            all_equal = all(not self._before(a, b) for a in waiting for b in waiting)
            self.hold("tie", all_equal, "并非票数和总分都相同。")
        elif rest:
            self.hold("quota", len(placed) == places, "名额未满却有过半者没有列入。")
        for case in rest:
            outcome = self.outcome[case]
            right = outcome == "over-quota" or (outcome in PLACED and case in self._stepped_up())
            self.hold("quota", right, "没有名额的应列为超名额。", case)
        for winner in placed:
            for loser in (*rest, *waiting):
                self._pair(winner, loser)
        for better in waiting:
            for loser in rest:
                self.hold("order", self._before(better, loser), "排在平票者之后的不对。", loser)

    def _pair(self, winner: str, loser: str) -> None:
        if self._before(winner, loser):
            return
        if self._before(loser, winner):
            self.wrong("order", f"票数或总分高于 {winner} 却没有列入。", loser)
            return
        equal = {
            case
            for case in self.lines
            if self.lines[case]["passed"]
            and self.totals[case]["award"] == self.totals[winner]["award"]
            and not self._before(case, winner) and not self._before(winner, case)
            and (self._due(case) or (0, True, ""))[1]
        }  # fmt: skip
        order = self._ruling_of(equal)
        decided = bool(order) and order.index(winner) < order.index(loser)
        self.hold("tie", decided, f"与 {winner} 票数和总分都相同，却没有决定的记录。", loser)

    def _ruling_of(self, equal: set[str]) -> list[str]:
        for one in self.year["rulings"]:
            if (
                one["kind"] == "tie"
                and set(one["cases"]) == equal
                and len(one["cases"]) == len(equal)
            ):
                return list(one["cases"])
        return []

    # steps -------------------------------------------------------------------------------------

    def _steps(self) -> None:
        """How far the year may come, said of each step on its own."""
        may = (
            self._may_evaluate,
            self._may_vote,
            self._may_notice,
            self._may_approve,
            lambda: True,
        )
        true = -1
        for step in may:
            if not step():
                break
            true += 1
        self.hold("step", self.reached == true, f"应当到 {('none', *STEPS)[true + 1]} 为止。")
        ended = self.reached == len(STEPS) - 1
        self.hold("step", ended == (not self.stopped), "停在哪一步没有说明。")
        if self.stopped:
            self.hold("step", self.stopped["step"] == STEPS[self.reached + 1], "停下的步骤不对。")

    def _may_evaluate(self) -> bool:
        if not self._settings_made():
            return False
        return all(self._excluded(case) or self._exact(case) for case in self.cases.values())

    def _may_vote(self) -> bool:
        if not self._half_known() or self.said["most_ticks"] is None or not self._round_sound():
            return False
        passed = [case for case, line in self.lines.items() if line["passed"]]
        if any(self._due(case) is None for case in passed):
            return False
        return not any(self._undecided(award) for award in ("QUALITY", "INNOVATION"))

    def _undecided(self, award: str) -> bool:
        """Some set of equals stands across the cut, and nobody has decided it."""
        counted = [case for group in self._by_award(award)[:2] for case in group]
        places = min(self.numbers["max_winners"], self.numbers["max_quality"])
        if award == "INNOVATION":
            taken = min(len([x for part in self._by_award("QUALITY")[:2] for x in part]), places)
            places = self.numbers["max_winners"] - taken
        for case in counted:
            above = sum(self._before(other, case) for other in counted)
            equal = {
                one
                for one in counted
                if not self._before(one, case) and not self._before(case, one)
            }
            if above < places < above + len(equal) and not self._ruling_of(equal):
                return True
        return False

    def _may_notice(self) -> bool:
        notice, days = self.year["notice"], self.said["notice_workdays"]
        if notice is None or days is None or self.said["notice_first_day"] is None:
            return False
        last = self._last_day()
        if last is None or any(one["state"] == "open" for one in self.year["objections"]):
            return False
        first_year, last_year = int(notice["first_day"][:4]), int(last[:4])
        return all(year in notice["announced_years"] for year in range(first_year, last_year + 1))

    def _last_day(self) -> str | None:
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

    def _may_approve(self) -> bool:
        approval = self.year["approval"]
        last = self._last_day()
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
        placed, rest, _ = self._by_award(award)
        return (
            same
            and once
            and self._why_gone(gone) != ""
            and self._why_gone(instead) == ""
            and gone in placed
            and instead in rest
        )

    # notice, approval, money -------------------------------------------------------------------

    def _period(self) -> None:
        made, notice = self.made["notice"], self.year["notice"]
        if made is None or self.reached < 1 or notice is None:
            known = self.reached < 2 and made is None
            self.hold("notice-end", known, "公示期与所到步骤不符。")
            return
        last = self._last_day()
        self.hold("notice-end", made["last_day"] == last, "公示截止日不对。")
        self.hold("notice-end", made["first_day"] == notice["first_day"], "公示起始日不对。")
        years = range(int(notice["first_day"][:4]), int((last or "0")[:4]) + 1)
        open_years = [year for year in years if year not in notice["announced_years"]]
        self.hold("notice-end", made["unsettled_years"] == open_years, "待核的年份不对。")

    def _why_gone(self, case: str) -> str:
        """A cancellation by the chair stands before the applicant's own letter, that before the
        city's.
        """
        if any(one["case"] == case and one["state"] == "upheld" for one in self.year["objections"]):
            return "cancelled"
        if self.cases[case]["left"] == "forgone":
            return "forgone"
        approval = self.year["approval"] or {"removed": ()}
        return "removed" if any(one["case"] == case for one in approval["removed"]) else ""

    def _gone(self) -> None:
        if self.reached < STEPS.index("approval"):
            for case, outcome in self.outcome.items():
                right = outcome not in ("honoured", "removed", "forgone", "cancelled")
                self.hold("approval", right, "还没有批准，不应有这个结果。", case)
            return
        for case, outcome in self.outcome.items():
            if outcome in PLACED:
                wanted = self._why_gone(case) or "honoured"
                self.hold("gone", outcome == wanted, f"应为 {wanted}。", case)

    def _honours(self) -> None:
        honours: list[Json] = self.made["honours"]
        listed = [one["case"] for one in honours]
        if self.reached < STEPS.index("honours"):
            self.hold("approval", not honours, "还没有批准，不应有获奖名单。")
            return
        if self.year["approval"] is None:
            self.wrong("approval", "没有市政府的批准文件。")
            return
        true = sorted(case for case, outcome in self.outcome.items() if outcome == "honoured")
        self.hold("winners", listed == true, "获奖名单与结果不符。")
        for one in honours:
            case = one["case"]
            passed = case in self.lines and self.lines[case]["passed"]
            self.hold("winners", passed, "没有过半的不能获奖。", case)
            if not passed:
                continue
            due = self._due(case)
            said = (one["amount"], one["counted"], one["why"])
            self.hold("money", due is not None and said == due, "奖金或是否占名额不对。", case)
            right = (
                one["award"] == self.totals[case]["award"]
                and one["on"] == self.year["approval"]["on"]
            )
            self.hold("winners", right, "奖项或获奖日期不对。", case)


def _ratio(text: str) -> Ratio:
    """ "0.4", "2/3", "600" as whole numbers."""
    top, _, bottom = text.partition("/")
    whole, _, decimals = top.partition(".")
    return int(whole + decimals), int(bottom or 1) * 10 ** len(decimals)


def _least(value: Ratio, line: int) -> bool:
    return value[0] >= line * value[1]


def _enough(count: int, whole: int, share: str, inclusive: bool) -> bool:
    top, bottom = _ratio(share)
    return count * bottom >= whole * top if inclusive else count * bottom > whole * top


def _is_least(count: int, whole: int, share: str, inclusive: bool) -> bool:
    """Enough, and one fewer is not; nought of nought is the least that is enough of nothing when
    the share itself suffices.
    """
    fewer = count > 0 and _enough(count - 1, whole, share, inclusive)
    return _enough(count, whole, share, inclusive) and not fewer


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
