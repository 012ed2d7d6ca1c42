"""README's pictures, taken from the running demonstration:
`python -m tests.docs.screenshots http://127.0.0.1:8000 LOGIN PASSWORD LINK`.

Not a test: it needs a system Chromium and a served demonstration (`expert-pool demo --serve`). LINK
is one of its personal links.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).parents[2] / "docs" / "images"
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
PAGES = (("home", "/"), ("board", "/board"), ("calendar", "/calendar?view=gantt"))


def take(site: str, login: str, password: str, link: str) -> None:
    chromium = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    with (
        sync_playwright() as play,
        play.chromium.launch(executable_path=chromium, args=["--no-sandbox"]) as browser,
    ):
        desk = browser.new_page(viewport=DESK, locale="zh-CN")
        desk.goto(f"{site}/login")
        desk.fill("[name=login]", login)
        desk.fill("[name=password]", password)
        desk.press("[name=password]", "Enter")
        desk.wait_for_url(f"{site}/")
        for name, path in PAGES:
            desk.goto(site + path)
            _save(desk, name)
        phone = browser.new_page(
            viewport=PHONE, locale="zh-CN", device_scale_factor=2, is_mobile=True
        )
        phone.goto(link)
        phone.click("main button")
        phone.wait_for_url(f"{site}/me**")
        phone.goto(f"{site}/me/days")
        _save(phone, "phone")


def _save(page: Page, name: str) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    take(*sys.argv[1:])
