"""Somebody declares a second time, by hand: told of the file that waits, takes it back, and files the new one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.beside import ask
from tests.browser.languages import in_both_languages, said
from tests.browser.looking import look
from tests.browser.proving import refused
from tests.browser.visitors import PageMaker
from tests.browser.walking import code_sent, press, primary, sign_in_at_the_desk
from tests.running import Portal

pytestmark = pytest.mark.browser


def made(data: Path, what: str, code: str, phone: str, language: str = "vi") -> str:
    """A file or a draft of the demo's ward, by its number."""
    values = f"bhxh_code={code!r}, phone='+84{phone[1:]}', full_name='Đặng Thị Lặp', language={language!r}"
    return ask(data, f"from tests import factories; print(factories.{what}({values}).file_number)").strip()


def goes_on_with_the_draft(page: Page, portal: Portal, phone: str) -> None:
    page.goto("/dang-ky/ca-nhan/")
    page.locator("[name=phone]").fill(phone)
    primary(page)
    page.locator("[name=code]").fill(code_sent(portal, "xac nhan so dien thoai", to=phone))
    primary(page)
    expect(page).to_have_url(re.compile("/kiem-tra/$"))


def agrees(page: Page) -> None:
    page.locator("[name=consent]").check()
    page.locator("[name=commitment]").check()


@pytest.mark.parametrize(
    ("width", "javascript", "language", "code", "phone"),
    [
        (360, True, "vi", "9900000081", "0999000081"),
        (1280, False, "vi", "9900000082", "0999000082"),
        (360, True, "en", "9900000085", "0999000085"),
    ],
    ids=["360 px with JavaScript", "1280 px without JavaScript", "in English"],
)
def test_a_second_declaration_leads_to_the_first(
    portal: Portal,
    data: Path,
    new_page: PageMaker,
    width: int,
    javascript: bool,
    language: str,
    code: str,
    phone: str,
) -> None:
    first = made(data, "filed", code, phone, language)
    made(data, "draft", code, phone, language)
    page = new_page(width=width, javascript=javascript)
    goes_on_with_the_draft(page, portal, phone)
    expect(page.locator("[data-open-file]")).to_contain_text(first)
    look(page, "check-open-file")
    agrees(page)
    refused(page, "check-second-refused")
    page.goto("/dang-ky/ca-nhan/thong-tin/")
    look(page, "identity-open-file")

    press(page, page.get_by_role("button", name=said(page, "Xem hồ sơ đó")))
    expect(page.locator("[data-state]")).to_contain_text(said(page, "Chờ tiếp nhận"))
    primary(page)
    page.locator("[name=code]").fill(code_sent(portal, "xem ho so", to=phone))
    primary(page)
    look(page, "file-beside-a-draft")
    press(page, page.get_by_role("link", name=said(page, "Rút hồ sơ")))
    primary(page)
    expect(page.locator("[data-state]")).to_contain_text(said(page, "Đã rút"))
    press(page, page.locator("[data-draft] a"))
    expect(page.locator("[data-open-file]")).to_have_count(0)
    agrees(page)
    primary(page)
    second = page.locator("[data-file-number]").inner_text().replace(" ", "")
    assert second != first


@in_both_languages
def test_an_officer_has_both_files_at_hand(data: Path, new_page: PageMaker, language: str) -> None:
    code, phones = {
        "vi": ("9900000083", ("0999000083", "0999000084")),
        "en": ("9900000086", ("0999000086", "0999000087")),
    }[language]
    first, second = (made(data, "filed", code, phone) for phone in phones)
    page = new_page(width=1280, javascript=True)
    sign_in_at_the_desk(page, "canbo")
    page.goto("/admin/registration/declaration/")
    press(page, page.get_by_role("link", name=first))
    expect(page.locator("[data-twins]")).to_contain_text(said(page, "số điện thoại di động"))
    look(page, "review-twins", is_desk=True)
    with page.expect_popup() as opened:
        page.get_by_role("link", name=second).click()
    expect(opened.value.locator("[data-twins]")).to_contain_text(first)
