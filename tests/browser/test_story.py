"""The main job by hand, in a browser: on a 360 px screen without JavaScript, and with it, small and wide."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import WITH_JAVASCRIPT, PageMaker
from tests.registration.pictures import id_back_bytes, id_front_bytes, portrait_bytes
from tests.running import Portal

pytestmark = pytest.mark.browser

DEMO_PASSWORD = "Demo-Portal-2026"
NEW_PASSWORD = "Con trâu đi trước cái cày"
SHOTS = os.environ.get("PORTAL_SCREENSHOTS", "")


@dataclass(frozen=True)
class Citizen:
    """A demo person who lives in Phường Ba Đình and has no account yet."""

    code: str
    full_name: str
    birth_date: str
    sex: str
    cccd: str
    card_state: str
    participation: str

    @property
    def phone(self) -> str:
        return f"09990000{self.code[-2:]}"


MAU = Citizen("9900000001", "Nguyễn Văn Mẫu", "15/08/1985", "male", "001085999001", "active", "18 năm 2 tháng")
THAO = Citizen("9900000019", "Mai Phương Thảo", "27/03/1997", "female", "001197999019", "active", "6 năm 9 tháng")
VINH = Citizen("9900000015", "Trương Thế Vinh", "30/01/1980", "male", "001080999015", "not_started", "Chưa có tháng")


def look(page: Page, name: str, *, is_ours: bool = True) -> None:
    """No page is wider than the screen, none breaks a rule of axe; kept as a picture when a folder is named."""
    wide = page.locator("html").bounding_box()["width"]
    assert wide <= page.viewport_size["width"], f"{name} is {wide} px wide"
    if is_ours and _has_javascript(page):
        found = Axe().run(page).response["violations"]
        assert not found, f"{name}: {[(one['id'], one['nodes'][0]['html']) for one in found]}"
    if SHOTS and not _has_javascript(page):
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def _has_javascript(page: Page) -> bool:
    return page.context in WITH_JAVASCRIPT


def primary(page: Page) -> None:
    page.locator("form[data-main] [data-primary]").click()


def picture(name: str, data: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": data}


def declare(page: Page, portal: Portal, person: Citizen) -> str:
    """Every page filled in, with a slip here and there; the file number."""
    page.goto("/")
    look(page, "01-home")
    page.get_by_role("link", name="Bắt đầu đăng ký").click()
    primary(page)
    expect(page.get_by_role("alert")).to_contain_text("Chọn Cá nhân hoặc Tổ chức")
    look(page, "02-start-error")
    page.locator("[name=applicant_kind][value=individual]").check()
    primary(page)
    page.locator("[name=phone]").fill(person.phone)
    look(page, "03-phone")
    primary(page)
    look(page, "04-code")
    page.locator("[name=code]").fill("000000")
    primary(page)
    look(page, "05-code-wrong")
    page.locator("[name=code]").fill(portal.text(r"(\d{6}) la ma xac nhan", to=person.phone)[1])
    primary(page)
    page.locator("[name=full_name]").fill(person.full_name)
    page.locator("[name=bhxh_code]").fill("99000")
    primary(page)
    expect(page.locator("[name=full_name]")).to_have_value(person.full_name)
    expect(page.locator("[name=bhxh_code]")).to_have_attribute("aria-invalid", "true")
    look(page, "06-identity-errors")
    page.locator("[name=bhxh_code]").fill(person.code)
    page.locator("[name=birth_date]").fill(person.birth_date)
    page.locator(f"[name=sex][value={person.sex}]").check()
    page.locator("[name=id_kind][value=cccd]").check()
    page.locator("[name=id_number]").fill(person.cccd)
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
    look(page, "11-queue", is_ours=False)
    page.get_by_role("link", name=file_number).click()
    look(page, "12-review", is_ours=False)
    page.get_by_role("button", name="Chấp nhận").click()
    expect(page.locator(".messagelist")).to_contain_text("Đã chấp nhận")


@pytest.mark.parametrize(
    ("person", "width", "javascript"), [(MAU, 360, False), (THAO, 360, True), (VINH, 1280, True)], ids=lambda x: str(x)
)
def test_the_story_of_a_citizen(
    portal: Portal, new_page: PageMaker, person: Citizen, width: int, javascript: bool
) -> None:
    citizen = new_page(width=width, javascript=javascript)
    file_number = declare(citizen, portal, person)
    assert re.fullmatch(r"\d{5}/\d{4}/00101", file_number)
    assert portal.text(r"ma ho so (\S+)\.", to=person.phone)[1] == file_number

    citizen.get_by_role("link", name="Theo dõi hồ sơ").first.click()
    expect(citizen.locator("[name=file_number]")).to_have_value(file_number)
    citizen.locator("[name=phone]").fill("0999000099")
    primary(citizen)
    expect(citizen.get_by_role("alert")).to_contain_text("Không tìm thấy hồ sơ")
    look(citizen, "12-status-wrong-phone")
    citizen.locator("[name=phone]").fill(person.phone)
    primary(citizen)
    expect(citizen.locator("[data-state]")).to_contain_text("Chờ tiếp nhận")
    look(citizen, "13-status")

    accept(new_page(width=1280), file_number)

    password = portal.text(rf"tai khoan {person.code}, mat khau: (\w+)", to=person.phone)[1]
    citizen.goto("/dang-nhap/")
    citizen.locator("[name=username]").fill(person.code)
    citizen.locator("[name=password]").fill("sai")
    primary(citizen)
    expect(citizen.get_by_role("alert")).to_contain_text("chưa đúng")
    look(citizen, "14-login-wrong")
    citizen.locator("[name=password]").fill(password)
    primary(citizen)
    expect(citizen).to_have_url(re.compile("/doi-mat-khau/"))
    look(citizen, "15-first-password")
    citizen.locator("[name=new_password1]").fill(NEW_PASSWORD)
    citizen.locator("[name=new_password2]").fill(NEW_PASSWORD)
    primary(citizen)
    expect(citizen.locator(f"[data-state={person.card_state}]")).to_be_visible()
    expect(citizen.locator("main")).to_contain_text(person.code)
    assert citizen.locator("main svg").count() > 0
    look(citizen, "16-card")
    citizen.get_by_role("link", name="Quá trình tham gia").first.click()
    expect(citizen.locator("main")).to_contain_text(person.participation)
    look(citizen, "17-history")
    citizen.get_by_role("button", name="Đăng xuất").click()
    citizen.goto("/the-bhyt/")
    expect(citizen).to_have_url(re.compile("/dang-nhap/"))
