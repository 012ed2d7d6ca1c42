"""请假时间里的农历: every date of the traditional calendar in a text becomes one of the civil
calendar, or a question (used by `absences.py`).

What changes a date is never a harmless word: a sign of the traditional calendar that no rule here
converts makes the whole text a question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from expert_pool.facts.absence_points import Unclear, Window
from expert_pool.facts.absence_tokens import NUMERAL, ONES, numeral
from expert_pool.facts.lunar import FESTIVALS, months
from expert_pool.facts.writing import Choice

MARK = r"(?:农历|阴历|旧历|老历|夏历|古历|黄历)"
CIVIL = r"(?:公历|阳历|新历|国历)"
MONTH = rf"(?:正|腊|冬|十[一二]?|[{ONES}]|1[0-2]|0?[1-9])"
NAMED_DAY = rf"(?:初[{ONES}十]|廿[{ONES}]?)"
DAY = rf"(?:{NAMED_DAY}|{NUMERAL}|[12]\d|3[01]|0?[1-9])"
POINT = re.compile(
    rf"(?P<mark>{MARK}?的?:?)(?:(?P<year>20\d\d)年?)?(?P<inner>{MARK}?)(?P<leap>闰?)"
    rf"(?<![{ONES}十\d])(?P<month>{MONTH})(?:月份?的?|(?P<dot>[./]))"
    rf"(?P<day>{DAY}(?![{ONES}十廿\d]))?[日号]?(?P<behind>\({MARK}\))?"
)
NEXT = re.compile(
    rf"(?P<sep>[、,和及与]|-|至|到)(?P<day>{DAY})(?P<unit>[日号]?)(?![月.\d/{ONES}十廿])"
)
OTHER_NAMES = re.compile(
    rf"(?P<festival>{'|'.join(FESTIVALS)})节?|大?年初(?P<new>[{ONES}十])|(?P<eve>除夕|大?年三十)"
)
CIVIL_DATE = r"(?:(?:20\d\d年)?\d{1,2}月\d{1,2}[日号]?|\d{1,2}[./]\d{1,2})"
BESIDE = (  # 9月10日(农历七月廿九), 农历七月廿九(9月10日): one day said twice
    re.compile(
        rf"(?P<civil>{CIVIL}?{CIVIL_DATE})[,、]?\((?:即|是|为)?\x01(?P<lunar>[^\x02]*)\x02\)"
    ),
    re.compile(rf"\x01(?P<lunar>[^\x02]*)\x02\((?:即|是|为)?(?P<civil>{CIVIL}?{CIVIL_DATE})\)"),
)
SIGNS = re.compile(rf"{MARK}|廿|卅|初[{ONES}十\d]|腊|闰|正月|冬月|小年|月半")
NOT_DATES = re.compile(
    rf"\x01[^\x02]*\x02|{CIVIL}{CIVIL_DATE}|周[{ONES}日](?:[、,/和及与至到-]?周?[{ONES}日])*"
    r"|\d{1,2}(?::\d\d|[点时]半?(?:\d{1,2}分)?)"
)
EITHER = re.compile(
    rf"(?<![{ONES}十\d第每])(?P<month>十[一二]?|[{ONES}])月(?P<day>{NUMERAL})(?P<unit>日?)"
    rf"(?![{ONES}十号天次个场整点时旬月周])"
)


def without_lunar(text: str, window: Window) -> str:
    """The text with every lunar date written as a civil one (2026年9月11日).

    Raises Unclear where a date can be meant in two ways, does not exist, or cannot be converted.
    """
    found = _names(_points(text, window), window)
    if "\x01" in found:
        found = _said_twice(found, window)
        if re.search(rf"[\d{ONES}十廿]", NOT_DATES.sub("", found)):
            raise Unclear("有的日期写了农历，有的没有写明是农历还是公历，请都写成公历日期")
    if left := SIGNS.search(re.sub(r"\x01[^\x02]*\x02", "", found)):
        raise Unclear(f"“{left[0]}”像是农历，看不出是公历哪一天，请写成公历日期")
    found = re.sub(CIVIL, "", found.replace("\x01", "").replace("\x02", ""))
    return EITHER.sub(lambda match: _either(match, window), found)


# dates with their month
# --------------------------------------------------------------------------------------------------


def _points(text: str, window: Window) -> str:
    """Each lunar date, and the days that hang on it, between two marks."""
    pieces: list[str] = []
    position = 0
    for match in POINT.finditer(text):
        if match.start() < position:
            continue
        continues = bool(pieces) and text[position : match.start()] in ("-", "至", "到")
        if not _is_lunar(match, continues):
            continue
        pieces += [text[position : match.start()], _written(match, text, window)]
        position = match.end()
        while (more := NEXT.match(text, position)) and _hangs_on(more, match):
            sep = "-" if more["sep"] in "-至到" else "、"
            pieces.append(sep + _marked(_day(match, more["day"], window)))
            position = more.end()
    return "".join((*pieces, text[position:]))


def _is_lunar(match: re.Match[str], continues: bool) -> bool:
    marked = bool(match["mark"].strip("的:") or match["inner"] or match["behind"])
    if match["dot"] and not (marked and match["day"]):
        return False
    named = (match["day"] or "")[:1] in ("初", "廿")
    if named and not marked and not continues and match["month"].isdecimal():
        raise Unclear(f"“{match[0]}”看不出是农历还是公历")
    return marked or continues or named or bool(match["leap"]) or match["month"] in "正腊冬"


def _written(match: re.Match[str], text: str, window: Window) -> str:
    if match["day"]:
        return _marked(_day(match, match["day"], window))
    after, before = text[match.end() :], text[: match.start()]
    if re.match(r"[上中下半底末初头尾-]|至|到", after) or before.endswith(("-", "至", "到")):
        raise Unclear(f"“{match[0]}”是农历，看不出是公历哪几天")
    first, last = _span(match, None, window)
    return f"\x01{_civil(first)}-{_civil(last)}\x02"


def _hangs_on(more: re.Match[str], point: re.Match[str]) -> bool:
    """农历八月初一、十五 and 农历8月1日-3日: of one month; 农历8月1日、3日 is not sure."""
    if point["day"] is None:
        return False
    if more["day"][0] in "初廿" or more["sep"] in "-至到":
        return True
    return not (more["day"][0].isdecimal() or more["unit"] or point["day"][0].isdecimal())


def _day(match: re.Match[str], day: str, window: Window) -> date:
    return _span(match, _number(day), window)[0]


def _span(match: re.Match[str], day: int | None, window: Window) -> tuple[date, date]:
    """The civil days of a lunar month, or of one day of it, in the year that fits the window."""
    year, leap = match["year"], bool(match["leap"])
    first = window.first.year
    years = (int(year),) if year else (first, first - 1, window.last.year)
    return _fitting(
        match[0], [_spans(one, _month(match["month"]), leap, day) for one in years], window
    )


def _spans(year: int, number: int, leap: bool, day: int | None) -> list[tuple[date, date]]:
    found = [one for one in months(year) if one.number == number and (one.leap or not leap)]
    if day is None:
        return [(one.first, one.last) for one in found]
    days = [(one.first + timedelta(day - 1), one.last) for one in found]
    return [(at, at) for at, last in days if at <= last]


def _fitting(
    written: str, by_year: Sequence[Sequence[tuple[date, date]]], window: Window
) -> tuple[date, date]:
    """The one meaning inside the window, else the nearest outside; a leap month beside is asked."""
    inside = [
        spans
        for spans in by_year
        if any(first <= window.last and last >= window.first for first, last in spans)
    ]
    if inside and len(inside[0]) > 1:
        choices = tuple(Choice(_civil(first), _civil(first)) for first, _ in inside[0])
        raise Unclear(f"“{written}”那一年有闰月，看不出是哪一个月", choices)
    if inside:
        return inside[0][0]
    spans = [span for year in by_year for span in year]
    if not spans:
        raise Unclear(f"“{written}”查不到是公历哪一天，请写成公历日期")
    return min(spans, key=lambda span: abs(span[0] - window.first))


# days with a name of their own
# --------------------------------------------------------------------------------------------------


def _names(text: str, window: Window) -> str:
    return OTHER_NAMES.sub(lambda match: _marked(_named(match, window)), text)


def _named(match: re.Match[str], window: Window) -> date:
    first = window.first.year
    years = (first, first - 1, window.last.year)
    if match["eve"]:
        ends = [[(one[-1].last, one[-1].last)] for year in years if (one := months(year))]
        return _fitting(match[0], ends, window)[0]
    number, day = (1, _number(match["new"])) if match["new"] else FESTIVALS[match["festival"]]
    return _fitting(match[0], [_spans(year, number, False, day)[:1] for year in years], window)[0]


# one day said twice, and numerals that may be either
# --------------------------------------------------------------------------------------------------


def _said_twice(text: str, window: Window) -> str:
    for pattern in BESIDE:
        text = pattern.sub(lambda match: _agreed(match, window), text)
    return text


def _agreed(match: re.Match[str], window: Window) -> str:
    said, meant = (re.sub(r"20\d\d年", "", match[one]) for one in ("civil", "lunar"))
    if re.findall(r"[1-9]\d*", said) != re.findall(r"[1-9]\d*", meant):
        raise Unclear(f"公历和农历对不上：写的农历是公历 {meant}")
    return f"\x01{match['lunar']}\x02"


def _either(match: re.Match[str], window: Window) -> str:
    """八月十五 may be 15 August or 中秋: read when only the civil day lies inside the window."""
    month, day = _month(match["month"]), _number(match["day"])
    civil = f"{month}月{day}日"
    years = (window.first.year, window.first.year - 1)
    lunar = [span for year in years for span in _spans(year, month, False, day)]
    inside = [first for first, _ in lunar if window.first <= first <= window.last]
    if inside and not (match["unit"] and _in_window(month, day, window)):
        choices = (
            Choice(civil, f"公历 {civil}"),
            Choice(_civil(inside[0]), f"农历（公历 {_civil(inside[0])}）"),
        )
        raise Unclear(f"“{match[0]}”看不出是公历还是农历", choices)
    return civil


def _in_window(month: int, day: int, window: Window) -> bool:
    return any((one.month, one.day) == (month, day) for one in window.days())


def _marked(day: date) -> str:
    return f"\x01{_civil(day)}\x02"


def _civil(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _month(written: str) -> int:
    return {"正": 1, "冬": 11, "腊": 12}.get(written) or _number(written)


def _number(written: str) -> int:
    """初八 -> 8, 廿三 -> 23, 三十 -> 30, 12 -> 12."""
    if written.isdecimal():
        return int(written)
    if written[0] == "廿":
        return 20 + (ONES.index(written[1]) + 1 if len(written) > 1 else 0)
    return numeral(written.lstrip("初"))
