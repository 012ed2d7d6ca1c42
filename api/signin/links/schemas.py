"""个人链接的往来内容."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.kit.fields import Input, Output, example


class LinkIssue(Input):
    model_config = example({"purpose": "self", "days": 30})
    purpose: Literal["self", "calendar"] = "self"
    days: int = Field(60, ge=1, le=400, description="有效天数，不超过系统设置的上限")


class LinkOut(Output):
    uid: str
    purpose: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None


class LinkIssued(Output):
    """`path` is shown this once; the system keeps only its digest."""

    uid: str
    purpose: str
    expires_at: datetime
    path: str
