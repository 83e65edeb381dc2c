"""Why a session is over, as the login page says it: left alone, and signed out elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.beside import leave_alone, open_accounts
from tests.browser.languages import in_both_languages, said
from tests.browser.looking import look
from tests.browser.people import Holder
from tests.browser.proving import comes_in, is_put_out, signs_out
from tests.browser.visitors import PageMaker
from tests.browser.walking import DEMO_PASSWORD, primary

pytestmark = pytest.mark.browser

AWAY = {"vi": Holder("9900000006"), "en": Holder("9900000026")}
TWICE = {"vi": Holder("9900000009"), "en": Holder("9900000029")}


@pytest.fixture(scope="module", autouse=True)
def accounts(data: Path) -> None:
    open_accounts(data, [holder.code for holder in (*AWAY.values(), *TWICE.values())])


@in_both_languages
def test_left_alone_for_too_long(data: Path, new_page: PageMaker, language: str) -> None:
    page = new_page(javascript=True)
    comes_in(page, AWAY[language])
    leave_alone(data)
    is_put_out(page, "idle")
    look(page, "put-out-idle")
    page.locator("[name=username]").fill(AWAY[language].code)
    page.locator("[name=password]").fill(DEMO_PASSWORD)
    primary(page)
    expect(page.locator("h1")).to_have_text(said(page, "Tài khoản của bạn"))  # on to the page that was asked for


@in_both_languages
def test_signed_out_in_the_same_browser(new_page: PageMaker, language: str) -> None:
    """Two sessions of one device: the second login found the browser's key, but not the first one's session."""
    page = new_page(javascript=True)
    comes_in(page, TWICE[language])
    again = new_page(javascript=True, storage_state=page.context.storage_state())
    again.context.clear_cookies(name="sessionid")
    comes_in(again, TWICE[language])
    signs_out(again)
    expect(again.get_by_role("status")).to_contain_text(said(again, "đã đăng xuất"))
    look(again, "signed-out")
    is_put_out(page, "sign_out")
    look(page, "put-out-signed-out")
