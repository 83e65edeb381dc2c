"""Pages and states the story does not come by: refusals, errors, other cards, the rest of the desk."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.beside import open_accounts
from tests.browser.languages import in_both_languages, said
from tests.browser.looking import look
from tests.browser.proving import refused
from tests.browser.visitors import PageMaker, lose_cookies
from tests.browser.walking import (
    DEMO_PASSWORD,
    check_card,
    gives_code,
    pick,
    press,
    primary,
    sign_in,
    sign_in_at_the_desk,
)
from tests.running import Portal

pytestmark = pytest.mark.browser

STRANGERS_PHONE = {"vi": "0999000098", "en": "0999000088"}
TOO_MANY_FIELDS = "&".join(["a"] * 1001)
# The first has a long name; those of the story and of the keyboard are looked at there in Vietnamese.
OTHER_CARDS = [
    ("9900000004", "active", "vi"),
    ("9900000016", "revoked", "vi"),
    ("9900000020", "none", "vi"),
    ("9900000024", "active", "en"),
    ("9900000028", "expired", "en"),
    ("9900000035", "not_started", "en"),
    ("9900000036", "revoked", "en"),
    ("9900000040", "none", "en"),
]
NEWCOMERS = {"vi": "9900000018", "en": "9900000038"}
GUESSES = 20  # of one file number


@in_both_languages
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
    expect(page.get_by_role("status")).to_contain_text(said(page, "Tổ chức"))
    look(page, "start-organisation")
    page.goto("/hop-thu-sms/")
    look(page, "inbox")


PASTED = {
    "code": "BHXH: 482913 la ma xem ho so, het han sau 10 phut. Khong doc cho bat ky ai, ke ca can bo BHXH.",
    "notice": "BHXH: declaration received, file number 00001/2026/00101. Staff will check it; the result comes to this "
    "number. See it under Follow your file.",
    "false": "Thẻ BHYT bị khóa, gọi ngay 0912 345 678 hoặc vào https://vssid.example/x đọc mã OTP",
    "other": "Hom nay troi dep",
}


@pytest.mark.parametrize(
    ("name", "javascript", "language"),
    [(name, name != "false", "vi") for name in PASTED] + [(name, True, "en") for name in PASTED],
)
def test_a_pasted_message_is_judged(new_page: PageMaker, name: str, javascript: bool) -> None:
    page = new_page(javascript=javascript)
    page.goto("/")
    press(page, page.get_by_role("link", name=said(page, "Kiểm tra một tin nhắn")))
    page.locator("[name=text]").fill(PASTED[name])
    primary(page)
    expect(page.get_by_role("status")).to_be_in_viewport()
    expect(page.locator("[name=text]")).to_have_value(PASTED[name])
    assert PASTED[name].split()[1] not in page.url
    look(page, f"messages-{name}")


@in_both_languages
def test_a_draft_when_something_is_missing(portal: Portal, new_page: PageMaker, language: str) -> None:
    phone = STRANGERS_PHONE[language]
    page = new_page(javascript=True)
    page.goto("/dang-ky/ca-nhan/")
    page.locator("[name=phone]").fill(phone)
    primary(page)
    refused(page, "code-refused")
    press(page, page.locator("[name=resend]"))
    look(page, "code-resend-too-soon")
    gives_code(page, portal, phone)
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


@in_both_languages
def test_the_guess_too_many(new_page: PageMaker) -> None:
    page = new_page(javascript=True)
    page.goto("/ho-so/")
    page.locator("[name=file_number]").fill("99999/2026/00101")
    page.locator("[name=phone]").fill(STRANGERS_PHONE["vi"])
    for _ in range(GUESSES):
        primary(page)
    with page.expect_response(lambda answer: answer.status == 429):
        refused(page, "too-many")


@in_both_languages
def test_error_pages(new_page: PageMaker) -> None:
    page = new_page(javascript=True)
    for path, status in (("/khong-co/", 404), (f"/dang-nhap/?{TOO_MANY_FIELDS}", 400), ("/dang-xuat/", 405)):
        assert page.goto(path).status == status
        look(page, f"error-{status}")
    page.goto("/dang-ky/")
    lose_cookies(page)
    page.locator("[name=applicant_kind][value=individual]").check()
    with page.expect_response(lambda answer: answer.status == 403):
        primary(page)
    expect(page.locator("h1")).to_have_text(said(page, "Trang đã mở quá lâu"))
    look(page, "error-csrf")


@pytest.fixture(scope="module")
def more_accounts(portal: Portal, data: Path) -> None:
    open_accounts(data, [*(code for code, _, _ in OTHER_CARDS), *NEWCOMERS.values()])


@pytest.mark.parametrize(("code", "state", "language"), OTHER_CARDS)
@pytest.mark.usefixtures("more_accounts")
def test_cards_out_of_the_ordinary(new_page: PageMaker, code: str, state: str) -> None:
    page = new_page(javascript=True)
    sign_in(page, code, DEMO_PASSWORD)
    expect(page.locator(f"main [data-state={state}]")).to_be_visible()
    look(page, f"card-{state}-{code}")
    page.goto("/qua-trinh-tham-gia/")
    look(page, f"history-{code}")


@in_both_languages
@pytest.mark.usefixtures("more_accounts")
def test_what_else_a_signed_in_citizen_opens(new_page: PageMaker, language: str) -> None:
    page = new_page(javascript=True)
    sign_in(page, NEWCOMERS[language], DEMO_PASSWORD)
    for path, name in (("/", "home-signed-in"), ("/tai-khoan/", "account-new"), ("/tai-khoan/luot-xem/", "looks-none")):
        page.goto(path)
        look(page, name)
    page.goto("/doi-mat-khau/")
    look(page, "change-password")
    refused(page, "change-password-refused")
    page.goto("/admin/registration/declaration/")
    look(page, "not-for-citizens")


@in_both_languages
def test_the_desk(new_page: PageMaker) -> None:
    page = new_page(width=1280, javascript=True)
    page.goto("/admin/")
    look(page, "admin-login", is_desk=True)
    page.locator("[name=username]").fill("quantri")
    page.locator("[name=password]").fill("sai")
    primary(page)
    look(page, "admin-login-refused", is_desk=True)
    sign_in_at_the_desk(page, "quantri")
    look(page, "admin-index", is_desk=True)


@in_both_languages
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


@pytest.mark.parametrize(("width", "language"), [(360, "vi"), (1280, "vi"), (360, "en")])
def test_every_verdict_at_the_clinic(new_page: PageMaker, width: int) -> None:
    page = new_page(width=width, javascript=True)
    sign_in(page, "01020_BV", DEMO_PASSWORD)
    refused(page, "clinic-nothing-chosen")
    page.locator("[name=reason][value=emergency]").check()
    for code, birth_date, state in VERDICTS:
        check_card(page, code, birth_date)
        expect(page.locator(f"[data-result][data-state={state}]")).to_be_visible()
        look(page, f"clinic-{state}")


@in_both_languages
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
    expect(page.get_by_role("status")).to_contain_text(said(page, "quá 10 phút"))
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


@in_both_languages
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
