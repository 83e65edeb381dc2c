"""The pictures of a supplement, sent as they are picked whatever the line does, and mended by hand without a mouse."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.following import filed, opens
from tests.browser.keyboard import Keyboard
from tests.browser.languages import said
from tests.browser.looking import look
from tests.browser.visitors import PageMaker, language_of
from tests.browser.walking import pick, picture, press, primary
from tests.registration.pictures import id_front_bytes, portrait_bytes
from tests.running import Portal

pytestmark = pytest.mark.browser

MEND = "/ho-so/bo-sung/"
ASKED = ("portrait", "id_front", "address")


def at_the_supplement(page: Page, portal: Portal, data: Path, code: str, phone: str) -> None:
    opens(page, portal, filed(data, code, phone, language=language_of(page), asked=ASKED), phone)
    page.goto(MEND)


def slot(page: Page, kind: str) -> Locator:
    return page.locator(f"[data-slot={kind}]")


@pytest.mark.parametrize(
    ("language", "code", "phone"), [("vi", "9900000073", "0999000073"), ("en", "9900000069", "0999000069")]
)
def test_each_picture_is_kept_as_soon_as_it_is_picked(
    portal: Portal, data: Path, new_page: PageMaker, language: str, code: str, phone: str
) -> None:
    page = new_page(javascript=True)
    at_the_supplement(page, portal, data, code, phone)
    expect(page.locator(".photo-slot img")).to_have_count(2)  # the ones refused
    look(page, "supplement-pictures")
    held: list[Route] = []
    page.route(f"**{MEND}", lambda route: held.append(route))
    page.locator("[name=portrait]").set_input_files(picture("a.jpg", portrait_bytes()))
    expect(slot(page, "portrait").locator("progress")).to_be_visible()
    look(page, "supplement-sending")
    held.pop().continue_()
    page.unroute(f"**{MEND}")
    expect(slot(page, "portrait").locator(".photo-slot__good")).to_be_visible()
    expect(page.locator("[data-news]")).to_contain_text(
        said(page, "Đã lưu ảnh. Cán bộ chưa thấy ảnh này cho tới khi bạn gửi bổ sung.")
    )
    pick(page, "id_front", b"not a photo")
    expect(page.locator("[name=id_front]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=address]")).not_to_have_attribute("aria-invalid", "true")
    look(page, "supplement-picture-refused")
    press(page, page.get_by_role("link", name=said(page, "Chụp bằng điện thoại khác")))
    primary(page)
    expect(page.locator("[data-qr]")).to_be_visible()
    expect(page.locator(".arrived img")).to_have_count(1)
    look(page, "supplement-hand-over")
    press(page, page.get_by_role("link", name=said(page, "Xong, về trang ảnh")))
    page.reload()
    expect(slot(page, "portrait").locator(".photo-slot__good")).to_be_visible()
    expect(page.locator(".photo-slot__good")).to_have_count(1)
    page.locator("[name=address]").fill("Số 21, ngõ 5 phố Thử")
    page.locator("[name=id_front]").set_input_files(picture("b.jpg", id_front_bytes()))
    primary(page)  # while that one is still on its way
    expect(page.get_by_role("status")).to_contain_text(said(page, "Đã gửi bổ sung"))


@pytest.mark.parametrize(
    ("language", "code", "phone"), [("vi", "9900000074", "0999000074"), ("en", "9900000078", "0999000078")]
)
def test_a_cut_line_keeps_what_was_picked_and_what_was_typed(
    portal: Portal, data: Path, new_page: PageMaker, language: str, code: str, phone: str
) -> None:
    page = new_page(javascript=True)
    at_the_supplement(page, portal, data, code, phone)
    page.locator("[name=address]").fill("Số 21")
    page.locator("[name=province]").select_option("79")
    page.route(f"**{MEND}", lambda route: route.abort("connectionreset"))
    pick(page, "portrait", portrait_bytes())
    expect(slot(page, "portrait").locator("[data-cut]")).to_contain_text(said(page, "Ảnh bạn chọn vẫn còn đây"))
    look(page, "supplement-cut")
    page.unroute(f"**{MEND}")
    with page.expect_event("load"):  # sends the picture first, then does what was pressed
        page.locator("[name=choose_province]").click()
    expect(slot(page, "portrait").locator(".photo-slot__good")).to_be_visible()
    expect(page).to_have_url(re.compile(f"{MEND}#id_ward$"))
    expect(page.locator("[name=ward]")).to_be_in_viewport()
    expect(page.locator("[name=address]")).to_have_value("Số 21")
    expect(page.locator("[name=ward] option")).not_to_have_count(1)


def test_a_file_closed_meanwhile_takes_nothing_away_from_the_page(
    portal: Portal, data: Path, new_page: PageMaker
) -> None:
    page = new_page(javascript=True)
    at_the_supplement(page, portal, data, "9900000089", "0999000089")
    page.locator("[name=address]").fill("Số 21")
    other = page.context.new_page()
    other.goto("/ho-so/chi-tiet/")
    press(other, other.locator("[data-close] button"))
    pick(page, "portrait", portrait_bytes())
    expect(slot(page, "portrait").locator("[data-over]")).to_contain_text("Ảnh này chưa được lưu")
    expect(slot(page, "portrait").locator("[data-over] button")).to_be_visible()
    look(page, "supplement-closed")
    expect(page.locator("[name=address]")).to_have_value("Số 21")
    opens(other, portal, page.locator("main strong").first.inner_text(), "0999000089")
    slot(page, "portrait").locator("[data-over] button").click()
    expect(slot(page, "portrait").locator(".photo-slot__good")).to_be_visible()


@pytest.mark.parametrize(
    ("javascript", "code", "phone"), [(True, "9900000075", "0999000075"), (False, "9900000076", "0999000076")]
)
def test_a_new_portrait_is_cut_and_turned_from_the_keyboard(
    portal: Portal, data: Path, new_page: PageMaker, javascript: bool, code: str, phone: str
) -> None:
    page = new_page(javascript=javascript)
    keyboard = Keyboard(page)
    at_the_supplement(page, portal, data, code, phone)
    expect(page.locator("[name=edit]")).to_have_count(0)  # the refused ones are not the citizen's to turn
    page.locator("[name=address]").fill("Số 21")
    pick(page, "portrait", portrait_bytes())
    if not javascript:
        page.locator("[name=address]").fill("")
        primary(page)
        page.locator("[name=address]").fill("Số 21")
    image = slot(page, "portrait").locator("img")
    summary = slot(page, "portrait").locator("summary")
    summary.focus()
    keyboard.press("Enter")
    for edit in ("closer", "left", "turn"):
        before = str(image.get_attribute("src"))
        page.locator(f"[value='portrait {edit}']").focus()
        keyboard.press("Enter")
        expect(image).not_to_have_attribute("src", before)
        expect(slot(page, "portrait").locator("details")).to_have_attribute("open", "")
        expect(slot(page, "portrait")).to_be_in_viewport()
    expect(page.locator("[name=address]")).to_have_value("Số 21")
    look(page, f"supplement-cut-by-hand-{'with' if javascript else 'without'}-script")
