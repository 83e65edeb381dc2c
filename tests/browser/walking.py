"""The steps people take, each by hand: what is typed and pressed, and the word that tells it worked."""

from __future__ import annotations

import re

from django.utils import translation
from playwright.sync_api import Locator, Page, expect

from tests.browser.languages import said
from tests.browser.looking import look
from tests.browser.people import Citizen
from tests.registration.pictures import id_back_bytes, id_front_bytes, portrait_bytes
from tests.running import Portal

DEMO_PASSWORD = "Demo-Portal-2026"
NEW_PASSWORD = "Con trâu đi trước cái cày"
REGISTER = "xac nhan so dien thoai"


def press(page: Page, what: Locator) -> None:
    """A button or link that leads to a page, up to where that page stands (an address put right is no new page)."""
    with page.expect_event("load"):
        what.click()


def primary(page: Page) -> None:
    press(page, page.locator("form[data-main] [data-primary]"))


def picture(name: str, data: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": data}


def pick(page: Page, name: str, data: bytes) -> None:
    """A picture into its slot, up to where the script has sent it (without one the form sends it later)."""
    page.locator(f"[name={name}]").set_input_files(picture(f"{name}.jpg", data))
    expect(page.locator("[data-progress]:not([hidden])")).to_have_count(0)


def code_sent(portal: Portal, purpose: str, *, to: str) -> str:
    """The six digits of the newest message for this purpose, in whichever language its receiver reads."""
    with translation.override("en"):
        in_english = translation.gettext(purpose)
    return portal.text(rf"(\d{{6}}) (?:la ma {purpose}|is your code {in_english})", to=to)[1]


def begins(page: Page, portal: Portal, phone: str) -> None:
    """A declaration, up to the page that asks who it is about."""
    page.goto("/dang-ky/ca-nhan/")
    page.locator("[name=phone]").fill(phone)
    primary(page)
    gives_code(page, portal, phone)


def gives_code(page: Page, portal: Portal, phone: str) -> None:
    page.locator("[name=code]").fill(code_sent(portal, REGISTER, to=phone))
    primary(page)


def at_the_photos(page: Page, portal: Portal, phone: str) -> None:
    """The pictures of a declaration just begun."""
    begins(page, portal, phone)
    page.goto("/dang-ky/ca-nhan/anh/")


def declare(page: Page, portal: Portal, person: Citizen) -> str:
    """Every page filled in, with a slip here and there; the file number."""
    page.goto("/")
    look(page, "home")
    press(page, page.get_by_role("link", name=said(page, "Bắt đầu đăng ký")))
    primary(page)
    expect(page.get_by_role("alert")).to_contain_text(said(page, "Chọn Cá nhân hoặc Tổ chức"))
    look(page, "start-error")
    page.locator("[name=applicant_kind][value=individual]").check()
    primary(page)
    prove_phone(page, portal, person)
    say_who(page, person)
    show_papers(page)
    say_where(page)
    look(page, "check")
    page.locator("[name=consent]").check()
    page.locator("[name=commitment]").check()
    expect(page.locator("[data-primary]")).to_have_text(said(page, "Ghi nhận"))
    primary(page)
    look(page, "done")
    return page.locator("[data-file-number]").inner_text().replace(" ", "")


def prove_phone(page: Page, portal: Portal, person: Citizen) -> None:
    page.locator("[name=phone]").fill(person.phone)
    look(page, "phone")
    primary(page)
    look(page, "code")
    page.locator("[name=code]").fill("000000")
    primary(page)
    expect(page.locator("[name=code]")).to_have_attribute("aria-invalid", "true")
    look(page, "code-wrong")
    gives_code(page, portal, person.phone)


def say_who(page: Page, person: Citizen) -> None:
    page.locator("[name=full_name]").fill(person.full_name)
    page.locator("[name=bhxh_code]").fill("99000")
    primary(page)
    expect(page.locator("[name=full_name]")).to_have_value(person.full_name)
    expect(page.locator("[name=bhxh_code]")).to_have_attribute("aria-invalid", "true")
    look(page, "identity-errors")
    page.locator("[name=bhxh_code]").fill(person.code)
    page.locator("[name=birth_date]").fill(person.birth_date)
    page.locator(f"[name=sex][value={person.sex}]").check()
    page.locator(f"[name=id_kind][value={person.id_kind}]").check()
    page.locator("[name=id_number]").fill(person.id_number)
    primary(page)


def show_papers(page: Page) -> None:
    pick(page, "portrait", portrait_bytes())
    pick(page, "id_front", b"not a photo")
    primary(page)
    expect(page.locator(".photo-slot img")).to_have_count(1)
    look(page, "photos-one-kept")
    pick(page, "id_front", id_front_bytes())
    pick(page, "id_back", id_back_bytes())
    primary(page)


def say_where(page: Page) -> None:
    page.locator("[name=province]").select_option("01")
    press(page, page.locator("[name=choose_province]"))
    page.locator("[name=ward]").select_option("00004")
    page.locator("[name=address]").fill("Số 12, ngõ 5 phố Thử")
    look(page, "address")
    page.locator("[name=office]").select_option("00101")
    primary(page)


def track(page: Page, person: Citizen) -> None:
    """From the confirmation to the state of the file, with a wrong phone first."""
    press(page, page.get_by_role("link", name=said(page, "Theo dõi hồ sơ")).first)
    expect(page.locator("[name=file_number]")).not_to_have_value("")
    page.locator("[name=phone]").fill("0999000099")
    primary(page)
    expect(page.get_by_role("alert")).to_contain_text(said(page, "Không tìm thấy hồ sơ"))
    look(page, "status-wrong-phone")
    page.locator("[name=phone]").fill(person.phone)
    primary(page)
    expect(page.locator("[data-state]")).to_contain_text(said(page, "Chờ tiếp nhận"))
    look(page, "status")


def sign_in(page: Page, login: str, password: str) -> None:
    page.goto("/dang-nhap/")
    page.locator("[name=username]").fill(login)
    page.locator("[name=password]").fill(password)
    primary(page)


def sign_in_at_the_desk(page: Page, login: str) -> None:
    page.goto("/admin/")
    page.locator("[name=username]").fill(login)
    page.locator("[name=password]").fill(DEMO_PASSWORD)
    primary(page)
    expect(page).to_have_url(re.compile(r"/admin/$"))


def accept(page: Page, file_number: str) -> None:
    """The ward's officer finds the file in the queue and accepts it, after a slip at the other button."""
    sign_in_at_the_desk(page, "canbo")
    page.goto("/admin/registration/declaration/")
    look(page, "queue", is_desk=True)
    press(page, page.get_by_role("link", name=file_number))
    look(page, "review", is_desk=True)
    press(page, page.get_by_role("button", name=said(page, "Từ chối hồ sơ")))
    expect(page.get_by_role("alert")).to_be_visible()
    look(page, "review-refuse-error", is_desk=True)
    press(page, page.get_by_role("button", name=said(page, "Chấp nhận")))
    expect(page.locator(".messagelist")).to_contain_text(said(page, "Đã chấp nhận"))


def first_login(page: Page, portal: Portal, person: Citizen) -> None:
    """A wrong password, then the one of the SMS, then one's own."""
    password = portal.text(rf"(?:tai khoan|account) {person.code}, (?:mat khau|password): (\w+)", to=person.phone)[1]
    sign_in(page, person.code, "sai")
    expect(page.get_by_role("alert")).to_contain_text(said(page, "chưa đúng"))
    look(page, "login-wrong")
    page.locator("[name=password]").fill(password)
    primary(page)
    expect(page).to_have_url(re.compile("/doi-mat-khau/"))
    look(page, "first-password")
    page.locator("[name=new_password1]").fill(NEW_PASSWORD)
    page.locator("[name=new_password2]").fill(NEW_PASSWORD)
    primary(page)
    expect(page).to_have_url(re.compile("/the-bhyt/"))


def check_card(page: Page, typed: str, birth_date: str = "") -> None:
    page.locator("[name=card]").fill(typed)
    page.locator("[name=birth_date]").fill(birth_date)
    primary(page)
