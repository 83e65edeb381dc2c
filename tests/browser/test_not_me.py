"""A stranger takes the account over; its owner says «Không phải tôi» and has it back, by hand and by keyboard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.beside import open_accounts
from tests.browser.keyboard import Keyboard, signs_in
from tests.browser.languages import in_three_ways, said
from tests.browser.looking import look
from tests.browser.people import Holder
from tests.browser.proving import (
    CODE,
    OTHER_PHONE,
    RESET,
    TAKE_OVER,
    chooses_password,
    comes_in,
    is_put_out,
    takes_over,
)
from tests.browser.visitors import PageMaker
from tests.browser.walking import DEMO_PASSWORD, NEW_PASSWORD, code_sent, press, primary, sign_in
from tests.running import Portal

pytestmark = pytest.mark.browser

OWNERS = {
    (False, "vi"): Holder("9900000003"),
    (True, "vi"): Holder("9900000005"),
    (True, "en"): Holder("9900000025"),
}
TYPING = Holder("9900000006")


@pytest.fixture(scope="module", autouse=True)
def accounts(portal: Portal, data: Path) -> None:
    open_accounts(data, [holder.code for holder in (*OWNERS.values(), TYPING)])


@in_three_ways
def test_the_owner_locks_the_stranger_out(portal: Portal, new_page: PageMaker, javascript: bool, language: str) -> None:
    owner = OWNERS[javascript, language]
    first = new_page(javascript=javascript)
    comes_in(first, owner)
    second = new_page(javascript=javascript, user_agent=OTHER_PHONE)
    takes_over(second, portal, owner)

    why = is_put_out(first, "take_over")
    expect(why).to_contain_text(said(first, "Chrome trên Android"))
    look(first, "put-out-taken-over")
    other_tab = first.context.new_page()
    other_tab.goto("/dang-nhap/")
    press(first, first.get_by_role("button", name=said(first, "Không phải tôi")))
    expect(first).to_have_url(re.compile("/quen-mat-khau/ma/"))
    expect(first.get_by_role("status")).to_contain_text(said(first, "Đã khóa tài khoản"))
    look(first, "disputed")
    press(other_tab, other_tab.get_by_role("button", name=said(other_tab, "Không phải tôi")))
    expect(other_tab).to_have_url(re.compile("/quen-mat-khau/ma/"))
    expect(other_tab.get_by_role("status")).to_have_count(0)
    look(other_tab, "disputed-once-more")

    is_locked_out(second, owner)
    does_not_set_the_password_before(first, portal, owner)
    chooses_password(first, NEW_PASSWORD)
    expect(first).to_have_url(re.compile("/dang-nhap/"))
    expect(first.get_by_role("status")).to_contain_text(said(first, "Tài khoản đã mở khóa"))
    look(first, "login-after-reset")
    comes_in(first, owner, NEW_PASSWORD)
    sees_it_in_the_history(first)


def is_locked_out(page: Page, owner: Holder) -> None:
    """At the next page, and with the password that was right before."""
    is_put_out(page, "dispute")
    look(page, "put-out-disputed")
    sign_in(page, owner.code, DEMO_PASSWORD)
    expect(page.get_by_role("alert")).to_contain_text(said(page, "Không phải tôi"))
    look(page, "login-locked")


def does_not_set_the_password_before(page: Page, portal: Portal, owner: Holder) -> None:
    """A stranger knows it."""
    expect(page.locator("main")).to_contain_text(said(page, "Mã gửi tới số"))
    page.locator(CODE).fill(code_sent(portal, RESET, to=owner.phone))
    primary(page)
    chooses_password(page, DEMO_PASSWORD)
    expect(page.get_by_role("alert")).to_contain_text(said(page, "phải khác mật khẩu đang dùng"))
    look(page, "reset-password-same")


def sees_it_in_the_history(page: Page) -> None:
    page.goto("/tai-khoan/")
    look(page, "account-recovered")
    press(page, page.get_by_role("link", name=said(page, "Xem mọi việc")))
    told = ["Đăng nhập", "mở khóa", "Đặt lại mật khẩu", "Không phải tôi", "Chrome trên Android", "Đăng nhập"]
    expect(page.locator("[data-step]")).to_contain_text([said(page, words) for words in told])
    look(page, "account-steps")


def test_with_the_keyboard_alone(portal: Portal, new_page: PageMaker) -> None:
    first = Keyboard(new_page(width=1280, javascript=True))
    first.page.goto("/dang-nhap/")
    signs_in(first, TYPING.code, DEMO_PASSWORD)
    second = Keyboard(new_page(width=1280, javascript=True, user_agent=OTHER_PHONE))
    second.page.goto("/dang-nhap/")
    signs_in(second, TYPING.code, DEMO_PASSWORD)
    second.go_on()
    second.write(CODE, code_sent(portal, TAKE_OVER, to=TYPING.phone))
    second.enter()
    first.go_to(".nav a[href='/tai-khoan/']")
    first.enter()
    first.go_to("[data-put-out] button.button--danger")
    first.enter()
    second.go_to(".nav a[href='/tai-khoan/']")
    second.enter()
    expect(second.page.locator("[data-put-out=dispute]")).to_be_visible()
    first.write(CODE, code_sent(portal, RESET, to=TYPING.phone))
    first.enter()
    first.write("[name=new_password1]", NEW_PASSWORD)
    first.write("[name=new_password2]", NEW_PASSWORD)
    first.go_on()
    signs_in(first, TYPING.code, NEW_PASSWORD)
    expect(first.page).to_have_url(re.compile("/the-bhyt/"))
