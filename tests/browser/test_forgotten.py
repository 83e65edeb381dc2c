"""A forgotten password: from the login page to the card, by hand and by keyboard, and what may go wrong on the way."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.beside import end_codes, open_accounts
from tests.browser.keyboard import Keyboard
from tests.browser.languages import in_both_languages, in_three_ways, said
from tests.browser.looking import look
from tests.browser.people import Holder
from tests.browser.proving import CODE, RESET, chooses_password, refused, refused_code, signs_out
from tests.browser.visitors import PageMaker, lose_cookies
from tests.browser.walking import DEMO_PASSWORD, NEW_PASSWORD, code_sent, press, primary
from tests.running import Portal

pytestmark = pytest.mark.browser

QUICK, TYPING = Holder("9900000009"), Holder("9900000012")
UNHURRIED = {"vi": Holder("9900000011"), "en": Holder("9900000031")}
NOBODY = "9900009999"
A_MINUTE = 60  # seconds
PAGES = ["/dang-nhap/", "/quen-mat-khau/", "/quen-mat-khau/ma/", "/quen-mat-khau/mat-khau-moi/"]


@pytest.fixture(scope="module", autouse=True)
def accounts(portal: Portal, data: Path) -> None:
    open_accounts(data, [owner.code for owner in (QUICK, TYPING, *UNHURRIED.values())])


def stands_at(page: Page, path: str) -> None:
    expect(page).to_have_url(re.compile(f"{path}$"))


def forgets(page: Page, name: str) -> None:
    """From the login page to the one that asks for the code."""
    page.goto("/dang-nhap/")
    press(page, page.get_by_role("link", name=said(page, "Quên mật khẩu")))
    page.locator("[name=username]").fill(name)
    primary(page)
    stands_at(page, "/quen-mat-khau/ma/")


def test_from_the_login_page_to_the_card_within_a_minute(portal: Portal, new_page: PageMaker, walks: list[str]) -> None:
    """Four taps on four pages, what is typed aside; timed without JavaScript, as the SMS arrives."""
    page = new_page(javascript=False)
    seen, taps, typed = [], 0, ""

    def at(path: str, answers: dict[str, str], tap: str) -> None:
        nonlocal taps, typed
        stands_at(page, path)
        seen.append(path)
        for name, answer in answers.items():
            page.locator(f"[name={name}]").fill(answer)
            typed += answer
        press(page, page.locator(tap))
        taps += 1

    page.goto("/dang-nhap/")
    started = time.monotonic()
    pair = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    at("/dang-nhap/", {}, "main a[href='/quen-mat-khau/']")
    at("/quen-mat-khau/", {"username": QUICK.code}, "[data-primary]")
    at("/quen-mat-khau/ma/", {"code": code_sent(portal, RESET, to=QUICK.phone)}, "[data-primary]")
    at("/quen-mat-khau/mat-khau-moi/", pair, "[data-primary]")
    stands_at(page, "/the-bhyt/")
    took = time.monotonic() - started
    assert (seen, taps) == (PAGES, 4)
    assert took < A_MINUTE
    walks.append(f"forgotten password to the card: {taps} taps, {len(typed)} characters, {took:.1f} s by machine")


@in_three_ways
def test_pages_and_slips_on_the_way(
    portal: Portal, data: Path, new_page: PageMaker, javascript: bool, language: str
) -> None:
    owner = UNHURRIED[language]
    page = new_page(javascript=javascript)
    page.goto("/quen-mat-khau/")
    look(page, "reset")
    refused(page, "reset-empty")
    forgets(page, owner.code)
    look(page, "reset-code")
    refused(page, "reset-code-empty")
    refused_code(page, "reset-code-wrong", "12345")
    press(page, page.locator("[name=resend]"))
    expect(page.locator("main")).to_contain_text(said(page, "Chờ"))
    look(page, "reset-code-too-soon")
    code = code_sent(portal, RESET, to=owner.phone)
    page.route("**/tin-nhan/ma/**", lambda route: route.abort("connectionreset"))  # or the page leads on by itself
    end_codes(data, owner.phone)
    page.locator(CODE).fill(code)
    refused(page, "reset-code-expired", says="hết hạn")
    page.unroute("**/tin-nhan/ma/**")
    press(page, page.locator("[name=resend]"))
    page.locator(CODE).fill(newer_code(portal, owner, than=code))
    primary(page)
    look(page, "reset-password")
    refused(page, "reset-password-empty")
    for first, second, name in (
        ("12345678", "12345678", "common"),
        (NEW_PASSWORD, "khác", "differs"),
    ):
        page.locator("[name=new_password1]").fill(first)
        page.locator("[name=new_password2]").fill(second)
        refused(page, f"reset-password-{name}")
    chooses_password(page, DEMO_PASSWORD)  # the one before: whoever remembers it only wanted the lock opened
    stands_at(page, "/the-bhyt/")
    expect(page.get_by_role("status")).to_contain_text(said(page, "Đã đặt mật khẩu mới"))
    look(page, "card-after-reset")
    signs_out(page)  # the same account forgets again in the next run


def newer_code(portal: Portal, owner: Holder, *, than: str) -> str:
    deadline = time.monotonic() + 20
    while (code := code_sent(portal, RESET, to=owner.phone)) == than and time.monotonic() < deadline:
        time.sleep(0.2)
    return code


@in_both_languages
def test_a_name_nobody_has_gets_the_same_pages_and_then_has_to_wait(new_page: PageMaker, language: str) -> None:
    page, nobody = new_page(javascript=True), {"vi": NOBODY, "en": NOBODY.replace("9999", "7777")}[language]
    for _time in range(5):
        forgets(page, nobody)
        lose_cookies(page)
    page.goto("/quen-mat-khau/")
    page.locator("[name=username]").fill(nobody)
    with page.expect_response(lambda answer: answer.status == 429):
        refused(page, "reset-too-many", says="phút")


def test_a_page_left_open_until_it_was_over(new_page: PageMaker) -> None:
    page = new_page(javascript=True)
    forgets(page, NOBODY.replace("9999", "8888"))
    lose_cookies(page)
    for path in ("/quen-mat-khau/ma/", "/quen-mat-khau/mat-khau-moi/"):
        page.goto(path)
        stands_at(page, "/quen-mat-khau/")


def test_with_the_keyboard_alone(portal: Portal, new_page: PageMaker) -> None:
    page = new_page(width=1280, javascript=True)
    keyboard = Keyboard(page)
    page.goto("/dang-nhap/")
    keyboard.go_to("main a[href='/quen-mat-khau/']")
    keyboard.enter()
    keyboard.go_on()
    assert keyboard.stands_on(".error-summary")
    keyboard.write("[name=username]", TYPING.code)
    keyboard.enter()
    keyboard.write(CODE, code_sent(portal, RESET, to=TYPING.phone))
    keyboard.enter()
    keyboard.write("[name=new_password1]", NEW_PASSWORD)
    keyboard.write("[name=new_password2]", NEW_PASSWORD)
    keyboard.go_on()
    stands_at(page, "/the-bhyt/")
