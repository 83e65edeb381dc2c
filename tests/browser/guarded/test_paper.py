"""A sheet of printed codes: it stands in for a lost phone, at the take-over and at the change of number."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.beside import open_accounts
from tests.browser.languages import in_both_languages, in_three_ways, said
from tests.browser.looking import look
from tests.browser.people import Holder
from tests.browser.proving import (
    CODE,
    OTHER_PHONE,
    PAPER,
    PHONE_NEW,
    codes_on,
    comes_in,
    refused,
    refused_code,
)
from tests.browser.visitors import PageMaker
from tests.browser.walking import DEMO_PASSWORD, code_sent, press, primary, sign_in
from tests.running import Portal

pytestmark = pytest.mark.browser

OWNERS = {
    (False, "vi"): Holder("9900000003"),
    (True, "vi"): Holder("9900000004"),
    (True, "en"): Holder("9900000024"),
}
GUESSED = {"vi": Holder("9900000002"), "en": Holder("9900000022")}  # the first has an account already
NEW_PHONES = {(False, "vi"): "0988000001", (True, "vi"): "0988000002", (True, "en"): "0988000003"}


@pytest.fixture(scope="module", autouse=True)
def accounts(portal: Portal, data: Path) -> None:
    open_accounts(data, [holder.code for holder in (*OWNERS.values(), *GUESSED.values())])


@in_three_ways
def test_printed_codes_stand_in_for_a_lost_phone(
    portal: Portal, new_page: PageMaker, javascript: bool, language: str
) -> None:
    owner = OWNERS[javascript, language]
    first = new_page(javascript=javascript)
    comes_in(first, owner)
    codes = prints_a_sheet(first, portal, owner)
    second = new_page(javascript=javascript, user_agent=OTHER_PHONE)
    sign_in(second, owner.code, DEMO_PASSWORD)
    look(second, "take-over-with-paper")
    press(second, second.get_by_role("link", name=said(second, "Dùng mã dự phòng")))
    look(second, "take-over-by-paper")
    refused(second, "take-over-by-paper-empty")
    refused_code(second, "take-over-by-paper-wrong", "k7mq-r3xb-t9fh")
    second.locator(CODE).fill(f" {codes[0].upper().replace('-', ' ')} ")
    primary(second)
    expect(second).to_have_url(re.compile("/the-bhyt/"))
    assert not [row for row in portal.inbox() if "la ma chuyen thiet bi" in row["text"]]
    gives_up_the_lost_number(second, portal, codes, NEW_PHONES[javascript, language])


def prints_a_sheet(page: Page, portal: Portal, owner: Holder) -> list[str]:
    """With the password and a code to the phone."""
    page.goto("/tai-khoan/")
    press(page, page.get_by_role("link", name=said(page, "Mã dự phòng")))
    look(page, "recovery-codes-none")
    primary(page)
    look(page, "recovery-codes-proofs")
    refused(page, "recovery-codes-empty")
    code = code_sent(portal, PAPER, to=owner.phone)
    for password, typed, name in (("sai", code, "wrong-password"), (DEMO_PASSWORD, "12345", "wrong-code")):
        page.locator("[name=password]").fill(password)
        page.locator(CODE).fill(typed)
        refused(page, f"recovery-codes-{name}")
    page.locator("[name=password]").fill(DEMO_PASSWORD)
    page.locator(CODE).fill(code)
    primary(page)
    codes = codes_on(page)
    look(page, "recovery-codes-sheet")
    press(page, page.locator("[data-primary]"))
    page.goto("/tai-khoan/ma-du-phong/")
    expect(page.locator("[data-left]")).to_contain_text("10")
    expect(page.locator("main")).not_to_contain_text(codes[0])
    look(page, "recovery-codes-some")
    return codes


def gives_up_the_lost_number(page: Page, portal: Portal, codes: list[str], number: str) -> None:
    """Another code of the sheet instead of the one to the number before."""
    page.goto("/tai-khoan/dien-thoai/")
    page.locator("[name=phone]").fill(number)
    page.locator("[name=password]").fill(DEMO_PASSWORD)
    primary(page)
    press(page, page.get_by_role("link", name=said(page, "Mất số cũ")))
    look(page, "phone-by-paper")
    refused(page, "phone-by-paper-empty")
    page.locator(CODE).fill(codes[0])
    refused(page, "phone-by-paper-used", says="đã dùng rồi")
    page.locator(CODE).fill(codes[1])
    primary(page)
    page.locator(CODE).fill(code_sent(portal, PHONE_NEW, to=number))
    primary(page)
    expect(page.get_by_role("status")).to_contain_text(said(page, "Đã đổi số nhận mã"))


@in_both_languages
def test_the_sixth_wrong_code_has_to_wait(new_page: PageMaker, language: str) -> None:
    first = new_page()
    comes_in(first, GUESSED[language])
    page = new_page(javascript=True, user_agent=OTHER_PHONE)
    sign_in(page, GUESSED[language].code, DEMO_PASSWORD)
    page.goto("/dang-nhap/chuyen-thiet-bi/ma-du-phong/")
    for _try in range(5):
        page.locator(CODE).fill("k7mq-r3xb-t9fh")
        primary(page)
    page.locator(CODE).fill("k7mq-r3xb-t9fh")
    with page.expect_response(lambda answer: answer.status == 429):
        refused(page, "take-over-by-paper-too-many", says="15 phút")
