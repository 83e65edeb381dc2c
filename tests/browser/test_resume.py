"""A declaration begun on one phone and gone on with elsewhere, by the way of the app, and for the next person."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.languages import said
from tests.browser.looking import look
from tests.browser.visitors import PageMaker, lose_cookies
from tests.browser.walking import gives_code, press, primary
from tests.running import Portal

pytestmark = pytest.mark.browser

NAME = "Nguyễn Văn Dở"
# Whether each of two browsers runs scripts, and what is read in them.
WAYS = {(False, True, "vi"): "0999000071", (True, False, "vi"): "0999000072", (True, True, "en"): "0999000079"}


def proves(page: Page, portal: Portal, phone: str) -> None:
    """From the page of the phone to wherever the right code leads."""
    page.locator("[name=phone]").fill(phone)
    primary(page)
    gives_code(page, portal, phone)


def says_who(page: Page) -> None:
    page.locator("[name=full_name]").fill(NAME)
    page.locator("[name=bhxh_code]").fill("9900000001")
    page.locator("[name=birth_date]").fill("15/08/1985")
    page.locator("[name=sex][value=male]").check()
    page.locator("[name=id_kind][value=cccd]").check()
    page.locator("[name=id_number]").fill("001085999001")


@pytest.mark.parametrize(("here", "elsewhere", "language"), WAYS)
def test_it_goes_on_elsewhere_and_after_the_session_is_gone(
    portal: Portal, new_page: PageMaker, here: bool, elsewhere: bool, language: str
) -> None:
    phone = WAYS[here, elsewhere, language]
    first = new_page(javascript=here)
    first.goto("/")
    press(first, first.get_by_role("link", name=said(first, "Đăng ký tài khoản"), exact=True))
    first.locator("[name=applicant_kind][value=individual]").check()
    first.locator("summary", has_text=said(first, "Tôi khai giúp")).click()
    first.locator("[name=helper_name]").fill("Đoàn Viên Giúp")
    primary(first)
    expect(first.locator("[name=helper_relation]")).to_have_attribute("aria-invalid", "true")
    look(first, "start-helper-refused")
    first.locator("[name=helper_relation]").select_option("youth")
    primary(first)
    look(first, "phone-of-another")
    proves(first, portal, phone)
    says_who(first)
    lose_cookies(first, but="csrf")
    primary(first)
    expect(first).to_have_url(re.compile(r"/dang-ky/ca-nhan/\?"))
    look(first, "phone-again")
    proves(first, portal, phone)
    expect(first).to_have_url(re.compile("/anh/$"))

    second = new_page(width=1280, javascript=elsewhere)
    second.goto("/dang-ky/ca-nhan/")
    proves(second, portal, phone)
    expect(second).to_have_url(re.compile("/anh/$"))
    expect(second.get_by_role("status").first).to_contain_text(said(second, "Tiếp tục tờ khai bạn làm dở"))
    second.go_back()
    second.reload()
    second.goto("/dang-ky/ca-nhan/thong-tin/")
    expect(second.locator("[name=full_name]")).to_have_value(NAME)
    second.locator("summary", has_text=said(second, "Khai cho người khác")).click()
    press(second, second.locator("[name=new]"))
    expect(second.locator("[name=full_name]")).to_have_value("")
    second.locator("summary", has_text=said(second, "Khai cho người khác")).click()
    look(second, "other-drafts")
    press(second, second.locator("[name=to]"))
    expect(second).to_have_url(re.compile("/anh/$"))
    second.locator("summary", has_text=said(second, "Khai cho người khác")).click()
    press(second, second.locator("[name=leave]"))
    expect(second.locator("main")).not_to_contain_text(NAME)
    second.goto("/dang-ky/ca-nhan/thong-tin/")
    expect(second).to_have_url(re.compile(r"/dang-ky/ca-nhan/\?"))
