"""The way back by the phone's own button, which no page of ours draws."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitors import PageMaker
from tests.browser.walking import at_the_photos, pick, press, primary
from tests.registration.pictures import id_back_bytes, id_front_bytes, portrait_bytes
from tests.running import Portal

pytestmark = pytest.mark.browser

PHONE = "0977000008"
ADDRESS = "/dang-ky/ca-nhan/dia-chi/"


def goes_on(page: Page, where: str) -> None:
    primary(page)
    expect(page).to_have_url(re.compile(f"{where}$"))


def test_back_leads_to_pages_and_never_to_a_warning_of_the_browser(portal: Portal, new_page: PageMaker) -> None:
    """Past an answer that was refused, and past a list that a button filled."""
    page = new_page(javascript=True)
    at_the_photos(page, portal, PHONE)
    primary(page)
    expect(page.get_by_role("alert")).to_be_visible()
    for name, data in {"portrait": portrait_bytes(), "id_front": id_front_bytes(), "id_back": id_back_bytes()}.items():
        pick(page, name, data)
    goes_on(page, "/thong-tin/")
    page.go_back()
    expect(page.locator(".photo-slot img")).to_have_count(3)

    page.goto(ADDRESS)
    page.locator("[name=province]").select_option("01")
    press(page, page.locator("[name=choose_province]"))
    page.locator("[name=ward]").select_option("00004")
    page.locator("[name=address]").fill("Số 12")
    page.locator("[name=office]").select_option("00101")
    goes_on(page, "/thong-tin/")
    page.go_back()
    expect(page.locator("[name=address]")).to_have_value("Số 12")
    expect(page.locator("[name=ward]")).to_have_value("00004")


def test_back_leads_to_the_page_of_the_code_after_a_wrong_one(new_page: PageMaker) -> None:
    page = new_page(javascript=True)
    page.goto("/dang-ky/ca-nhan/")
    page.locator("[name=phone]").fill("0977000009")
    primary(page)
    page.locator("[name=code]").fill("000000")
    primary(page)
    expect(page.locator("[name=code]")).to_have_attribute("aria-invalid", "true")
    press(page, page.locator("main").get_by_role("link", name="Tin nhắn của chúng tôi"))
    page.go_back()
    expect(page.locator("[name=code]")).to_be_visible()
