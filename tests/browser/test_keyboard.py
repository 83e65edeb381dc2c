"""The whole story with the keyboard alone: Tab, Space, arrows, Enter, and what is typed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.keyboard import Keyboard, signs_in
from tests.browser.looking import look
from tests.browser.people import UU
from tests.browser.proving import TAKE_OVER
from tests.browser.visitors import PageMaker
from tests.browser.walking import DEMO_PASSWORD, NEW_PASSWORD, REGISTER, code_sent, picture
from tests.registration.pictures import id_back_bytes, id_front_bytes, portrait_bytes
from tests.running import Portal

pytestmark = pytest.mark.browser


def test_the_skip_link_leads_past_the_menu(new_page: PageMaker) -> None:
    page = new_page(width=1280, javascript=True)
    keyboard = Keyboard(page)
    page.goto("/")
    keyboard.go_to(".skip")
    assert page.locator(".skip").bounding_box()["height"] > 1
    keyboard.press("Enter")
    assert keyboard.stands_on("main")
    keyboard.press("Tab")
    assert keyboard.stands_on("main a")


def test_a_citizen_without_a_mouse(portal: Portal, new_page: PageMaker) -> None:
    page = new_page(width=1280, javascript=True)
    keyboard = Keyboard(page)
    page.goto("/")
    keyboard.go_on()
    keyboard.choose("applicant_kind", "individual")
    keyboard.go_on()
    keyboard.go_on()
    mends_what_the_summary_names(keyboard, "phone", UU.phone)
    keyboard.write("[name=code]", code_sent(portal, REGISTER, to=UU.phone))
    keyboard.enter()
    keyboard.write("[name=full_name]", UU.full_name)
    keyboard.write("[name=bhxh_code]", UU.code)
    keyboard.write("[name=birth_date]", UU.birth_date)
    keyboard.choose("sex", UU.sex)
    keyboard.choose("id_kind", UU.id_kind)
    keyboard.write("[name=id_number]", UU.id_number)
    keyboard.go_on()
    photos = {"portrait": portrait_bytes(), "id_front": id_front_bytes(), "id_back": id_back_bytes()}
    for name, photo in photos.items():
        keyboard.go_to(f"[name={name}]")
        page.locator(f"[name={name}]").set_input_files(picture(f"{name}.jpg", photo))
    keyboard.go_on()
    keyboard.choose("province", "01")
    keyboard.go_to("[name=choose_province]")
    keyboard.enter()
    keyboard.choose("ward", "00004")
    keyboard.write("[name=address]", "Số 9")
    keyboard.choose("office", "00101")
    keyboard.go_on()
    keyboard.tick("[name=consent]")
    keyboard.tick("[name=commitment]")
    keyboard.go_on()
    file_number = page.locator("[data-file-number]").inner_text().replace(" ", "")
    keyboard.go_to("main a[href='/ho-so/']")
    keyboard.enter()
    keyboard.write("[name=phone]", UU.phone)
    keyboard.enter()
    expect(page.locator("[data-state]")).to_contain_text("Chờ tiếp nhận")

    accepts(Keyboard(new_page(width=1280, javascript=True)), file_number)
    comes_in(portal, keyboard)
    takes_over(portal, Keyboard(new_page(width=1280, javascript=True)), first=keyboard)
    checks_the_card(Keyboard(new_page(width=1280, javascript=True)))


def mends_what_the_summary_names(keyboard: Keyboard, field: str, answer: str) -> None:
    """The summary has the focus by itself; its link leads to the field."""
    assert keyboard.stands_on(".error-summary")
    keyboard.go_to(".error-summary a")
    keyboard.press("Enter")
    assert keyboard.stands_on(f"[name={field}][aria-invalid=true]")
    keyboard.page.keyboard.type(answer)
    keyboard.enter()


def comes_in(portal: Portal, keyboard: Keyboard) -> None:
    page = keyboard.page
    password = portal.text(rf"tai khoan {UU.code}, mat khau: (\w+)", to=UU.phone)[1]
    keyboard.go_to(".nav a[href='/dang-nhap/']")
    keyboard.enter()
    keyboard.write("[name=username]", UU.code)
    keyboard.write("[name=password]", password)
    keyboard.enter()
    keyboard.write("[name=new_password1]", NEW_PASSWORD)
    keyboard.write("[name=new_password2]", NEW_PASSWORD)
    keyboard.enter()
    expect(page.locator("main [data-state=expired]")).to_be_visible()
    look(page, "card-expired")
    keyboard.go_to(".nav a[href='/qua-trinh-tham-gia/']")
    keyboard.enter()
    keyboard.go_to("main summary")
    keyboard.press("Enter")
    expect(page.locator("main details[open]")).to_have_count(1)


def accepts(keyboard: Keyboard, file_number: str) -> None:
    keyboard.page.goto("/admin/")
    signs_in(keyboard, "canbo", DEMO_PASSWORD)
    keyboard.go_on()
    address = keyboard.page.locator("#result_list tbody a", has_text=file_number).get_attribute("href")
    keyboard.go_to(f"#result_list tbody a[href='{address}']")  # others may be waiting for longer
    keyboard.enter()
    expect(keyboard.page.locator("main")).to_contain_text(file_number)
    keyboard.go_to("form[action$='/accept/'] button")
    keyboard.enter()
    expect(keyboard.page.locator(".messagelist")).to_contain_text("Đã chấp nhận")


def takes_over(portal: Portal, keyboard: Keyboard, *, first: Keyboard) -> None:
    keyboard.page.goto("/dang-nhap/")
    signs_in(keyboard, UU.code, NEW_PASSWORD)
    keyboard.go_on()
    keyboard.write("[name=code]", code_sent(portal, TAKE_OVER, to=UU.phone))
    keyboard.enter()
    expect(keyboard.page.locator("main [data-state=expired]")).to_be_visible()
    first.go_to(".nav a[href='/tai-khoan/']")
    first.enter()
    expect(first.page.locator("[data-put-out]")).to_be_visible()
    keyboard.go_to(".nav a[href='/tai-khoan/']")
    keyboard.enter()
    keyboard.go_to("[data-device] button")
    keyboard.enter()
    keyboard.page.goto("/the-bhyt/")
    expect(keyboard.page).to_have_url(re.compile("/dang-nhap/"))


def checks_the_card(keyboard: Keyboard) -> None:
    keyboard.page.goto("/dang-nhap/")
    signs_in(keyboard, "01020_BV", DEMO_PASSWORD)
    assert keyboard.stands_on("[name=card]")
    keyboard.page.keyboard.type(UU.code)
    keyboard.write("[name=birth_date]", UU.birth_date)
    keyboard.choose("reason", "care")
    keyboard.enter()
    expect(keyboard.page.locator("[data-result][data-state=expired]")).to_be_visible()
    assert keyboard.stands_on("[name=card]")
