"""Typing less by a paper's QR code: by picture with and without scripts, and by the camera where a browser can read."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.languages import said
from tests.browser.looking import look
from tests.browser.visitors import PageMaker
from tests.browser.walking import begins, picture, press, primary
from tests.registration.codes import BHYT, CCCD, code, photo
from tests.registration.pictures import id_back_bytes, portrait_bytes
from tests.running import Portal

pytestmark = pytest.mark.browser

WORKER_HAS = 20  # seconds
# No build of Chromium for Linux reads codes: a reader that sees one at its third look, and a camera's picture.
READER = """text => {
  var looks = 0;
  window.BarcodeDetector = function () {};
  window.BarcodeDetector.getSupportedFormats = function () { return Promise.resolve(["qr_code"]); };
  window.BarcodeDetector.prototype.detect = function () {
    looks += 1;
    return Promise.resolve(looks < 3 ? [] : [{ rawValue: text }]);
  };
  var canvas = document.createElement("canvas");
  var stream = canvas.captureStream();
  window.track = stream.getTracks()[0];
  navigator.mediaDevices.getUserMedia = function () { return Promise.resolve(stream); };
}"""
# The same where the camera is refused.
NO_CAMERA = (
    """() => { navigator.mediaDevices.getUserMedia = function () { return Promise.reject(new Error("no")); }; }"""
)


def choose(page: Page, data: bytes) -> None:
    page.locator("[name=paper_qr]").set_input_files(picture("giay-to.jpg", data))


def expect_filled(page: Page) -> None:
    expect(page.locator("[name=full_name]")).to_have_value("Nguyễn Văn Mẫu")
    expect(page.locator("[name=birth_date]")).to_have_value("15/08/1985")
    expect(page.locator("[name=sex][value=male]")).to_be_checked()


@pytest.mark.parametrize(
    ("width", "language", "phone"), [(360, "vi", "0999000090"), (1280, "vi", "0999000091"), (360, "en", "0999000080")]
)
def test_a_picked_picture_is_read_at_once(portal: Portal, new_page: PageMaker, width: int, phone: str) -> None:
    page = new_page(javascript=True, width=width)
    begins(page, portal, phone)
    expect(page.locator("[data-read]")).to_be_hidden()
    expect(page.locator("[data-live]")).to_be_hidden()
    with page.expect_event("load"):
        choose(page, id_back_bytes())
    expect(page.get_by_role("alert")).to_contain_text(said(page, "Không thấy mã QR"))
    look(page, "identity-no-code")
    page.locator("[name=full_name]").fill("Nguyễn Văn Khác")
    with page.expect_event("load"):
        choose(page, photo(code()))
    expect(page.locator("[name=full_name]")).to_have_value("Nguyễn Văn Khác")
    expect(page.locator("[data-differences]")).to_contain_text("Nguyễn Văn Mẫu")
    expect(page.locator("[data-filled]")).to_be_in_viewport()
    look(page, "identity-differs")
    page.locator("[name=full_name]").fill("")
    with page.expect_event("load"):
        choose(page, photo(code(BHYT)))
    expect_filled(page)
    expect(page.locator("[name=id_number]")).to_have_value("001085999001")
    look(page, "identity-filled")
    primary(page)
    expect(page.locator("[name=portrait]")).to_be_visible()


def test_without_scripts_the_button_reads_it(portal: Portal, new_page: PageMaker) -> None:
    page = new_page()
    begins(page, portal, "0999000095")
    page.locator("[name=bhxh_code]").fill("9900000001")
    choose(page, photo(code()))
    press(page, page.locator("[name=read_paper]"))
    expect_filled(page)
    expect(page.locator("[name=bhxh_code]")).to_have_value("9900000001")
    primary(page)
    expect(page.locator("[name=portrait]")).to_be_visible()


def test_the_camera_reads_it_where_the_browser_can(portal: Portal, new_page: PageMaker) -> None:
    page = new_page(javascript=True)
    page.context.add_init_script(f"({READER})({CCCD!r})")
    begins(page, portal, "0999000096")
    page.locator("[name=bhxh_code]").fill("9900000001")
    with page.expect_event("load"):
        page.locator("[data-live]").click()
        expect(page.locator("video")).to_be_visible()
    expect_filled(page)
    expect(page.locator("[name=bhxh_code]")).to_have_value("9900000001")


@pytest.mark.parametrize(("language", "phone"), [("vi", "0999000097"), ("en", "0999000087")])
def test_the_camera_can_be_stopped_and_refused(portal: Portal, new_page: PageMaker, phone: str) -> None:
    page = new_page(javascript=True)
    page.context.add_init_script(f"({READER})('https://example.vn')")
    begins(page, portal, phone)
    page.locator("[data-live]").click()
    expect(page.locator("video")).to_be_visible()
    look(page, "identity-camera")
    page.locator("[data-stop]").click()
    expect(page.locator("video")).to_be_hidden()
    expect(page.locator("[data-live]")).to_be_focused()
    assert page.evaluate("window.track.readyState") == "ended"
    page.evaluate(NO_CAMERA)
    page.locator("[data-live]").click()
    expect(page.get_by_role("status")).to_contain_text(said(page, "Không mở được máy ảnh"))
    look(page, "identity-no-camera")


def test_a_browser_that_reads_pictures_sends_only_the_text(portal: Portal, new_page: PageMaker) -> None:
    page = new_page(javascript=True)
    page.context.add_init_script(f"({READER.replace('looks < 3', 'looks < 1')})({CCCD!r})")
    begins(page, portal, "0999000094")
    with page.expect_request(lambda request: request.method == "POST") as sent:
        choose(page, photo(code()))
    assert len(sent.value.post_data_buffer or b"") < 4_000
    expect_filled(page)


@pytest.mark.parametrize(("language", "phone"), [("vi", "0999000093"), ("en", "0999000083")])
def test_a_kept_photo_is_read_by_the_worker_and_the_citizen_told_before_ghi_nhan(
    portal: Portal, new_page: PageMaker, phone: str
) -> None:
    page = new_page(javascript=True)
    begins(page, portal, phone)
    page.locator("[name=full_name]").fill("Nguyễn Văn Khác")
    choose(page, photo(code()))
    expect(page.locator("[data-differences]")).to_be_visible()
    page.locator("[name=bhxh_code]").fill("9900000001")
    primary(page)
    for name, data in (("portrait", portrait_bytes()), ("id_front", photo(code())), ("id_back", id_back_bytes())):
        page.locator(f"[name={name}]").set_input_files(picture("a.jpg", data))
    primary(page)
    page.locator("[name=province]").select_option("01")
    press(page, page.locator("[name=choose_province]"))
    page.locator("[name=ward]").select_option("00004")
    page.locator("[name=address]").fill("Số 12")
    page.locator("[name=office]").select_option("00101")
    primary(page)
    deadline = time.monotonic() + WORKER_HAS
    while not page.locator("[data-differences]").is_visible() and time.monotonic() < deadline:
        page.reload()
    expect(page.locator("[data-differences]")).to_contain_text("Nguyễn Văn Mẫu")
    look(page, "check-differs")
