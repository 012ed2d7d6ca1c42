"""核对结果: the properties that a right decision has, proved from the year file by other code than
the code that decided.

No winner is computed: every pair of winner and loser is asked whether the loser should have stood
first. What must be so is asked of `truth`; here stands whether the decision says so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from award.decision.core.truth import PLACED, STEPS, Json, Ratio, Truth, enough, ratio


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


class _Checker(Truth):
    def __init__(self, year: Json, made: Json, sha256: str, found: list[Finding]) -> None:
        super().__init__(year, made)
        self.sha256 = sha256
        self.found = found

    def run(self) -> None:
        self._heading()
        self._scores()
        if self.reached >= 0:
            self._round()
        else:
            self.hold("vote", self.made["vote"] is None, "综合评价没有完成，不应有表决。")
        if self.made["vote"] is None:
            self._still(self.candidates(), "candidate")
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

    # heading and scores --------------------------------------------------------------------------

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

    def _scores(self) -> None:
        for id_, case in self.cases.items():
            why = self.excluded(case)
            exact = None if why or not self.settings_made() else self.exact(case)
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

    def _one_total(self, id_: str, case: Json, exact: Ratio, said: Json) -> None:
        top, bottom = exact
        unit_top, unit_bottom = ratio(self.said["score_round"])
        unit = unit_top * 100 // unit_bottom
        printed = said["total"]
        a, b = ratio(said["exact"])
        self.hold("score", a * 100 * bottom == top * b, "总分的精确值不对。", id_)
        for stage, rule in (("document", "doc_rule"), ("site", "site_rule")):
            part = self.stage(case[stage], self.said[rule])
            assert part is not None
            c, d = ratio(said[stage])
            self.hold("score", c * 100 * part[1] == part[0] * d, "阶段得分不对。", id_)
        nearest = (2 * printed - unit) * bottom <= 2 * top < (2 * printed + unit) * bottom
        self.hold("rounding", printed % unit == 0 and nearest, "总分的舍入不对。", id_)
        self._line(id_, case, exact, said)

    def _line(self, id_: str, case: Json, exact: Ratio, said: Json) -> None:
        value = self.compared(exact, said["total"])
        quality, innovation = self.line_of("quality"), self.line_of("innovation")
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

    # vote ----------------------------------------------------------------------------------------

    def _round(self) -> None:
        if not self.lines and self.made["vote"] is None:
            return
        one, made = self.live_round(), self.made["vote"]
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
        self.hold("vote", sorted(self.lines) == sorted(self.candidates()), "表决名单不是候选名单。")
        for case, line in self.lines.items():
            self._candidate(case, line, tally)

    def _candidate(self, case: str, line: Json, tally: Json) -> None:
        base = tally["returned"] - tally["invalid"] - tally["struck"].get(case, 0)
        votes = tally["approve"].get(case, 0)
        self.hold("vote", line["approve"] == votes, "赞成票数不对。", case)
        self.hold("base", line["base"] == base, "有效票基数不对。", case)
        share = self.numbers["approval"], self.inclusive()
        self.hold("need", _is_least(line["need"], base, *share), "应得票数不对。", case)
        passed = base > 0 and enough(votes, base, *share)
        self.hold("need", line["passed"] == passed, "是否过半的结论不对。", case)
        if not passed:
            self.hold("need", self.outcome[case] == "no-majority", "未过半却另有结果。", case)
        better = sum(self.before(other, case) for other in self.lines)
        self.hold("order", line["rank"] == better + 1, "名次不对。", case)

    # places --------------------------------------------------------------------------------------

    def _quota(self) -> None:
        quality = len(self.by_award("QUALITY")[0])
        innovation = len(self.by_award("INNOVATION")[0])
        self.hold("quota", quality <= self.numbers["max_quality"], "质量奖超过名额。")
        self.hold(
            "quota", quality + innovation <= self.numbers["max_winners"], "获奖组织超过名额。"
        )

    def _order(self) -> None:
        tied = set(self.stopped.get("cases", ())) if self.stopped.get("code") == "tie" else set()
        taken = 0
        for award in ("QUALITY", "INNOVATION"):
            placed, rest, outside = self.by_award(award)
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
            self.hold("tie", not self.ruling_of(waiting), "平票已有决定。")
            all_equal = all(not self.before(a, b) for a in waiting for b in waiting)
            self.hold("tie", all_equal, "并非票数和总分都相同。")
        elif rest:
            self.hold("quota", len(placed) == places, "名额未满却有过半者没有列入。")
        for case in rest:
            outcome = self.outcome[case]
            right = outcome == "over-quota" or (outcome in PLACED and case in self.stepped_up())
            self.hold("quota", right, "没有名额的应列为超名额。", case)
        for winner in placed:
            for loser in (*rest, *waiting):
                self._pair(winner, loser)
        for better in waiting:
            for loser in rest:
                self.hold("order", self.before(better, loser), "排在平票者之后的不对。", loser)

    def _pair(self, winner: str, loser: str) -> None:
        if self.before(winner, loser):
            return
        if self.before(loser, winner):
            self.wrong("order", f"票数或总分高于 {winner} 却没有列入。", loser)
            return
        equal = {
            case
            for case in self.lines
            if self.lines[case]["passed"]
            and self.totals[case]["award"] == self.totals[winner]["award"]
            and not self.before(case, winner) and not self.before(winner, case)
            and (self.due(case) or (0, True, ""))[1]
        }  # fmt: skip
        order = self.ruling_of(equal)
        decided = bool(order) and order.index(winner) < order.index(loser)
        self.hold("tie", decided, f"与 {winner} 票数和总分都相同，却没有决定的记录。", loser)

    # steps ---------------------------------------------------------------------------------------

    def _steps(self) -> None:
        """How far the year may come, said of each step on its own."""
        may = (
            self.may_evaluate,
            self.may_vote,
            self.may_notice,
            self.may_approve,
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

    # notice, approval, money ---------------------------------------------------------------------

    def _period(self) -> None:
        made, notice = self.made["notice"], self.year["notice"]
        if made is None or self.reached < 1 or notice is None:
            known = self.reached < 2 and made is None
            self.hold("notice-end", known, "公示期与所到步骤不符。")
            return
        last = self.last_day()
        self.hold("notice-end", made["last_day"] == last, "公示截止日不对。")
        self.hold("notice-end", made["first_day"] == notice["first_day"], "公示起始日不对。")
        years = range(int(notice["first_day"][:4]), int((last or "0")[:4]) + 1)
        open_years = [year for year in years if year not in notice["announced_years"]]
        self.hold("notice-end", made["unsettled_years"] == open_years, "待核的年份不对。")

    def _gone(self) -> None:
        if self.reached < STEPS.index("approval"):
            for case, outcome in self.outcome.items():
                right = outcome not in ("honoured", "removed", "forgone", "cancelled")
                self.hold("approval", right, "还没有批准，不应有这个结果。", case)
            return
        for case, outcome in self.outcome.items():
            if outcome in PLACED:
                wanted = self.why_gone(case) or "honoured"
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
            due = self.due(case)
            said = (one["amount"], one["counted"], one["why"])
            self.hold("money", due is not None and said == due, "奖金或是否占名额不对。", case)
            right = (
                one["award"] == self.totals[case]["award"]
                and one["on"] == self.year["approval"]["on"]
            )
            self.hold("winners", right, "奖项或获奖日期不对。", case)


def _least(value: Ratio, line: int) -> bool:
    return value[0] >= line * value[1]


def _is_least(count: int, whole: int, share: str, inclusive: bool) -> bool:
    """Enough, and one fewer is not; nought of nought is the least that is enough of nothing when
    the share itself suffices.
    """
    fewer = count > 0 and enough(count - 1, whole, share, inclusive)
    return enough(count, whole, share, inclusive) and not fewer
