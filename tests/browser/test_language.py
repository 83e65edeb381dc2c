"""The button that changes the language, by keyboard: where it stands, that it stays on the page, and the way back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.keyboard import Keyboard
from tests.browser.languages import vietnamese_left
from tests.browser.visitors import PageMaker
from tests.browser.walking import DEMO_PASSWORD, sign_in, sign_in_at_the_desk

pytestmark = pytest.mark.browser

BUTTON = "[name=language]"
QUEUE = "/admin/registration/declaration/"


def reads_english_and_vietnamese_again(page: Page, path: str, *, place: str) -> None:
    hands = Keyboard(page)
    page.goto(path)
    for language, other in (("en", "Tiếng Việt"), ("vi", "English")):
        hands.go_to(f"{place} {BUTTON}")
        hands.enter()
        assert page.url.endswith(path)
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator(BUTTON)).to_have_text(other)
        assert bool(vietnamese_left(page)) == (language == "vi")


@pytest.mark.parametrize("javascript", [False, True])
def test_a_visitor_finds_it_at_the_top(new_page: PageMaker, javascript: bool) -> None:
    page = new_page(javascript=javascript)
    reads_english_and_vietnamese_again(page, "/tin-nhan/", place=".masthead")
    brand, button = page.locator(".brand").bounding_box(), page.locator(BUTTON).bounding_box()
    assert brand["y"] <= button["y"] < brand["y"] + brand["height"], "it has a row of its own"


def test_whoever_is_signed_in_finds_it_at_the_foot(new_page: PageMaker) -> None:
    page = new_page(javascript=True)
    sign_in(page, "01020_BV", DEMO_PASSWORD)
    reads_english_and_vietnamese_again(page, "/co-so-kcb/", place=".footer")


def test_an_officer_finds_it_before_the_login(new_page: PageMaker) -> None:
    page = new_page(width=1280, javascript=True)
    reads_english_and_vietnamese_again(page, "/admin/login/", place="#user-tools")


def test_an_officer_finds_it_among_the_tools_and_keeps_the_list(new_page: PageMaker) -> None:
    page = new_page(width=1280, javascript=True)
    sign_in_at_the_desk(page, "canbo")
    reads_english_and_vietnamese_again(
        page, "/admin/registration/declaration/?tinh-trang=supplement", place="#user-tools"
    )
