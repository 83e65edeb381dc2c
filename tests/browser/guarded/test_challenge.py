"""The login where one address has tried a lot: the browser works for it, or its visitor waits."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.beside import open_accounts, try_a_hundred_times
from tests.browser.languages import in_both_languages, said
from tests.browser.looking import look
from tests.browser.people import Holder
from tests.browser.proving import refused
from tests.browser.visitors import PageMaker
from tests.browser.walking import DEMO_PASSWORD, primary, sign_in

pytestmark = pytest.mark.browser

WAITING = Holder("9900000012")
WORKING = {"vi": Holder("9900000011"), "en": Holder("9900000031")}
GUESSED = {"vi": Holder("9900000013"), "en": Holder("9900000033")}
BUSY = "203.0.113.7"
FROM_THERE = {"X-Forwarded-For": BUSY}
WAIT = 10_500  # ms


@pytest.fixture(scope="module", autouse=True)
def a_busy_address(data: Path) -> None:
    open_accounts(data, [holder.code for holder in (WAITING, *WORKING.values(), *GUESSED.values())])
    try_a_hundred_times(data, BUSY)


@in_both_languages
def test_with_javascript_it_is_solved_meanwhile(new_page: PageMaker, language: str) -> None:
    page = new_page(javascript=True, extra_http_headers=FROM_THERE)
    page.goto("/dang-nhap/")
    expect(page.locator("[data-challenge-said]")).to_contain_text(said(page, "Đã kiểm tra xong"))
    look(page, "login-challenge-done")
    sign_in(page, WORKING[language].code, DEMO_PASSWORD)  # pressed before the work is done, perhaps
    expect(page).to_have_url(re.compile("/the-bhyt/"))


@pytest.mark.parametrize("language", ["en"])  # in Vietnamese below
def test_without_javascript_one_is_told_to_wait(new_page: PageMaker) -> None:
    is_told_to_wait(new_page(extra_http_headers=FROM_THERE))


def is_told_to_wait(page: Page) -> None:
    sign_in(page, WAITING.code, DEMO_PASSWORD)
    expect(page.get_by_role("alert")).to_contain_text(said(page, "chờ 10 giây"))
    look(page, "login-challenge-too-soon")


def test_without_javascript_one_waits(new_page: PageMaker) -> None:
    page = new_page(extra_http_headers=FROM_THERE)
    is_told_to_wait(page)
    page.locator("[name=password]").fill(DEMO_PASSWORD)
    page.wait_for_timeout(WAIT)
    primary(page)
    expect(page).to_have_url(re.compile("/the-bhyt/"))


@in_both_languages
def test_at_the_desk_too(new_page: PageMaker) -> None:
    page = new_page(width=1280, javascript=True, extra_http_headers=FROM_THERE)
    page.goto("/admin/login/")
    expect(page.locator("[data-challenge-said]")).to_contain_text(said(page, "Đã kiểm tra xong"))
    look(page, "admin-login-challenge", is_desk=True)


@in_both_languages
def test_elsewhere_nothing_is_asked_for_but_an_account_is_locked(new_page: PageMaker, language: str) -> None:
    page = new_page(javascript=True, extra_http_headers={"X-Forwarded-For": "203.0.113.8"})
    for _try in range(5):
        sign_in(page, GUESSED[language].code, "sai")
    expect(page.locator("[data-challenge]")).to_have_count(0)
    page.locator("[name=password]").fill(DEMO_PASSWORD)
    with page.expect_response(lambda answer: answer.status == 429):
        refused(page, "login-too-many", says="15 phút")
