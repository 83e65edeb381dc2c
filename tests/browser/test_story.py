"""The main job by hand, in a browser, on a 360 px screen, without JavaScript."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageMaker
from tests.registration.pictures import id_back_bytes, id_front_bytes, portrait_bytes
from tests.running import Portal

pytestmark = pytest.mark.browser

DEMO_PASSWORD = "Demo-Portal-2026"
NEW_PASSWORD = "Con trâu đi trước cái cày"
SHOTS = os.environ.get("PORTAL_SCREENSHOTS", "")


def look(page: Page, name: str) -> None:
    """No page is wider than the screen; kept as a picture when a folder is named."""
    width = page.locator("html").bounding_box()["width"]
    assert width <= page.viewport_size["width"], f"{name} is {width} px wide"
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def primary(page: Page) -> None:
    page.locator("form[data-main] [data-primary]").click()


def picture(name: str, data: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": data}


def declare(page: Page, portal: Portal) -> str:
    """Demo person 9900000001 fills in every page; the file number."""
    page.goto("/")
    look(page, "01-home")
    page.get_by_role("link", name="Bắt đầu đăng ký").click()
    primary(page)
    expect(page.get_by_role("alert")).to_contain_text("Chọn Cá nhân hoặc Tổ chức")
    look(page, "02-start-error")
    page.locator("[name=applicant_kind][value=individual]").check()
    primary(page)
    page.locator("[name=phone]").fill("0999 000 001")
    look(page, "03-phone")
    primary(page)
    look(page, "04-code")
    page.locator("[name=code]").fill("000000")
    primary(page)
    look(page, "05-code-wrong")
    page.locator("[name=code]").fill(portal.text(r"(\d{6}) la ma xac nhan")[1])
    primary(page)
    page.locator("[name=full_name]").fill("Nguyễn Văn Mẫu")
    page.locator("[name=bhxh_code]").fill("99000")
    primary(page)
    expect(page.locator("[name=full_name]")).to_have_value("Nguyễn Văn Mẫu")
    expect(page.locator("[name=bhxh_code]")).to_have_attribute("aria-invalid", "true")
    look(page, "06-identity-errors")
    page.locator("[name=bhxh_code]").fill("9900000001")
    page.locator("[name=birth_date]").fill("15/08/1985")
    page.locator("[name=sex][value=male]").check()
    page.locator("[name=id_kind][value=cccd]").check()
    page.locator("[name=id_number]").fill("001085999001")
    primary(page)
    page.locator("[name=portrait]").set_input_files(picture("a.jpg", portrait_bytes()))
    page.locator("[name=id_front]").set_input_files(picture("b.jpg", b"not a photo"))
    primary(page)
    expect(page.locator(".photo-slot img")).to_have_count(1)
    look(page, "07-photos-one-kept")
    page.locator("[name=id_front]").set_input_files(picture("b.jpg", id_front_bytes()))
    page.locator("[name=id_back]").set_input_files(picture("c.jpg", id_back_bytes()))
    primary(page)
    page.locator("[name=province]").select_option("01")
    page.locator("[name=choose_province]").click()
    page.locator("[name=ward]").select_option("00004")
    page.locator("[name=address]").fill("Số 12, ngõ 5 phố Thử")
    look(page, "08-address")
    page.locator("[name=office]").select_option("00101")
    primary(page)
    look(page, "09-check")
    page.locator("[name=consent]").check()
    page.locator("[name=commitment]").check()
    expect(page.locator("[data-primary]")).to_have_text("Ghi nhận")
    primary(page)
    look(page, "10-done")
    return page.locator("[data-file-number]").inner_text().replace(" ", "")


def accept(page: Page, file_number: str) -> None:
    """The ward's officer finds the file in the queue and accepts it."""
    page.goto("/admin/")
    page.locator("[name=username]").fill("canbo")
    page.locator("[name=password]").fill(DEMO_PASSWORD)
    page.locator("[type=submit]").click()
    page.goto("/admin/registration/declaration/")
    look(page, "11-queue")
    page.get_by_role("link", name=file_number).click()
    look(page, "12-review")
    page.get_by_role("button", name="Chấp nhận").click()
    expect(page.locator(".messagelist")).to_contain_text("Đã chấp nhận")


def test_the_story_of_a_citizen(portal: Portal, new_page: PageMaker) -> None:
    citizen = new_page()
    file_number = declare(citizen, portal)
    assert re.fullmatch(r"\d{5}/\d{4}/00101", file_number)
    assert portal.text(r"ma ho so (\S+)\.")[1] == file_number

    citizen.get_by_role("link", name="Theo dõi hồ sơ").first.click()
    citizen.locator("[name=file_number]").fill(file_number)
    citizen.locator("[name=phone]").fill("0999000001")
    primary(citizen)
    expect(citizen.locator("[data-state]")).to_contain_text("Chờ tiếp nhận")
    look(citizen, "13-status")

    accept(new_page(width=1280), file_number)

    password = portal.text(r"tai khoan 9900000001, mat khau: (\w+)")[1]
    citizen.goto("/dang-nhap/")
    citizen.locator("[name=username]").fill("9900000001")
    citizen.locator("[name=password]").fill(password)
    look(citizen, "14-login")
    primary(citizen)
    expect(citizen).to_have_url(re.compile("/doi-mat-khau/"))
    look(citizen, "15-first-password")
    citizen.locator("[name=new_password1]").fill(NEW_PASSWORD)
    citizen.locator("[name=new_password2]").fill(NEW_PASSWORD)
    primary(citizen)
    expect(citizen.get_by_role("heading", name="Thẻ BHYT").first).to_be_visible()
    expect(citizen.locator("main")).to_contain_text("9900000001")
    assert citizen.locator("main svg").count() > 0
    look(citizen, "16-card")
    citizen.goto("/qua-trinh-tham-gia/")
    expect(citizen.locator("main")).to_contain_text("18 năm 2 tháng")
    look(citizen, "17-history")
