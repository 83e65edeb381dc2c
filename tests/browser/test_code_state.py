"""The page that waits for a code tells how far the message is: by itself where scripts run, by a link where not."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.browser.languages import in_both_languages, in_three_ways, said
from tests.browser.looking import look
from tests.browser.visitors import PageMaker
from tests.browser.walking import REGISTER, code_sent, primary
from tests.running import Portal

pytestmark = pytest.mark.browser

WORKER_HAS = 20_000  # ms


@contextmanager
def nobody_sends(portal: Portal) -> Iterator[None]:
    worker = portal.child("worker")
    os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker, signal.SIGCONT)


def asks_for_a_code(page: Page, phone: str) -> None:
    page.goto("/dang-ky/ca-nhan/")
    page.locator("[name=phone]").fill(phone)
    primary(page)


@in_both_languages
def test_with_scripts_the_page_learns_by_itself_that_the_message_has_arrived(
    portal: Portal, new_page: PageMaker, language: str
) -> None:
    page, loads = new_page(javascript=True), []
    with nobody_sends(portal):
        asks_for_a_code(page, f"09123456{21 if language == 'en' else 11}")
        page.on("domcontentloaded", lambda loaded: loads.append(loaded.url))
        expect(page.locator("[data-way=sending]")).to_be_visible()
        expect(page.locator("[data-code-look]")).to_be_hidden()
        look(page, "code-sending")
        page.locator("[name=code]").fill("12")
        wait = int(page.locator("[data-wait]").inner_text())
        page.wait_for_timeout(2500)
        assert int(page.locator("[data-wait]").inner_text()) < wait
    expect(page.locator("[data-way=received]")).to_be_visible(timeout=WORKER_HAS)
    expect(page.locator("[data-way=sending]")).to_have_count(0)
    expect(page.locator("[name=code]")).to_have_value("12")  # nothing that was typed is lost
    assert loads == []
    look(page, "code-received")


def test_without_scripts_a_link_shows_the_page_anew(portal: Portal, new_page: PageMaker) -> None:
    page = new_page(javascript=False)
    with nobody_sends(portal):
        asks_for_a_code(page, "0912345612")
        expect(page.locator("[data-way=sending]")).to_be_visible()
    code_sent(portal, REGISTER, to="0912345612")
    expect(page.locator("[data-way=sending]")).to_be_visible()
    page.locator("[data-code-look] a").click()
    expect(page.locator("[data-way=received]")).to_be_visible()


@in_three_ways
def test_help_is_one_tap_away_on_the_page_itself(new_page: PageMaker, javascript: bool, language: str) -> None:
    page = new_page(javascript=javascript)
    asks_for_a_code(page, f"0912345{622 if language == 'en' else 613 + javascript}")
    steps = page.get_by_text(said(page, "Xem máy có sóng không."))
    expect(steps).to_be_hidden()
    page.get_by_text(said(page, "Cách xử lý khi không thấy tin")).click()
    expect(steps).to_be_visible()
    look(page, "code-help")
    page.locator("main").get_by_role("link", name=said(page, "Tin nhắn của chúng tôi")).click()
    expect(page.locator("#chua-nhan-duoc")).to_be_in_viewport()
    page.go_back()
    expect(page.locator("[name=code]")).to_be_visible()
