"""The steps that prove an account is one's own: codes to its phone, a printed sheet, an authenticator app."""

from __future__ import annotations

import re
from base64 import b32decode

from playwright.sync_api import Locator, Page, expect

from tests.accounts.authenticators import App
from tests.browser.languages import said
from tests.browser.looking import look
from tests.browser.people import Holder
from tests.browser.walking import DEMO_PASSWORD, code_sent, press, primary, sign_in
from tests.running import Portal

TAKE_OVER, RESET = "chuyen thiet bi", "dat lai mat khau"
PHONE_OLD, PHONE_NEW = "bo so nay khoi", "dung so nay cho"
PAPER = "tao ma du phong"
OTHER_PHONE = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/124.0.0.0 Mobile Safari/537.36"
CODE = "[name=code]"


def refused(page: Page, name: str, *, says: str = "") -> None:
    """The main button is pressed in vain; the page says why, and is as good a page as any."""
    primary(page)
    expect(page.get_by_role("alert")).to_contain_text(said(page, says) if says else "")
    look(page, name)


def refused_code(page: Page, name: str, typed: str) -> None:
    page.locator(CODE).fill(typed)
    refused(page, name)
    expect(page.locator(CODE)).to_have_attribute("aria-invalid", "true")


def comes_in(page: Page, holder: Holder, password: str = DEMO_PASSWORD) -> None:
    sign_in(page, holder.code, password)
    expect(page).to_have_url(re.compile("/the-bhyt/"))


def takes_over(page: Page, portal: Portal, holder: Holder, password: str = DEMO_PASSWORD) -> None:
    sign_in(page, holder.code, password)
    expect(page).to_have_url(re.compile("/dang-nhap/chuyen-thiet-bi/"))
    primary(page)
    page.locator(CODE).fill(code_sent(portal, TAKE_OVER, to=holder.phone))
    primary(page)
    expect(page).to_have_url(re.compile("/the-bhyt/"))


def chooses_password(page: Page, password: str) -> None:
    for name in ("new_password1", "new_password2"):
        page.locator(f"[name={name}]").fill(password)
    primary(page)


def signs_out(page: Page) -> None:
    press(page, page.get_by_role("button", name=said(page, "Đăng xuất")).first)


def is_put_out(page: Page, why: str) -> Locator:
    """At the next page it wants to see."""
    page.goto("/tai-khoan/")
    said = page.locator(f"[data-put-out={why}]")
    expect(said).to_be_visible()
    return said


def codes_on(page: Page) -> list[str]:
    codes = page.locator("[data-recovery-codes] code").all_inner_texts()
    assert len(codes) == 10
    return codes


def scanned(page: Page) -> App:
    """The key under the picture, typed into an app."""
    return App(b32decode(page.locator("[data-key]").inner_text().replace(" ", "")))


def sets_up(page: Page) -> tuple[App, list[str]]:
    """Two steps from here on: the app, and the codes of the sheet."""
    expect(page).to_have_url(re.compile("/xac-thuc-hai-buoc/"))
    app = scanned(page)
    page.locator(CODE).fill(app.lasting_code())
    primary(page)
    return app, codes_on(page)
