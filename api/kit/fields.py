"""字段的样子: bounded kinds of fields that every schema shares.

An unbounded number once made a 500 (reliability, section 2).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, cast

from fastapi import Form, Path, Query
from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, StringConstraints
from pydantic_core import CoreSchema
from pydantic_core.core_schema import chain_schema

# No control characters: PostgreSQL refuses NUL, and logs and documents need none of the others.
PLAIN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"

YearNumber = Annotated[int, Field(ge=2000, le=2100, examples=[2026])]
Year = Annotated[int, Path(ge=2000, le=2100, description="评审年度", examples=[2026])]
# The year a page or a form names; without one the latest is meant.
OfYear = Annotated[int | None, Query(alias="year", ge=2000, le=2100)]
FormYear = Annotated[int | None, Form(alias="year", ge=2000, le=2100)]
UidText = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_\-]{1,64}$")]
Uid = Annotated[str, Path(pattern=r"^[A-Za-z0-9_\-]{1,64}$", description="公开编号")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=PLAIN)]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=PLAIN)
]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=PLAIN)]
Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=PLAIN)
]
Code = Annotated[str, StringConstraints(pattern=r"^([A-T]|[0-9]{2,4})$")]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2100, 12, 31))]
Search = Annotated[str, Query(max_length=100, pattern=PLAIN, description="查找的文字，可留空")]
Offset = Annotated[int, Query(ge=0, le=100_000, description="从第几条起")]
Limit = Annotated[int, Query(ge=1, le=200, description="最多几条")]


def _exact(part: Any, whose: type) -> Any:
    """Of a schema: numbers and truth values are not guessed from others (0.0, "yes", "5"), and a
    text is as long as it was sent, the blanks around it included.
    """
    if isinstance(part, list):
        return [_exact(one, whose) for one in part]
    if not isinstance(part, dict) or part.get("cls", whose) is not whose:  # another's is exact too
        return part
    if part.get("type") in ("bool", "int"):
        return {**part, "strict": True}
    if part.get("type") == "str" and part.get("strip_whitespace"):
        sent = {name: value for name, value in part.items() if name != "strip_whitespace"}
        return chain_schema([cast(CoreSchema, sent), cast(CoreSchema, part)])
    kept = {"metadata", "serialization", "default", "config"}
    return {name: value if name in kept else _exact(value, whose) for name, value in part.items()}


class Input(BaseModel):
    """What a caller sends: unknown fields are refused, so that no column can be set by guessing its
    name, and nothing is read into another kind of value than the interface's document says.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return cast(CoreSchema, _exact(handler(source), cls))


class Output(BaseModel):
    """What a caller gets: exactly the declared fields, read from a dataclass or a mapping."""

    model_config = ConfigDict(extra="ignore", from_attributes=True)


def example(values: dict[str, Any]) -> ConfigDict:
    """An input's configuration with its example for the documentation."""
    return ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [values]})
