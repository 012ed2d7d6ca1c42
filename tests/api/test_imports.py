"""the office's own workbooks through the interface: dry run, answers, apply; twice changes nothing;
hostile files leave no trace.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest

from award.applicants import rosters_in as intake
from expert_pool.core.actor import Role
from expert_pool.facts.intake import RawRow, RawTable
from tests.api.story import ok
from tests.api.world import World

WORKBOOKS = Path(__file__).parents[1] / "data" / "workbooks"
EXPERTS, APPLICANTS = WORKBOOKS / "专家库台账2026.xlsx", WORKBOOKS / "申报组织汇总表2026.xlsx"
YEAR = {
    "year": 2026,
    "title": "2026年度诸暨市政府质量奖",
    "window_first": "2026-09-07",
    "window_last": "2026-09-25",
}


def _upload(client, kind: str, data: bytes, name: str = "表.xlsx"):  # type: ignore[no-untyped-def]
    return client.post(
        "/api/v1/imports", data={"kind": kind, "year": "2026"}, files={"file": (name, data)}
    )


@pytest.mark.parametrize(("kind", "file"), [("experts", EXPERTS), ("applicants", APPLICANTS)])
def test_workbook_is_read_asked_applied_and_then_unchanged(
    world: World, kind: str, file: Path
) -> None:
    clerk = world.client(Role.SECRETARIAT)
    ok(clerk.post("/api/v1/years", json=YEAR))
    batch = f"/api/v1/imports/{ok(_upload(clerk, kind, file.read_bytes(), file.name))['uid']}"
    answer = clerk.get(batch)
    first = ok(answer)
    assert len(first["new"]) > 10
    assert first["questions" if kind == "experts" else "problems"]
    total = "/api/v1/experts" if kind == "experts" else "/api/v1/years/2026/applicants"
    before = ok(clerk.get(total))["total"]

    said = {item["key"]: item["proposals"][0]["value"] for item in first["questions"][:1]}
    assert clerk.patch(batch, json={"answers": said}).status_code == 428
    changed = clerk.patch(
        batch,
        json={"answers": said | {"trade-0123456789abcdef": "1763"}},
        headers={"If-Match": answer.headers["etag"]},
    )
    etag = changed.headers["etag"]
    assert not said.keys() & {item["key"] for item in ok(clerk.get(batch))["questions"]}
    assert ok(clerk.get(total))["total"] == before

    assert (
        clerk.post(f"{batch}/application", headers={"If-Match": answer.headers["etag"]}).status_code
        == 412
    )
    summary = ok(clerk.post(f"{batch}/application", headers={"If-Match": etag}))
    assert ok(clerk.get(total))["total"] == before + summary["new"]
    assert clerk.get(batch).status_code == 409

    second = f"/api/v1/imports/{ok(_upload(clerk, kind, file.read_bytes()))['uid']}"
    ok(clerk.patch(second, json={"answers": said}, headers={"If-Match": '"1"'}))
    again = ok(clerk.get(second))
    assert (again["new"], again["changed"]) == ([], [])
    assert again["unchanged"] == summary["new"] + summary["changed"] + summary["unchanged"]


def test_dropped_import_leaves_nothing(world: World) -> None:
    clerk = world.client(Role.SECRETARIAT)
    ok(clerk.post("/api/v1/years", json=YEAR))
    batch = f"/api/v1/imports/{ok(_upload(clerk, 'experts', EXPERTS.read_bytes()))['uid']}"
    assert clerk.delete(batch, headers={"If-Match": '"1"'}).status_code == 204
    assert ok(clerk.get("/api/v1/experts"))["total"] == 2
    assert clerk.get(batch).status_code == 409


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 200_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [b"", b"MZ\x90\x00", b"%PDF-1.7", b"\x89PNG", "只有一句话".encode(), b"PK\x03\x04 torn"],
    ids=lambda data: repr(data[:6]),
)
def test_foreign_file_is_refused_and_leaves_nothing(world: World, data: bytes) -> None:
    clerk = world.client(Role.SECRETARIAT)
    ok(clerk.post("/api/v1/years", json=YEAR))
    answer = _upload(clerk, "experts", data)
    assert answer.status_code in (409, 413, 422), answer.text
    assert ok(clerk.get("/api/v1/imports")) == []


def test_zip_bomb_and_oversize_are_refused(world: World) -> None:
    clerk = world.client(Role.SECRETARIAT)
    ok(clerk.post("/api/v1/years", json=YEAR))
    assert _upload(clerk, "experts", _bomb()).status_code in (409, 413, 422)
    assert _upload(clerk, "experts", b"x" * 10_000_001).status_code == 413
    assert ok(clerk.get("/api/v1/imports")) == []


@pytest.mark.parametrize("kind", ["experts", "applicants"])
def test_template_comes_back_as_an_empty_roster(world: World, kind: str) -> None:
    clerk = world.client(Role.SECRETARIAT)
    ok(clerk.post("/api/v1/years", json=YEAR))
    template = clerk.get(f"/api/v1/imports/templates/{kind}.xlsx")
    found = ok(clerk.get(f"/api/v1/imports/{ok(_upload(clerk, kind, template.content))['uid']}"))
    assert found["new"] == []
    assert {item["field"] for item in found["headings"]} >= {"name", "phone", "industries"}


def test_table_waits_as_json_and_comes_back_the_same() -> None:
    cells = {
        "姓名": "张三",
        "出生": date(1980, 5, 1),
        "登记": datetime(2026, 1, 2, 3, 4),
        "人数": 12.0,
        "备注": None,
        "编号": "2026-01-02",
    }
    table = RawTable(
        "Sheet1", "标题", 2, tuple(cells), (RawRow(3, cells, hidden=True),), ("略去合计",)
    )
    assert intake.parse_table(intake.table_json(table)) == table
