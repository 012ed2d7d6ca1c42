"""行业: from everyday trade words to GB/T 4754-2017 codes, as proposals a person confirms.

`data/trade_words.csv` is a curated list of words of Zhuji and Zhejiang trades; it may be edited by
hand. Confidence: `sure` = the standard's own name or code, or a word of the list; `likely` = such a
word inside a longer one; `unsure` = only similar.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from expert_pool.facts.writing import compact, split_list

DATA = Path(__file__).parent / "data"
Confidence = Literal["sure", "likely", "unsure"]
RANK: dict[Confidence, int] = {"sure": 0, "likely": 1, "unsure": 2}
MAX_JOINED = 5  # parts of a list that may belong to one trade name
NEUTRAL = re.compile(r"(等?(?:相关)?(?:行业|产业|领域|专业|方向|企业|类|方面|技术|等))+$")
MAKING = re.compile(r"(制造业|生产加工|制造|生产|加工|研发|行业|企业|业)+$")
SELLING = re.compile(r"(销售|经营|贸易|批发|零售)$")
NOT_A_TRADE = re.compile(
    r"^(质量|卓越绩效|标准化?管理|体系|管理体系|品牌|计量管理|精益|六西格玛|ISO).*|^(管理|综合|其他|不限|所有|全部|各|通用)(行业|类)?$",
    re.I,
)
QUALITY_WORDS = re.compile(r"质量(管理|工程|体系|专家)?|卓越绩效|管理体系|体系审核|ISO\s?9", re.I)


@dataclass(frozen=True)
class IndustryProposal:
    """A code that may be meant, how sure, and why (shown to the person who confirms)."""

    code: str
    name: str
    confidence: Confidence
    why: str


class Industries:
    """The classification with its word list.

    `known` words come from people and go before everything else.
    """

    def __init__(
        self,
        names: Mapping[str, str],
        sections: Mapping[str, str],
        words: Mapping[str, tuple[tuple[str, ...], Confidence]],
    ) -> None:
        self._names = dict(names)
        self._sections = dict(sections)
        self._words = dict(words)
        self._by_name: dict[str, str] = {}
        for (
            code,
            name,
        ) in names.items():  # parents come first in the file; the deepest code of a name wins
            self._by_name[compact(name)] = code
        self._bigrams = {word: _bigrams(word) for word in (*self._words, *self._by_name)}

    @classmethod
    @lru_cache(maxsize=1)
    def load(cls) -> Industries:
        with (DATA / "gbt4754_2017.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        with (DATA / "trade_words.csv").open(encoding="utf-8", newline="") as file:
            words: dict[str, tuple[tuple[str, ...], Confidence]] = {}
            for row in csv.DictReader(file):
                confidence: Confidence = "sure" if row["confidence"] == "sure" else "likely"
                words[compact(row["word"])] = (tuple(row["codes"].split(";")), confidence)
        return cls(
            {r["code"]: r["name"] for r in rows}, {r["code"]: r["section"] for r in rows}, words
        )

    def known(self, code: str) -> bool:
        return code in self._names

    def name(self, code: str) -> str:
        return self._names.get(code, "")

    def section(self, code: str) -> str:
        return self._sections.get(code, "")

    def codes(self) -> tuple[str, ...]:
        return tuple(self._names)

    def meant(self, word: str) -> frozenset[str]:
        """查找用: every code under a trade whose official name or usual word holds these letters
        (纺织, 袜业), or that begins so (176).
        """
        word = compact(word).upper()
        if len(word) < 2:
            return frozenset()
        named = {code for code, name in self._names.items() if word in name or code == word}
        for listed, (codes, _) in self._words.items():
            if word in listed:
                named.update(codes)
        sections = {code for code in named if code.isalpha()}
        return frozenset(
            code
            for code in self._names
            if self._sections.get(code) in sections
            or any(code[:length] in named for length in range(1, len(code) + 1))
        )

    def has_code(self, text: str) -> bool:
        """A code stands there (C1763, 176 针织…): chosen, hence nothing to confirm.

        Not so 141 by itself, which may have been 0141.
        """
        word = compact(text)
        return self._code_in(word) is not None and not self.zero_lost(word)

    def understood(self, text: str) -> bool:
        """The text as a whole is one trade: a code, an official name or a listed word."""
        word = compact(text)
        return word in self._words or word in self._by_name or self._code_in(word) is not None

    def split(self, text: str, more: Iterable[str] = ()) -> tuple[str, ...]:
        """A list joined by 、 with names inside that hold 、 themselves (水暖管件、阀门; 农、林、
        牧、渔业): the longest known name wins.
        """
        extra = {compact(word) for word in more}
        parts = [piece for part in split_list(text, "、,;\n|/") for piece in self._by_blanks(part)]
        trades: list[str] = []
        i = 0
        while i < len(parts):
            for length in range(min(MAX_JOINED, len(parts) - i), 0, -1):
                joined = "、".join(parts[i : i + length])
                if (
                    length == 1
                    or compact(joined) in extra
                    or compact(joined) in self._words
                    or compact(joined) in self._by_name
                ):
                    trades.append(joined)
                    i += length
                    break
        return tuple(dict.fromkeys(trades))

    def _by_blanks(self, part: str) -> list[str]:
        """袜业 针织 is two trades, 新材料 (化纤) is one."""
        pieces = re.split(r"\s+(?:\d{1,2}[.、])?", part)
        return (
            pieces
            if len(pieces) > 1
            and not self.understood(part)
            and all(self.understood(p) for p in pieces)
            else [part]
        )

    def propose(
        self, text: str, known: Mapping[str, Sequence[str]] | None = None
    ) -> tuple[IndustryProposal, ...]:
        """Proposals, best first; empty when nothing resembles the text.

        `known`: words people confirmed, with their codes.
        """
        word = compact(text).strip("、,;.。")
        if not word or NOT_A_TRADE.match(word):
            return ()
        confirmed = {compact(key): codes for key, codes in (known or {}).items()}
        if word in confirmed:
            return self._make(confirmed[word], "sure", "已由工作人员确认")
        if lost := self.zero_lost(word):
            return self._make(lost, "unsure", "单独的数字，前面的 0 可能丢了")
        code = self._code_in(word)
        if code:
            return self._make((code,), "sure", "写明了行业代码")
        return (
            self._exact(word)
            or self._trimmed(word)
            or self._in_parts(word)
            or self._inside(word)
            or self._similar(word)
        )

    def _exact(self, word: str) -> tuple[IndustryProposal, ...]:
        if word in self._words:
            codes, confidence = self._words[word]
            return self._make(codes, confidence, f"用词表：{word}")
        if word in self._by_name:
            return self._make((self._by_name[word],), "sure", "与行业分类名称一致")
        return ()

    def _trimmed(self, word: str) -> tuple[IndustryProposal, ...]:
        """弹簧行业, 弹簧生产制造 -> 弹簧."""
        for pattern in (NEUTRAL, MAKING):
            short = pattern.sub("", word)
            if short != word and len(short) >= 2:
                found = self._exact(short)
                if not found and pattern is NEUTRAL:
                    found = self._exact(MAKING.sub("", short)) or self._exact(short + "业")
                if found:
                    return found
        for longer in (word + "业", word + "制造", word + "服务", word + "加工"):
            if longer in self._by_name:
                return self._make((self._by_name[longer],), "sure", f"行业分类名称：{longer}")
        return ()

    def _in_parts(self, word: str) -> tuple[IndustryProposal, ...]:
        """电子信息、智能视觉, 印染和服装, 机械(泵阀): each part on its own; the whole is as sure as
        its least sure part.
        """
        brackets = re.fullmatch(r"(.+?)\((.+)\)(.*)", word)
        if brackets:
            inner, outer = (
                self._exact(brackets[2]) or self._trimmed(brackets[2]),
                self._exact(brackets[1]) or self._trimmed(brackets[1]),
            )
            best = inner or outer
            both_agree = bool(
                inner and outer and {p.code[:2] for p in inner} & {p.code[:2] for p in outer}
            )
            confidence: Confidence = "sure" if both_agree else "likely"
            return (
                self._make(
                    [p.code for p in best],
                    confidence,
                    f"取自“{brackets[2] if inner else brackets[1]}”",
                )
                if best
                else ()
            )
        parts = [part for part in re.split(r"[、,;/|和及与]", word) if part]
        if len(parts) < 2:
            return ()
        found = [self._exact(part) or self._trimmed(part) for part in parts]
        if not all(found):
            return ()
        worst = max((p.confidence for part in found for p in part), key=RANK.__getitem__)
        return self._make(
            dict.fromkeys(p.code for part in found for p in part),
            worst,
            "分别按" + "、".join(parts),
        )

    def _inside(self, word: str) -> tuple[IndustryProposal, ...]:
        """高端精密弹簧 holds 弹簧: likely when the known word ends the text or fills half of it,
        else unsure.
        """
        base = SELLING.sub("", word)
        held = [known for known in self._words if len(known) >= 2 and known in base]
        if not held:
            return ()
        best = max(
            held,
            key=lambda known: (
                len(known),
                base.endswith(known) or MAKING.sub("", base).endswith(known),
                base.rfind(known),
            ),
        )
        fits = (
            MAKING.sub("", base).endswith(best) or base.endswith(best) or len(best) * 2 >= len(base)
        )
        confidence: Confidence = "likely" if fits and base == word else "unsure"
        proposals = self._make(self._words[best][0], confidence, f"含“{best}”")
        others = [
            known
            for known in held
            if known not in best and not set(self._words[known][0]) & set(self._words[best][0])
        ]
        if others and confidence == "unsure":
            other = max(others, key=len)
            proposals += self._make(self._words[other][0], "unsure", f"含“{other}”")
        return proposals

    def _similar(self, word: str) -> tuple[IndustryProposal, ...]:
        """Names sharing many pairs of neighbouring characters (Dice coefficient), at most three."""
        wanted = _bigrams(word)
        scored = [
            (2 * len(wanted & other) / (len(wanted) + len(other)), name)
            for name, other in self._bigrams.items()
            if wanted & other
        ]
        found: list[IndustryProposal] = []
        for score, name in sorted(scored, key=lambda item: (-item[0], item[1])):
            if score < 0.3 or len(found) >= 3:
                break
            codes = self._words[name][0] if name in self._words else (self._by_name[name],)
            for proposal in self._make(codes, "unsure", f"与“{name}”相近"):
                if proposal.code not in {p.code for p in found}:
                    found.append(proposal)
        return tuple(found[:3])

    def zero_lost(self, word: str) -> tuple[str, ...]:
        """The codes that 141 may stand for: 0141, whose zero a number cannot carry, or 141."""
        if not re.fullmatch(r"\d{1,3}", word) or "0" + word not in self._names:
            return ()
        return ("0" + word, *([word] if word in self._names else []))

    def _code_in(self, word: str) -> str | None:
        """C1763, 1763, 1763针织..., 针织(1763) -> 1763."""
        match = re.match(r"^[A-T]?(\d{2,4})(?!\d)", word, re.I) or re.search(
            r"(?<!\d)[(（]?[A-T]?(?<!\d)(\d{3,4})[)）]?$", word, re.I
        )
        if match and match[1] in self._names:
            return match[1]
        return word.upper() if re.fullmatch(r"[A-Ta-t]", word) else None

    def _make(
        self, codes: Iterable[str], confidence: Confidence, why: str
    ) -> tuple[IndustryProposal, ...]:
        return tuple(
            IndustryProposal(code, self._names[code], confidence, why)
            for code in codes
            if code in self._names
        )


def is_quality_word(text: str) -> bool:
    """质量管理, 卓越绩效 …: a speciality that is not a trade (办法 10: 质量管理专家)."""
    return bool(QUALITY_WORDS.search(text))


def _bigrams(word: str) -> frozenset[str]:
    plain = re.sub(r"[、,()和及与其他业]", "", word)
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1)) or frozenset(plain)
