"""Pictures sent as soon as they are picked, whatever the line does, and mended by hand without a mouse."""

from __future__ import annotations

import io
import re
from urllib.parse import urlsplit

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.browser.keyboard import Keyboard
from tests.browser.languages import in_both_languages, in_three_ways, said
from tests.browser.looking import look
from tests.browser.visitors import PageMaker
from tests.browser.walking import at_the_photos, pick, picture, press, primary
from tests.registration.pictures import PHONE_PORTRAIT, id_back_bytes, id_front_bytes, portrait_bytes
from tests.running import Portal

pytestmark = pytest.mark.browser

PHOTOS = "/dang-ky/ca-nhan/anh/"
SENDERS_PHONE = {"vi": "0977000001", "en": "0977000011"}
CUT_PHONE = {"vi": "0977000002", "en": "0977000012"}
CUTTERS_PHONE = {"vi": "0977000003", "en": "0977000013"}
OWNERS_PHONES = {(True, "vi"): "0977000004", (False, "vi"): "0977000005", (True, "en"): "0977000014"}
MISSING_PHONE = "0977000006"

# How many bytes of a portrait leave the browser: the driver does not see into what a script sends.
WEIGHS_PORTRAITS = """
  window.weights = [];
  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (body) {
    if (body && body.get("portrait")) { window.weights.push(body.get("portrait").size); }
    return send.call(this, body);
  };
"""


@in_both_languages
def test_each_picture_is_kept_as_soon_as_it_is_picked(portal: Portal, new_page: PageMaker, language: str) -> None:
    page = new_page(javascript=True)
    page.add_init_script(WEIGHS_PORTRAITS)
    at_the_photos(page, portal, SENDERS_PHONE[language])
    original = portrait_bytes(size=PHONE_PORTRAIT)
    pick(page, "portrait", original)
    expect(page.locator("[data-slot=portrait] img")).to_have_count(1)
    (weight,) = page.evaluate("weights")
    assert 0 < weight < len(original)
    pick(page, "id_front", b"not a photo")
    expect(page.locator("[name=id_front]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-news]")).to_contain_text(said(page, "JPEG, PNG, WebP hoặc HEIC"))
    look(page, "photos-sent")
    page.reload()
    expect(page.locator(".photo-slot img")).to_have_count(1)
    pick(page, "id_front", id_front_bytes())
    page.locator("[name=id_back]").set_input_files(picture("c.jpg", id_back_bytes()))
    primary(page)  # while the last one is still on its way
    expect(page).not_to_have_url(re.compile(f"{PHOTOS}$"))
    page.goto(PHOTOS)
    expect(page.locator(".photo-slot img")).to_have_count(3)
    look(page, "photos-full")


def test_a_picture_that_has_come_is_missed_no_longer(portal: Portal, new_page: PageMaker) -> None:
    page = new_page(javascript=True)
    at_the_photos(page, portal, MISSING_PHONE)
    primary(page)
    expect(page.locator(".error-summary li")).to_have_count(3)
    pick(page, "portrait", portrait_bytes())
    expect(page.locator(".error-summary li")).to_have_text(
        ["Chọn hoặc chụp giấy tờ, mặt trước.", "Chọn hoặc chụp giấy tờ, mặt sau."]
    )
    pick(page, "id_front", b"not a photo")
    expect(page.locator(".error-summary li")).to_have_count(2)
    pick(page, "id_front", id_front_bytes())
    pick(page, "id_back", id_back_bytes())
    expect(page.locator(".error-summary")).to_have_count(0)
    primary(page)
    expect(page).not_to_have_url(re.compile(f"{PHOTOS}$"))


