"""What is sent is not guessed into another kind of value: the document says what is accepted."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from api.kit.fields import Input, Line, Name


class Inner(Input):
    sure: bool = True


class Sent(Input):
    name: Name
    leader: bool | None = None
    effort: int = 0
    others: tuple[Line, ...] = ()
    inner: Inner = Inner()


def test_blanks_around_a_text_are_taken_off() -> None:
    sent = Sent.model_validate({"name": " 王芳 ", "leader": True, "effort": 3, "others": [" 甲 "]})
    assert (sent.name, sent.leader, sent.effort, sent.others) == ("王芳", True, 3, ("甲",))


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ({"leader": 0.0}, "bool_type"),
        ({"leader": "yes"}, "bool_type"),
        ({"effort": "3"}, "int_type"),
        ({"effort": True}, "int_type"),
        ({"inner": {"sure": 1}}, "bool_type"),
        ({"name": "  "}, "string_too_short"),
        ({"name": " " + "a" * 100}, "string_too_long"),
        ({"others": ["甲", "\r" + "乙" * 200]}, "string_too_long"),
    ],
)
def test_nothing_is_guessed(wrong: dict[str, Any], kind: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Sent.model_validate({"name": "王芳", **wrong})
    assert [one["type"] for one in refused.value.errors()] == [kind]
