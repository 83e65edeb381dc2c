"""Pages and states the story does not come by: refusals, errors, other cards, the rest of the desk."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.beside import open_accounts
from tests.browser.looking import look
from tests.browser.proving import refused
from tests.browser.visitors import PageMaker
from tests.browser.walking import DEMO_PASSWORD, check_card, pick, press, primary, sign_in, sign_in_at_the_desk
from tests.running import Portal

pytestmark = pytest.mark.browser

STRANGERS_PHONE = "0999000098"
TOO_MANY_FIELDS = "&".join(["a"] * 1001)
OTHER_CARDS = {"9900000004": "active", "9900000016": "revoked", "9900000020": "none"}  # the first has a long name
GUESSES = 20  # of one file number


def test_forms_open_to_all_when_something_is_missing(new_page: PageMaker) -> None:
    page = new_page(javascript=True)
    forms = {"/dang-ky/ca-nhan/": "phone", "/ho-so/": "track", "/dang-nhap/": "login", "/tin-nhan/": "messages"}
    for path, name in forms.items():
        page.goto(path)
        look(page, f"{name}-empty")
        refused(page, f"{name}-refused")
    page.goto("/dang-ky/")
    look(page, "start")
    page.locator("[name=applicant_kind][value=organisation]").check()
    primary(page)
    expect(page.get_by_role("status")).to_contain_text("Tổ chức")
    look(page, "start-organisation")
    page.goto("/hop-thu-sms/")
    look(page, "inbox")


PASTED = {
    "code": "BHXH: 482913 la ma xem ho so, het han sau 10 phut. Khong doc cho bat ky ai, ke ca can bo BHXH.",
    "notice": "BHXH: declaration received, file number 00001/2026/00101. Staff will check it; the result comes to this "
    "number. See it under Track a file.",
    "false": "Thẻ BHYT bị khóa, gọi ngay 0912 345 678 hoặc vào https://vssid.example/x đọc mã OTP",
    "other": "Hom nay troi dep",
}


@pytest.mark.parametrize(("name", "javascript"), [(name, name != "false") for name in PASTED])
def test_a_pasted_message_is_judged(new_page: PageMaker, name: str, javascript: bool) -> None:
    page = new_page(javascript=javascript)
    page.goto("/")
    press(page, page.get_by_role("link", name="Kiểm tra một tin nhắn"))
    page.locator("[name=text]").fill(PASTED[name])
    primary(page)
    expect(page.get_by_role("status")).to_be_in_viewport()
    expect(page.locator("[name=text]")).to_have_value(PASTED[name])
    assert PASTED[name].split()[1] not in page.url
    look(page, f"messages-{name}")


def test_a_draft_when_something_is_missing(portal: Portal, new_page: PageMaker) -> None:
    page = new_page(javascript=True)
    page.goto("/dang-ky/ca-nhan/")
    page.locator("[name=phone]").fill(STRANGERS_PHONE)
    primary(page)
    refused(page, "code-refused")
    press(page, page.locator("[name=resend]"))
    look(page, "code-resend-too-soon")
    page.locator("[name=code]").fill(portal.text(r"(\d{6}) la ma xac nhan", to=STRANGERS_PHONE)[1])
    primary(page)
    look(page, "identity-empty")
    refused(page, "identity-refused")
    page.goto("/dang-ky/ca-nhan/anh/")
    look(page, "photos-empty")
    pick(page, "portrait", b"not a photo")
    refused(page, "photos-refused")
    page.goto("/dang-ky/ca-nhan/dia-chi/")
    look(page, "address-empty")
    refused(page, "address-refused")
    page.goto("/dang-ky/ca-nhan/kiem-tra/")
    look(page, "check-incomplete")
    page.goto("/dang-ky/")
    look(page, "start-with-draft")


def test_the_guess_too_many(new_page: PageMaker) -> None:
    page = new_page(javascript=True)
    page.goto("/ho-so/")
    page.locator("[name=file_number]").fill("99999/2026/00101")
    page.locator("[name=phone]").fill(STRANGERS_PHONE)
    for _ in range(GUESSES):
        primary(page)
    with page.expect_response(lambda answer: answer.status == 429):
        refused(page, "too-many")


def test_error_pages(new_page: PageMaker) -> None:
    page = new_page(javascript=True)
    for path, status in (("/khong-co/", 404), (f"/dang-nhap/?{TOO_MANY_FIELDS}", 400), ("/dang-xuat/", 405)):
        assert page.goto(path).status == status
        look(page, f"error-{status}")
    page.goto("/dang-ky/")
    page.context.clear_cookies()
    page.locator("[name=applicant_kind][value=individual]").check()
    with page.expect_response(lambda answer: answer.status == 403):
        primary(page)
    expect(page.locator("h1")).to_have_text("Trang đã mở quá lâu")
    look(page, "error-csrf")


@pytest.fixture(scope="module")
def more_accounts(portal: Portal, data: Path) -> None:
    open_accounts(data, list(OTHER_CARDS))


@pytest.mark.parametrize(("code", "state"), OTHER_CARDS.items())
@pytest.mark.usefixtures("more_accounts")
def test_cards_out_of_the_ordinary(new_page: PageMaker, code: str, state: str) -> None:
    page = new_page(javascript=True)
    sign_in(page, code, DEMO_PASSWORD)
    expect(page.locator(f"main [data-state={state}]")).to_be_visible()
    look(page, f"card-{state}-{code}")
    page.goto("/qua-trinh-tham-gia/")
    look(page, f"history-{code}")


def test_what_else_a_signed_in_citizen_opens(new_page: PageMaker) -> None:
    page = new_page(javascript=True)
    sign_in(page, "9900000018", DEMO_PASSWORD)
    for path, name in (("/", "home-signed-in"), ("/tai-khoan/", "account-new"), ("/tai-khoan/luot-xem/", "looks-none")):
        page.goto(path)
        look(page, name)
    page.goto("/doi-mat-khau/")
    look(page, "change-password")
    refused(page, "change-password-refused")
    page.goto("/admin/registration/declaration/")
    look(page, "not-for-citizens")


def test_the_desk(new_page: PageMaker) -> None:
    page = new_page(width=1280, javascript=True)
    page.goto("/admin/")
    look(page, "admin-login", is_desk=True)
    page.locator("[name=username]").fill("quantri")
    page.locator("[name=password]").fill("sai")
    press(page, page.locator("[type=submit]"))
    look(page, "admin-login-refused", is_desk=True)
    sign_in_at_the_desk(page, "quantri")
    look(page, "admin-index", is_desk=True)


def test_an_officer_where_only_administrators_may_go(new_page: PageMaker) -> None:
    page = new_page(width=1280, javascript=True)
    sign_in_at_the_desk(page, "canbotinh")
    assert page.goto("/admin/accounts/user/").status == 403
    look(page, "error-403")


VERDICTS = [
    ("9900000004", "01/01/2001", "active"),
    ("9900000008", "11/11/1999", "expired"),
    ("9900000015", "30/01/1980", "not_started"),
    ("9900000016", "08/08/1966", "revoked"),
    ("9900000020", "07/05/1984", "none"),
]


@pytest.mark.parametrize("width", [360, 1280])
def test_every_verdict_at_the_clinic(new_page: PageMaker, width: int) -> None:
    page = new_page(width=width, javascript=True)
    sign_in(page, "01020_BV", DEMO_PASSWORD)
    refused(page, "clinic-nothing-chosen")
    page.locator("[name=reason][value=emergency]").check()
    for code, birth_date, state in VERDICTS:
        check_card(page, code, birth_date)
        expect(page.locator(f"[data-result][data-state={state}]")).to_be_visible()
        look(page, f"clinic-{state}")


def test_what_the_clinic_cannot_find(new_page: PageMaker) -> None:
    page = new_page(width=1280, javascript=True)
    sign_in(page, "01020_BV", DEMO_PASSWORD)
    page.locator("[name=reason][value=care]").check()
    for typed, birth_date, name in (
        ("9900000001", "", "birth-date-missing"),
        ("9900000001", "hôm qua", "birth-date-unreadable"),
        ("9900000001", "16/08/1985", "not-found"),
        ("9900009999", "16/08/1985", "nobody"),
        ("019 999 003", "31/12/1962", "mistyped"),
        ("một mã khác", "", "unreadable"),
    ):
        check_card(page, typed, birth_date)
        expect(page.locator("[data-result]")).to_have_count(0)
        expect(page.get_by_role("alert")).to_be_visible()
        look(page, f"clinic-{name}")
    page.goto("/co-so-kcb/?xem=0")
    expect(page.get_by_role("status")).to_contain_text("quá 10 phút")
    look(page, "clinic-look-over")


DESK_PAGES = [
    "accounts/event/",
    "accounts/message/",
    "accounts/user/",
    "accounts/user/?q=khong-co",
    "accounts/person/",
    "accounts/ward/",
    "accounts/office/00101/change/",
    "accounts/office/add/",
    "cards/card/",
    "cards/benefitlevel/",
]


def test_the_administrators_lists_and_forms(new_page: PageMaker) -> None:
    page = new_page(width=1280, javascript=True)
    sign_in_at_the_desk(page, "quantri")
    for path in DESK_PAGES:
        assert page.goto(f"/admin/{path}").status == 200, path
        look(page, path.replace("/", "-").partition("?")[0], is_desk=True)
    page.goto("/admin/accounts/user/add/")
    look(page, "user-add", is_desk=True)
    press(page, page.locator("[name=_save]"))
    look(page, "user-add-refused", is_desk=True)
    for model in ("accounts/person", "cards/card", "accounts/event"):
        page.goto(f"/admin/{model}/")
        press(page, page.locator("#result_list tbody tr").first.get_by_role("link").first)
        look(page, f"{model.replace('/', '-')}-one", is_desk=True)
