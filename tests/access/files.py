"""Files that touch an organisation its bringer must keep away from, and what each answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select
from starlette.testclient import TestClient

from expert_pool.ledger.base import Base
from expert_pool.tables import Expert
from tests.access.two_worlds import Cast
from tests.api.story import YEAR
from tests.api.world import World
from tests.sheets.cast import book

Answer = tuple[str, int, str]


def files(world: World, cast: Cast) -> Iterator[tuple[str, str, bytes]]:
    """What it is, the kind of import, and the workbook; each holds one row, about the organisation
    by its name, and some of them by another spelling of it.
    """
    with world.ledger.read() as session:
        other = session.scalars(select(Expert).where(Expert.uid == cast.other)).one()
    name, employer, phone = other.name, other.employer, other.phone
    firm, other_firm = cast.firm_name, cast.firm_name.replace("有限公司", "公司")
    tie = ["姓名", "情形", "单位", "自", "依据"]
    case = ["姓名", "种类", "发生日期", "情况"]
    day = f"{YEAR}-08-01"
    records: dict[str, list[list[object]]] = {
        "回避情形": [tie, [name, "近亲属", firm, None, "甲"]],
        "评审记录": [["姓名", "年度", "评审的组织", "半天数"], [name, YEAR - 1, firm, 4]],
        "阶段履职": [["姓名", "年度", "评审的组织", "阶段"], [name, YEAR, firm, "现场评审"]],
        "豁免": [["姓名", "情形", "单位", "豁免理由"], [name, "咨询", firm, "确需其专业"]],
        "集团关系": [["企业", "所属集团"], [firm, "某集团"]],
        "违规案件": [case, [name, "泄露评审信息", day, f"向{firm}透露名单"]],
    }
    for title, rows in records.items():
        yield title, "records", book(**{title: rows})
    yield "申请回避", "records", book(回避情形=[tie, [name, "申请回避", firm, day, "甲"]])
    yield "另一写法", "records", book(回避情形=[tie, [name, "近亲属", other_firm, None, "甲"]])
    yield "写在话里", "records", book(违规案件=[case, [name, "泄露评审信息", day, other_firm]])
    roster = ["姓名", "工作单位", "手机", "须回避单位", "行业"]
    yield "须回避", "experts", book(台账=[roster, [name, employer, phone, firm, "3441"]])
    yield "另写", "experts", book(台账=[roster, [name, employer, phone, other_firm, "3441"]])
    yield "新人", "experts", book(台账=[roster, ["新来的", "某单位", "13812340000", firm, "3441"]])
    yield "单位", "experts", book(台账=[roster, [name, firm, phone, "", "3441"]])
    summary = ["企业名称", "联系电话", "行业", "申报奖项"]
    yield "申报", "applicants", book(汇总=[summary, [firm, "13900002222", "3441", "质量奖"]])


def brought(client: TestClient, kind: str, data: bytes) -> list[Answer]:
    """Upload, look (interface and page), apply."""
    sent = client.post(
        "/api/v1/imports", data={"kind": kind, "year": YEAR}, files={"file": ("名单.xlsx", data)}
    )
    if sent.status_code != 201:
        return [told("upload", sent, "-")]
    uid = sent.json()["uid"]
    looked = client.get(f"/api/v1/imports/{uid}")
    page = client.get(f"/import/{uid}", headers={"Accept": "text/html"})
    version = {"If-Match": looked.headers["etag"]}
    done = client.post(f"/api/v1/imports/{uid}/application", headers=version)
    return [told("look", looked, uid), told("page", page, uid), told("apply", done, uid)]


def told(step: str, answer: Any, uid: str) -> Answer:
    """Without what differs by itself from one request to the next."""
    words = answer.text.replace(answer.headers["x-request-id"], "").replace(uid, "")
    return step, answer.status_code, re.sub("[0-9a-f]{128}", "", words)


def counted(world: World) -> dict[str, int]:
    """Rows of every table, but the imports' own and the log's."""
    own = {"import_batch", "import_row", "heading_memory"}
    with world.ledger.read() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name not in own and not table.name.startswith("audit")
        }
