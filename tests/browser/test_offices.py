"""What offices and clinic managers do about accounts: alerts, a device signed out, roles, the looks of all desks."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.beside import ask, open_accounts
from tests.browser.languages import in_both_languages, in_three_ways, said
from tests.browser.looking import look
from tests.browser.people import Holder
from tests.browser.proving import comes_in, is_put_out, refused
from tests.browser.visitors import PageMaker
from tests.browser.walking import DEMO_PASSWORD, check_card, press, primary, sign_in, sign_in_at_the_desk

pytestmark = pytest.mark.browser

OWNERS = {"vi": Holder("9900000017"), "en": Holder("9900000037")}


@pytest.fixture(scope="module", autouse=True)
def account(data: Path) -> None:
    open_accounts(data, [owner.code for owner in OWNERS.values()])


def alert_the_office(data: Path, owner: Holder) -> None:
    """As «Không phải tôi» does, but for the lock: its owner is still in."""
    ask(
        data,
        "from accounts.models import User; from accounts.services.alerts import open_dispute;"
        f"user = User.objects.get(username={owner.code!r}); open_dispute(user, user.active_device)",
    )


@in_both_languages
def test_an_alert_from_the_list_to_its_end(data: Path, new_page: PageMaker, language: str) -> None:
    owner, citizen = OWNERS[language], new_page(javascript=True)
    comes_in(citizen, owner)
    alert_the_office(data, owner)
    page = new_page(width=1280, javascript=True)
    sign_in_at_the_desk(page, "canbotinh")
    expect(page.locator("[data-open-alerts]")).to_be_visible()
    look(page, "admin-index-alerts", is_desk=True)
    page.goto("/admin/accounts/accountalert/?tinh-trang=open")
    look(page, "alerts", is_desk=True)
    press(page, page.get_by_role("link", name=owner.code))
    look(page, "alert", is_desk=True)
    signs_the_device_out(page)
    is_put_out(citizen, "staff")
    look(citizen, "put-out-staff")
    page.goto(f"/admin/accounts/accountalert/?q={owner.code}")
    press(page, page.get_by_role("link", name=owner.code))
    refused(page, "alert-refused", says="Chọn kết quả")
    page.locator("[name=outcome]").first.check()
    primary(page)
    expect(page.locator(".messagelist")).to_contain_text(owner.code)
    look(page, "alerts-after", is_desk=True)
    press(page, page.get_by_role("link", name=owner.code))
    expect(page.locator("main form[data-main]")).to_have_count(0)
    look(page, "alert-closed", is_desk=True)


def signs_the_device_out(page: Page) -> None:
    press(page, page.get_by_role("link", name=said(page, "Cho thiết bị đang dùng thoát")))
    look(page, "end-device", is_desk=True)
    refused(page, "end-device-refused", says="Chọn lý do")
    page.locator("[name=reason][value=misuse]").check()
    primary(page)
    expect(page.locator(".messagelist")).to_contain_text(said(page, "đã thoát"))
    look(page, "end-device-after", is_desk=True)


@in_both_languages
def test_accounts_and_their_roles(new_page: PageMaker, language: str) -> None:
    page = new_page(width=1280, javascript=True)
    sign_in_at_the_desk(page, "quantri")
    for login, name in (
        (OWNERS[language].code, "user-citizen"),
        ("01020_QL", "user-manager"),
        ("giamsat", "user-supervisor"),
    ):
        page.goto(f"/admin/accounts/user/?q={login}")
        press(page, page.get_by_role("link", name=login, exact=True))
        look(page, name, is_desk=True)
    page.locator("[name=role]").select_option("clinic_manager")
    press(page, page.locator("[name=_save]"))
    expect(page.locator("main")).to_contain_text(said(page, "không hợp với loại tài khoản"))
    look(page, "user-role-refused", is_desk=True)


@in_both_languages
def test_a_supervisor(new_page: PageMaker) -> None:
    page = new_page(width=1280, javascript=True)
    sign_in_at_the_desk(page, "giamsat")
    look(page, "admin-index-supervisor", is_desk=True)
    page.goto("/admin/accounts/accountalert/")
    look(page, "alerts-none", is_desk=True)


@in_three_ways
def test_a_clinic_manager(new_page: PageMaker, javascript: bool) -> None:
    page = new_page(javascript=javascript)
    sign_in(page, "01020_QL", DEMO_PASSWORD)
    page.locator("[name=reason][value=care]").check()
    check_card(page, "9900000004", "01/01/2001")
    press(page, page.get_by_role("link", name=said(page, "Kiểm tra thẻ")))
    press(page, page.get_by_role("link", name=said(page, "Lượt kiểm tra thẻ của cơ sở")))
    expect(page.locator("[data-look]").first).to_contain_text("01020_QL")
    expect(page.locator("main")).not_to_contain_text("9900000004")
    look(page, "clinic-looks")
