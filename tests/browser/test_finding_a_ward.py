"""The address page in a browser: a ward found while typing and without a script, a slip in an e-mail, a ward gone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.beside import ask
from tests.browser.languages import in_both_languages, said
from tests.browser.looking import look
from tests.browser.visitors import PageMaker
from tests.browser.walking import begins, press, primary
from tests.running import Portal

pytestmark = pytest.mark.browser
ADDRESS = "/dang-ky/ca-nhan/dia-chi/"
PHONES = {"vi": "09990000", "en": "09880000"}  # but for the last two digits


def at_the_address(page: Page, portal: Portal, phone: str) -> None:
    """With a draft of this phone, and the rest of an address typed."""
    begins(page, portal, phone)
    page.goto(ADDRESS)
    page.locator("[name=address]").fill("Số 12, ngõ 5 phố Thử")


def is_picked(page: Page, ward: str, office: str) -> None:
    expect(page.locator("[name=ward]")).to_have_value(ward)
    expect(page.locator("[name=office]")).to_have_value(office)
    expect(page.locator("[name=address]")).to_have_value("Số 12, ngõ 5 phố Thử")


@in_both_languages
def test_by_keyboard_while_typing(portal: Portal, new_page: PageMaker, language: str) -> None:
    page = new_page(javascript=True)
    at_the_address(page, portal, PHONES[language] + "61")
    page.locator("[name=place]").press_sequentially("ba dinh")
    expect(page.locator("[name=pick]").first).to_be_visible()
    look(page, "address-found")
    page.locator("[name=place]").fill("p ba dinh ha noi")
    expect(page.locator("[name=pick]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(page.locator("[name=pick]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[name=place]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[name=pick]")).to_be_focused()
    with page.expect_event("load"):
        page.keyboard.press("Enter")
    is_picked(page, "00004", "00101")
    look(page, "address-picked")
    page.locator("[name=ward]").select_option("00070")
    expect(page.locator("[name=office]")).to_have_value("00102")
    expect(page.locator("[data-office-note]")).to_contain_text("Hoàn Kiếm")


@in_both_languages
def test_enter_before_anything_was_found_looks_it_up_and_leads_there(
    portal: Portal, new_page: PageMaker, language: str
) -> None:
    page = new_page(javascript=True)
    at_the_address(page, portal, PHONES[language] + "62")
    page.locator("[name=place]").fill("p ba dinh ha noi")
    page.locator("[name=place]").press("Enter")
    expect(page.locator("[name=pick]")).to_be_focused()
    page.locator("[name=place]").fill("khong co dau")
    page.locator("[name=place]").press("Enter")
    expect(page.locator("[name=pick]")).to_have_count(0)
    expect(page.locator("[data-found-words]")).to_contain_text(said(page, "Chưa thấy"))
    expect(page.locator("[name=place]")).to_be_focused()
    look(page, "address-not-found")


@in_both_languages
def test_without_a_script(portal: Portal, new_page: PageMaker, language: str) -> None:
    page = new_page()
    at_the_address(page, portal, PHONES[language] + "63")
    page.locator("[name=place]").fill("Ha Dong, Ha Tay")
    press(page, page.locator("[name=find]"))
    look(page, "address-found-plainly")
    press(page, page.locator("[name=pick]"))
    is_picked(page, "09556", "00115")


@in_both_languages
def test_a_slip_in_an_email_and_a_ward_that_is_gone(
    portal: Portal, data: Path, new_page: PageMaker, language: str
) -> None:
    page = new_page(javascript=True)
    at_the_address(page, portal, PHONES[language] + "64")
    page.locator("[name=place]").fill("dong anh ha noi")
    with page.expect_event("load"):
        page.locator("[name=pick]").first.click()
    page.locator("[name=email]").fill("mau@gmial.com")
    primary(page)
    expect(page.get_by_role("alert")).to_be_focused()
    look(page, "address-email-advice")
    press(page, page.locator("[name=use_email]"))
    ward = "from accounts.models import Ward; Ward.objects.filter(name='Đông Anh', province='01').update(valid_to={})"
    ask(data, ward.format("'2025-06-30'"))
    page.goto(ADDRESS)
    expect(page.locator("main")).to_contain_text("Xã Đông Anh")
    look(page, "address-ward-gone")
    ask(data, ward.format("None"))
