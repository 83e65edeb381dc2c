"""An authenticator app of a clinic desk and of an officer: set up, asked for, and a printed code instead of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.accounts.authenticators import App
from tests.browser.beside import forget_second_factors
from tests.browser.languages import in_both_languages, in_three_ways, said
from tests.browser.looking import look
from tests.browser.proving import CODE, OTHER_PHONE, codes_on, refused, refused_code, scanned, sets_up, signs_out
from tests.browser.visitors import PageMaker
from tests.browser.walking import DEMO_PASSWORD, press, primary, sign_in

pytestmark = pytest.mark.browser

CLINICS = {False: "01020_QL", True: "01020_BV"}
OFFICERS = {False: "canbobhxh", True: "canbo"}
WRONG = "000000"
A_MOMENT = 1100  # ms: the wait after one wrong code


@pytest.fixture(autouse=True)
def nobody_has_one(data: Path, language: str) -> None:
    """The run in English begins with the accounts that those before it have set up."""
    if language == "en":
        forget_second_factors(data)


@in_three_ways
def test_a_clinic_desk(new_page: PageMaker, javascript: bool) -> None:
    login = CLINICS[javascript]
    first = new_page(javascript=javascript)
    sign_in(first, login, DEMO_PASSWORD)
    app, codes = sets_up_with_slips(first)
    press(first, first.locator("[data-primary]"))
    expect(first).to_have_url(re.compile("/co-so-kcb/"))
    signs_out(first)
    sign_in(first, login, DEMO_PASSWORD)
    asked_with_slips(first)
    first.locator(CODE).fill(app.code(steps=1))
    primary(first)
    expect(first).to_have_url(re.compile("/co-so-kcb/"))

    second = new_page(javascript=javascript, user_agent=OTHER_PHONE)
    sign_in(second, login, DEMO_PASSWORD)
    second.locator(CODE).fill(codes[0])
    primary(second)
    expect(second).to_have_url(re.compile("/co-so-kcb/"))
    first.goto("/co-so-kcb/")
    expect(first.locator("[data-put-out=crowded]")).to_be_visible()
    look(first, "put-out-crowded")


def sets_up_with_slips(page: Page) -> tuple[App, list[str]]:
    expect(page).to_have_url(re.compile("/xac-thuc-hai-buoc/"))
    look(page, "enrol")
    refused(page, "enrol-empty")
    app = scanned(page)
    refused_code(page, "enrol-wrong", WRONG)
    page.wait_for_timeout(A_MOMENT)
    page.locator(CODE).fill(app.lasting_code())
    primary(page)
    look(page, "enrol-sheet")
    return app, codes_on(page)


def asked_with_slips(page: Page) -> None:
    expect(page).to_have_url(re.compile("/dang-nhap/xac-thuc/"))
    look(page, "second-factor")
    refused(page, "second-factor-empty")
    page.locator(CODE).fill(WRONG)
    primary(page)
    page.locator(CODE).fill(WRONG)
    with page.expect_response(lambda answer: answer.status == 429):
        primary(page)
    look(page, "second-factor-too-soon")
    page.wait_for_timeout(A_MOMENT)
    refused_code(page, "second-factor-wrong", WRONG)
    page.wait_for_timeout(2 * A_MOMENT)


@in_three_ways
def test_an_officer(new_page: PageMaker, javascript: bool) -> None:
    login = OFFICERS[javascript]
    page = new_page(width=1280, javascript=javascript)
    at_the_desk(page, login)
    look(page, "enrol-officer")
    app, codes = sets_up(page)
    press(page, page.locator("[data-primary]"))
    expect(page).to_have_url(re.compile("/admin/$"))
    signs_out(page)
    look(page, "admin-signed-out", is_desk=True)
    at_the_desk(page, login)
    expect(page.locator(".errorlist")).to_contain_text(said(page, "Nhập mã"))
    look(page, "admin-login-code-missing", is_desk=True)
    at_the_desk(page, login, app.code(steps=1))
    expect(page).to_have_url(re.compile("/admin/$"))
    signs_out(page)
    at_the_desk(page, login, "k7mq-r3xb-t9fh")
    look(page, "admin-login-code-wrong", is_desk=True)
    at_the_desk(page, login, codes[0])
    expect(page).to_have_url(re.compile("/admin/$"))


def at_the_desk(page: Page, login: str, code: str = "") -> None:
    page.goto("/admin/login/")
    page.locator("[name=username]").fill(login)
    page.locator("[name=password]").fill(DEMO_PASSWORD)
    page.locator("[name=otp_token]").fill(code)
    primary(page)


@in_both_languages
def test_an_administrator_takes_one_away(new_page: PageMaker) -> None:
    officer = new_page(width=1280)
    at_the_desk(officer, "canbokhac")
    sets_up(officer)
    page = new_page(width=1280, javascript=True)
    at_the_desk(page, "quantri")
    sets_up(page)
    page.goto("/admin/otp_totp/totpdevice/")
    look(page, "authenticators", is_desk=True)
    press(page, page.get_by_role("link", name=said(page, "Đặt lại của canbokhac")))
    look(page, "authenticator-reset", is_desk=True)
    refused(page, "authenticator-reset-refused", says="lý do")
    page.locator("[name=reason]").select_option("lost_phone")
    primary(page)
    expect(page.locator(".messagelist")).to_contain_text("canbokhac")
    look(page, "authenticators-after", is_desk=True)
    at_the_desk(officer, "canbokhac")
    expect(officer).to_have_url(re.compile("/xac-thuc-hai-buoc/"))
