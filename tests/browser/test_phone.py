"""Another phone for the account's codes: the password, a code to the number before, a code to the new one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.beside import end_codes, open_accounts
from tests.browser.languages import in_three_ways, said
from tests.browser.looking import look
from tests.browser.people import Holder
from tests.browser.proving import (
    CODE,
    PHONE_NEW,
    PHONE_OLD,
    comes_in,
    refused,
    refused_code,
)
from tests.browser.visitors import PageMaker
from tests.browser.walking import DEMO_PASSWORD, code_sent, press, primary
from tests.running import Portal

pytestmark = pytest.mark.browser

OWNERS = {(False, "vi"): Holder("9900000013"), (True, "vi"): Holder("9900000014"), (True, "en"): Holder("9900000034")}
NEW_PHONES = {
    (False, "vi"): ("0988000001", "0988000003"),
    (True, "vi"): ("0988000002", "0988000004"),
    (True, "en"): ("0988000011", "0988000014"),
}


@pytest.fixture(scope="module", autouse=True)
def accounts(portal: Portal, data: Path) -> None:
    open_accounts(data, [holder.code for holder in OWNERS.values()])


def fills_in(page: Page, phone: str, password: str = DEMO_PASSWORD) -> None:
    page.locator("[name=phone]").fill(phone)
    page.locator("[name=password]").fill(password)


@in_three_ways
def test_another_phone_number_with_a_code_to_each(
    portal: Portal, data: Path, new_page: PageMaker, javascript: bool, language: str
) -> None:
    owner, (given_up, new_phone) = OWNERS[javascript, language], NEW_PHONES[javascript, language]
    page = new_page(javascript=javascript)
    comes_in(page, owner)
    page.goto("/tai-khoan/")
    press(page, page.get_by_role("link", name=said(page, "Đổi số điện thoại")))
    slips_at_the_first_page(page, owner)
    fills_in(page, given_up)
    primary(page)
    look(page, "phone-old-code")
    refused_code(page, "phone-old-code-wrong", "000000")
    page.locator(CODE).fill(code_sent(portal, PHONE_OLD, to=owner.phone))
    primary(page)
    expect(page).to_have_url(re.compile("/ma-so-moi/"))
    look(page, "phone-new-code")
    end_codes(data, given_up)
    page.locator(CODE).fill("000000")
    refused(page, "phone-new-code-expired", says="hết hạn")
    press(page, page.get_by_role("button", name=said(page, "Không đổi số nữa")))
    expect(page.get_by_role("status")).to_contain_text(said(page, "Không có gì thay đổi"))
    changes(page, portal, owner, new_phone)


def slips_at_the_first_page(page: Page, owner: Holder) -> None:
    look(page, "phone-change")
    refused(page, "phone-change-empty")
    for phone, password, name in (
        ("12345", DEMO_PASSWORD, "unreadable"),
        (owner.phone, DEMO_PASSWORD, "same"),
        (owner.phone, "sai", "wrong-password"),
    ):
        fills_in(page, phone, password)
        refused(page, f"phone-change-{name}")


def changes(page: Page, portal: Portal, owner: Holder, new_phone: str) -> None:
    """Once more, to the end; both numbers are told."""
    page.goto("/tai-khoan/dien-thoai/")
    fills_in(page, new_phone)
    primary(page)
    for purpose, phone in ((PHONE_OLD, owner.phone), (PHONE_NEW, new_phone)):
        page.locator(CODE).fill(code_sent(portal, purpose, to=phone))
        primary(page)
    expect(page.get_by_role("status")).to_contain_text(said(page, "Đã đổi số nhận mã"))
    expect(page.locator("main")).to_contain_text(new_phone[-3:])
    look(page, "phone-changed")
    for told in (owner.phone, new_phone):
        portal.text(rf"{owner.code} vua doi so nhan ma sang so co ba so cuoi {new_phone[-3:]}", to=told)
    too_often(page)


def too_often(page: Page) -> None:
    """The third change of a day is the last."""
    for number in ("0988000005", "0988000006"):
        page.goto("/tai-khoan/dien-thoai/")
        fills_in(page, number)
        with page.expect_response(lambda answer: answer.status in (302, 429)) as answered:
            primary(page)
    assert answered.value.status == 429
    look(page, "phone-change-too-often")
