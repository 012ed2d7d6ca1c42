"""看不见的字符: signs that nobody sees and that make two texts different; taken out where a text
comes in, and again wherever texts are compared.

Sources: Unicode 15 (general category Cf, Default_Ignorable_Code_Point, CJK radicals), GB 18030-2005
(private code points that GBK fonts show as characters).
"""

from __future__ import annotations

import re
import unicodedata

# Ignorable though no format character, and signs that only look like a blank or stand for a
# picture.
_IGNORABLE = (
    0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x2800, 0x3164,
    *range(0xFE00, 0xFE10), 0xFFA0, *range(0xFFF0, 0xFFFD), *range(0xE0000, 0xE1000),
)  # fmt: skip
_CONTROL = (
    *range(0x00, 0x09),
    0x0B,
    0x0C,
    *range(0x0E, 0x20),
    *range(0x7F, 0x85),
    *range(0x86, 0xA0),
)
_FORMAT = (code for code in range(0x20000) if unicodedata.category(chr(code)) == "Cf")
INVISIBLE: dict[int, str | None] = dict.fromkeys([*_IGNORABLE, *_CONTROL, *_FORMAT])
# Radicals that some fonts and PDF files give in the place of the character; NFKC leaves these
# alone.
_RADICALS = (
    "⺁厂⺃乚⺄乙⺅亻⺆冂⺇几⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑尣⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺛旡⺜曰⺝月⺞歺⺠民⺡氵⺢氺"
    "⺣灬⺤爫⺦丬⺧牛⺨犭⺩王⺪疋⺫罒⺬示⺭礻⺮竹⺯糹⺰纟⺱网⺲罒⺳㓁⺴网⺵网⺶羊⺷羊⺸羊⺹耂⺺肀⺻聿⺼月⺽臼⺾艹⺿艹⻀艹⻁虎"
    "⻂衤⻃覀⻄西⻅见⻆角⻇角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑长⻒镸⻓长⻔门⻕阜⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食"
    "⻟飠⻠饣⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)  # fmt: skip
_PRIVATE = {
    0xE81E: "\u9fb4", 0xE826: "\u9fb5", 0xE82B: "\u9fb6", 0xE82C: "\u9fb7", 0xE832: "\u9fb8",
    0xE843: "\u9fb9", 0xE854: "\u9fba", 0xE864: "\u9fbb", 0xE816: "\U00020087",
    0xE817: "\U00020089", 0xE818: "\U000200cc",
    0xE831: "\U000215d7", 0xE83B: "\U0002298f", 0xE855: "\U000241fe",
    0xE81A: "\u3473", 0xE81B: "\u3447", 0xE81F: "\u359e", 0xE820: "\u361a", 0xE821: "\u360e",
    0xE824: "\u396e", 0xE825: "\u3918", 0xE827: "\u39cf", 0xE828: "\u39df", 0xE829: "\u3a73",
    0xE82A: "\u39d0", 0xE82D: "\u3b4e", 0xE82E: "\u3c6e", 0xE82F: "\u3ce0", 0xE834: "\u4056",
    0xE835: "\u415f", 0xE837: "\u4337", 0xE83C: "\u43b1", 0xE83D: "\u43ac", 0xE83F: "\u43dd",
    0xE840: "\u44d6", 0xE841: "\u4661", 0xE842: "\u464c", 0xE844: "\u4723", 0xE845: "\u4729",
    0xE846: "\u477c", 0xE847: "\u478d", 0xE849: "\u4947", 0xE84A: "\u497a", 0xE84B: "\u497d",
    0xE84C: "\u4982", 0xE84D: "\u4983", 0xE84E: "\u4985", 0xE84F: "\u4986", 0xE850: "\u499f",
    0xE851: "\u499b", 0xE852: "\u49b7", 0xE853: "\u49b6", 0xE856: "\u4ca3", 0xE857: "\u4c9f",
    0xE858: "\u4ca0", 0xE859: "\u4ca1", 0xE85A: "\u4c77", 0xE85B: "\u4ca2", 0xE85C: "\u4d13",
    0xE85D: "\u4d14", 0xE85E: "\u4d15", 0xE85F: "\u4d16", 0xE860: "\u4d17", 0xE861: "\u4d18",
    0xE862: "\u4d19", 0xE863: "\u4dae",
}  # fmt: skip
_WRITTEN = {
    **INVISIBLE,
    0x85: "\n",
    0x2028: "\n",
    0x2029: "\n",
    **{ord(a): b for a, b in zip(_RADICALS[::2], _RADICALS[1::2], strict=True)},
    **_PRIVATE,
}
_BLANK = re.compile(r"[^\S\n\r\t]")


_ENTERED = {code: sign for code, sign in _WRITTEN.items() if code not in _CONTROL}


def visible(text: str) -> str:
    """What a reader sees: without invisible signs, other blanks as one blank, radicals and private
    code points as the characters they show. Nothing else changes: not width, not punctuation.
    """
    if text.isascii() and text.isprintable():
        return text
    return _BLANK.sub(" ", text.translate(_WRITTEN))


def entered(text: str) -> str:
    """A text as it comes in, without what nobody sees; blanks stay as they were typed, and control
    characters for the fields to refuse.
    """
    return text if text.isascii() else text.translate(_ENTERED)


def folded(text: str) -> str:
    """For comparing: `visible`, full width made normal (NFKC), case folded."""
    return visible(unicodedata.normalize("NFKC", visible(text))).casefold()
