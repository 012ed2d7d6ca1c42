"""读音: the syllables of Chinese characters, without tones.

pypinyin's words (重阳 is chong yang) take 45 MB, its characters 12. Comparing names of
organisations asks for characters only and is done by every web worker; the words are loaded where
a person's name is first spelt.
"""

from __future__ import annotations

import os
from functools import cache, lru_cache
from typing import Any


@lru_cache(maxsize=16_384)
def syllables(sign: str) -> tuple[str, ...]:
    """Of one character, the commonest first; of any other sign none."""
    if not "\u3400" <= sign <= "\U0003ffff":
        return ()
    characters = _characters()
    found = characters.pinyin(sign, style=characters.Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(found[0]) if found else ()


def spelt(name: str) -> list[str]:
    """Of a whole name, each character as it is read there; other signs as they are."""
    words = _words()
    return list(words.lazy_pinyin(name, style=words.Style.NORMAL))


@cache
def _characters() -> Any:
    # Its own switches against taking memory; they count while it is imported.
    switches = ("PYPINYIN_NO_PHRASES", "PYPINYIN_NO_DICT_COPY")
    os.environ.update(dict.fromkeys(switches, "1"))
    import pypinyin

    for switch in switches:  # other programs that we start choose for themselves
        os.environ.pop(switch, None)
    return pypinyin


@cache
def _words() -> Any:
    whole = _characters()
    from pypinyin.phrases_dict import phrases_dict

    whole.load_phrases_dict(phrases_dict)
    return whole
