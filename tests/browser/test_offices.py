"""What offices and clinic managers do about accounts: alerts, a device signed out, roles, the looks of all desks."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.beside import ask, open_accounts
from tests.browser.looking import look
from tests.browser.people import Holder
from tests.browser.proving import comes_in, is_put_out, refused
from tests.browser.visitors import PageMaker
from tests.browser.walking import DEMO_PASSWORD, check_card, press, primary, sign_in, sign_in_at_the_desk

pytestmark = pytest.mark.browser

OWNER = Holder("9900000017")


@pytest.fixture(scope="module", autouse=True)
def account(data: Path) -> None:
    open_accounts(data, [OWNER.code])


def alert_the_office(data: Path) -> None:
    """As «Không phải tôi» does, but for the lock: its owner is still in."""
    ask(
        data,
        "from accounts.models import User; from accounts.services.alerts import open_dispute;"
        f"user = User.objects.get(username={OWNER.code!r}); open_dispute(user, user.active_device)",
    )


def test_an_alert_from_the_list_to_its_end(data: Path, new_page: PageMaker) -> None:
    owner = new_page(javascript=True)
    comes_in(owner, OWNER)
    alert_the_office(data)
    page = new_page(width=1280, javascript=True)
    sign_in_at_the_desk(page, "canbotinh")
    expect(page.locator("[data-open-alerts]")).to_be_visible()
    look(page, "admin-index-alerts", is_desk=True)
    page.goto("/admin/accounts/accountalert/?tinh-trang=open")
    look(page, "alerts", is_desk=True)
    press(page, page.get_by_role("link", name=OWNER.code))
    look(page, "alert", is_desk=True)
    signs_the_device_out(page)
    is_put_out(owner, "staff")
    look(owner, "put-out-staff")
    page.goto(f"/admin/accounts/accountalert/?q={OWNER.code}")
    press(page, page.get_by_role("link", name=OWNER.code))
    refused(page, "alert-refused", says="Chọn kết quả")
    page.locator("[name=outcome]").first.check()
    primary(page)
    expect(page.locator(".messagelist")).to_contain_text(OWNER.code)
    look(page, "alerts-after", is_desk=True)
    press(page, page.get_by_role("link", name=OWNER.code))
    expect(page.locator("main form[data-main]")).to_have_count(0)
    look(page, "alert-closed", is_desk=True)


def signs_the_device_out(page: Page) -> None:
    press(page, page.get_by_role("link", name="Cho thiết bị đang dùng thoát"))
    look(page, "end-device", is_desk=True)
    refused(page, "end-device-refused", says="Chọn lý do")
    page.locator("[name=reason][value=misuse]").check()
    primary(page)
    expect(page.locator(".messagelist")).to_contain_text("đã thoát")
    look(page, "end-device-after", is_desk=True)


def test_accounts_and_their_roles(new_page: PageMaker) -> None:
    page = new_page(width=1280, javascript=True)
    sign_in_at_the_desk(page, "quantri")
    for login, name in ((OWNER.code, "user-citizen"), ("01020_QL", "user-manager"), ("giamsat", "user-supervisor")):
        page.goto(f"/admin/accounts/user/?q={login}")
        press(page, page.get_by_role("link", name=login, exact=True))
        look(page, name, is_desk=True)
    page.locator("[name=role]").select_option("clinic_manager")
    press(page, page.locator("[name=_save]"))
    expect(page.locator("main")).to_contain_text("không hợp với loại tài khoản")
    look(page, "user-role-refused", is_desk=True)


def test_a_supervisor(new_page: PageMaker) -> None:
    page = new_page(width=1280, javascript=True)
    sign_in_at_the_desk(page, "giamsat")
    look(page, "admin-index-supervisor", is_desk=True)
    page.goto("/admin/accounts/accountalert/")
    look(page, "alerts-none", is_desk=True)


@pytest.mark.parametrize("javascript", [False, True])
def test_a_clinic_manager(new_page: PageMaker, javascript: bool) -> None:
    page = new_page(javascript=javascript)
    sign_in(page, "01020_QL", DEMO_PASSWORD)
    page.locator("[name=reason][value=care]").check()
    check_card(page, "9900000004", "01/01/2001")
    press(page, page.get_by_role("link", name="Kiểm tra thẻ"))
    press(page, page.get_by_role("link", name="Lượt kiểm tra thẻ của cơ sở"))
    expect(page.locator("[data-look]").first).to_contain_text("01020_QL")
    expect(page.locator("main")).not_to_contain_text("9900000004")
    look(page, "clinic-looks")
