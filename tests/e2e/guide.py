"""The pictures of docs/guide.zh.md, made anew: `python -m tests.e2e.guide [DATABASE]`.

Serves a demonstration (made first, when no database is given) and photographs its pages.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "docs" / "images" / "guide"
PORT = 8719
URL = f"http://127.0.0.1:{PORT}"
WAIT = 200
# Picture, who looks, and the page.
PAGES = (
    ("today", "jingban", "/"),
    ("year", "jingban", "/year/new"),
    ("import", "jingban", "/import"),
    ("duties", "jingban", "/round/duties"),
    ("board", "jingban", "/board"),
    ("calendar", "jingban", "/calendar"),
    ("pool", "jingban", "/pool"),
    ("proof", "jijian", "/board"),
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = sys.argv[1] if len(sys.argv) > 1 else f"{folder}/guide.db"
        log = Path(folder) / "log"
        command = [
            str(Path(sys.executable).with_name("expert-pool")),
            "demo",
            "--serve",
            "--port",
            str(PORT),
        ]
        with log.open("w") as out:
            server = subprocess.Popen(
                [*command, "--database", database, "--time-limit", "6"], stdout=out, cwd=ROOT
            )
        try:
            _wait()
            told = log.read_text("utf-8")
            with sync_playwright() as play:
                _photograph(play.chromium.launch(executable_path="/usr/bin/chromium"), told)
        finally:
            server.terminate()
            server.wait()


def _wait() -> None:
    for _ in range(WAIT):
        try:
            urllib.request.urlopen(f"{URL}/login", timeout=2)
        except (urllib.error.URLError, TimeoutError):
            time.sleep(1)
        else:
            return
    raise TimeoutError("the demonstration did not come up")


def _photograph(browser: Browser, told: str) -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    passwords = dict(re.findall(r"│ (\w+)\s+│ ([a-z0-9-]+)\s+│", told))
    for name, who, path in PAGES:
        context = browser.new_context(viewport={"width": 1280, "height": 760}, locale="zh-CN")
        page = context.new_page()
        page.goto(f"{URL}/login")
        page.fill("input[name=login]", who)
        page.fill("input[name=password]", passwords[who])
        page.click("form button[type=submit]")
        page.goto(URL + path)
        if name == "proof":
            page.goto(URL + str(page.get_attribute("a[href*='/audit/plans/']", "href")))
        page.screenshot(path=TARGET / f"{name}.jpg", type="jpeg", quality=62)
        context.close()
    link = re.findall(r"(http://\S+/l/\S+)", told)[0]
    phone = browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN")
    page = phone.new_page()
    page.goto(link)
    page.click("form button[type=submit]")
    page.screenshot(path=TARGET / "phone.jpg", type="jpeg", quality=70)


if __name__ == "__main__":
    main()
