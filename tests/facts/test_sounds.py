"""读音: of characters and of names, and what of the dictionaries is loaded for which."""

from __future__ import annotations

import subprocess
import sys

from expert_pool.facts.sounds import spelt, syllables

LOADED = """
import sys
from expert_pool.facts.sounds import spelt, syllables
words = "pypinyin.phrases_dict"
said = [words in sys.modules]
syllables("越")
said.append(words in sys.modules)
spelt("王重阳")
print(*said, words in sys.modules)
"""


def test_a_character_has_all_its_readings_and_a_word_decides_in_a_name() -> None:
    assert syllables("重")[:2] == ("zhong", "chong") and syllables("A") == ()
    assert spelt("王重阳") == ["wang", "chong", "yang"] and spelt("重A") == ["zhong", "A"]


def test_characters_are_compared_without_loading_the_words() -> None:
    """45 MB that every web worker would otherwise hold."""
    told = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, check=True)
    assert told.stdout.split() == [b"False", b"False", b"True"]
