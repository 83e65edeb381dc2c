"""The steps of whoever filed and comes back: a file of the demo's office, found and opened with a code."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.beside import ask
from tests.browser.walking import code_sent, primary
from tests.running import Portal

PURPOSE = "xem ho so"


def filed(data: Path, code: str, phone: str, *, language: str = "vi", asked: tuple[str, ...] = ()) -> str:
    """The number of a declaration of the demo's ward, filed as its pages file it, and what an officer asked for."""
    values = f"bhxh_code={code!r}, phone='+84{phone[1:]}', full_name='Đặng Thị Chờ', language={language!r}"
    and_asked = f"factories.asked(one, *{asked!r});" if asked else ""
    return ask(
        data, f"from tests import factories; one = factories.filed({values});{and_asked}print(one.file_number)"
    ).strip()


def finds(page: Page, number: str, phone: str) -> None:
    page.goto("/ho-so/")
    page.locator("[name=file_number]").fill(number)
    page.locator("[name=phone]").fill(phone)
    primary(page)


def opens(page: Page, portal: Portal, number: str, phone: str) -> None:
    finds(page, number, phone)
    primary(page)
    page.locator("[name=code]").fill(code_sent(portal, PURPOSE, to=phone))
    primary(page)
    expect(page.locator("[data-file-number]")).to_be_visible()