@in_both_languages
def test_a_cut_line_keeps_what_was_picked(portal: Portal, new_page: PageMaker, language: str) -> None:
    page = new_page(javascript=True)
    at_the_photos(page, portal, CUT_PHONE[language])
    cut = [True, True]

    def on_the_line(route: Route) -> None:
        if route.request.method == "POST" and cut:
            cut.pop()
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(f"**{PHOTOS}", on_the_line)
    pick(page, "portrait", portrait_bytes())
    expect(page.locator("[data-slot=portrait] [data-cut]")).to_contain_text(said(page, "Ảnh bạn chọn vẫn còn đây"))
    look(page, "photos-cut")
    page.locator("[data-primary]").click()  # sends it again, and does not go on without it
    again = page.locator("[data-slot=portrait] [data-cut] [data-again]")
    expect(again).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-slot=portrait] img")).to_have_count(1)
    expect(page).to_have_url(re.compile(f"{PHOTOS}$"))


@in_three_ways
def test_a_portrait_is_cut_and_turned_from_the_keyboard(
    portal: Portal, new_page: PageMaker, javascript: bool, language: str
) -> None:
    page = new_page(javascript=javascript)
    keyboard = Keyboard(page)
    at_the_photos(page, portal, CUTTERS_PHONE[language])
    pick(page, "portrait", portrait_bytes())
    if not javascript:
        primary(page)
    presses = ["closer", "closer", "left", "down"]
    keyboard.go_to("[data-slot=portrait] summary")
    keyboard.press("Enter")
    for edit in presses:
        before = shown(page)
        if not keyboard.stands_on(f"[value='portrait {edit}']"):
            keyboard.go_to(f"[value='portrait {edit}']")
        keyboard.press("Enter")
        expect(page.locator("[data-slot=portrait] img")).not_to_have_attribute("src", before)
        expect(page.locator("[data-slot=portrait] details")).to_have_attribute("open", "")
    look(page, f"photos-cut-by-hand-{'with' if javascript else 'without'}-script")
    assert not javascript or keyboard.stands_on("[value='portrait down']")
    before = shown(page)
    page.locator("[value='portrait turn']").focus()
    keyboard.press("Enter")
    expect(page.locator("[data-slot=portrait] img")).not_to_have_attribute("src", before)


@in_three_ways
def test_another_phone_takes_the_pictures(portal: Portal, new_page: PageMaker, javascript: bool, language: str) -> None:
    screen, phone = new_page(width=1280, javascript=javascript), new_page(javascript=javascript)
    at_the_photos(screen, portal, OWNERS_PHONES[javascript, language])
    look(screen, "photos-wide")
    press(screen, screen.get_by_role("link", name=said(screen, "Chụp bằng điện thoại khác")))
    look(screen, "hand-over")
    primary(screen)
    look(screen, "hand-over-code")
    scanned = urlsplit(scan(screen)).path  # the test's portal has a port of its own
    assert scanned.startswith("/dang-ky/anh/")
    phone.goto(scanned)
    look(phone, "handed-over")
    primary(phone)
    expect(phone).to_have_url(re.compile("/dang-ky/anh/$"))
    pick(phone, "portrait", portrait_bytes())
    pick(phone, "id_front", b"not a photo")
    if not javascript:
        primary(phone)
    expect(phone.locator("[data-slot=portrait] [data-received]")).to_be_visible()
    expect(phone.locator("[name=id_front]")).to_have_attribute("aria-invalid", "true")
    look(phone, "handed-photos")
    if not javascript:
        press(screen, screen.get_by_role("link", name=said(screen, "Xem ảnh đã tới chưa")))
    expect(screen.locator(".arrived img")).to_have_count(1)
    look(screen, "hand-over-arrived")
    late = new_page(javascript=javascript)
    late.goto(scanned)
    expect(late.locator("h1")).to_have_text(said(late, "Mã này không còn dùng được"))
    look(late, "handed-over-late")


def scan(page: Page) -> str:
    """What a phone reads off the screen."""
    picture_of_it = page.locator("[data-qr]").screenshot()
    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture_of_it)))
    return str(read.text)


def shown(page: Page) -> str:
    return str(page.locator("[data-slot=portrait] img").get_attribute("src"))
