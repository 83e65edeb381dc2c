"""The main job by hand, from the declaration to who looked: small and wide, with JavaScript and without."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cards.services.drawing import draw
from tests.browser.beside import put_in_the_register, qr_text
from tests.browser.languages import said
from tests.browser.looking import look
from tests.browser.people import MAU, PHAM_Y, THAO, THAOS_TWIN, VINH, Citizen
from tests.browser.proving import OTHER_PHONE, TAKE_OVER
from tests.browser.visitors import PageMaker
from tests.browser.walking import (
    DEMO_PASSWORD,
    NEW_PASSWORD,
    accept,
    check_card,
    code_sent,
    declare,
    first_login,
    press,
    primary,
    sign_in,
    track,
)
from tests.running import Portal

pytestmark = pytest.mark.browser

RUNS = [
    (MAU, 360, False, "vi"),
    (THAO, 360, True, "vi"),
    (VINH, 1280, True, "vi"),
    (PHAM_Y, 1280, False, "vi"),
    (THAOS_TWIN, 360, True, "en"),
]
FACILITY = "Phòng khám 107 Tôn Đức Thắng"  # of the desk 01020_BV


@pytest.mark.parametrize(
    ("person", "width", "javascript", "language"),
    RUNS,
    ids=[
        f"{width} px, {'with' if script else 'without'} JavaScript, {language}" for _, width, script, language in RUNS
    ],
)
def test_the_story_of_a_citizen(
    portal: Portal, data: Path, new_page: PageMaker, person: Citizen, width: int, javascript: bool
) -> None:
    if person is THAOS_TWIN:
        put_in_the_register(data, [THAOS_TWIN.code])
    first = new_page(width=width, javascript=javascript)
    file_number = declare(first, portal, person)
    assert re.fullmatch(r"\d{5}/\d{4}/00101", file_number)
    assert portal.text(r"(?:ma ho so|file number) (\S+)\.", to=person.phone)[1] == file_number
    track(first, person)
    accept(new_page(width=1280, javascript=javascript), file_number)
    first_login(first, portal, person)
    sees_card_and_history(first, person)

    second = new_page(width=width, javascript=javascript, user_agent=OTHER_PHONE)
    moves_here(second, portal, person, away_from="Chrome trên Linux")
    is_told_why_it_is_out(first, moved_to="Chrome trên Android")

    scan = qr_text(data, person.code)
    shows_the_code(second, scan)
    looks_at_the_card_twice(new_page(width=1280, javascript=javascript), person, scan=scan)
    sees_who_looked(second)


def sees_card_and_history(page: Page, person: Citizen) -> None:
    expect(page.locator(f"main [data-state={person.card_state}]")).to_be_visible()
    expect(page.locator("main")).to_contain_text(person.code)
    look(page, "card")
    press(page, page.get_by_role("link", name=said(page, "Quá trình tham gia")).first)
    expect(page.locator("main")).to_contain_text(said(page, person.participation))
    look(page, "history")


def moves_here(page: Page, portal: Portal, person: Citizen, *, away_from: str) -> None:
    """The password alone shows nothing but which device has the account; the code brings it here."""
    sign_in(page, person.code, NEW_PASSWORD)
    expect(page).to_have_url(re.compile("/dang-nhap/chuyen-thiet-bi/"))
    expect(page.locator("main")).to_contain_text(said(page, away_from))
    look(page, "take-over")
    page.goto("/the-bhyt/")
    expect(page).to_have_url(re.compile(r"/dang-nhap/\?"))
    sign_in(page, person.code, NEW_PASSWORD)
    primary(page)
    look(page, "take-over-code")
    primary(page)
    expect(page.locator("[name=code]")).to_have_attribute("aria-invalid", "true")
    look(page, "take-over-code-missing")
    page.locator("[name=code]").fill(code_sent(portal, TAKE_OVER, to=person.phone))
    primary(page)
    expect(page.locator(f"main [data-state={person.card_state}]")).to_be_visible()


def is_told_why_it_is_out(page: Page, *, moved_to: str) -> None:
    press(page, page.get_by_role("link", name=said(page, "Thẻ BHYT")).first)
    expect(page).to_have_url(re.compile("/dang-nhap/"))
    expect(page.locator("main")).to_contain_text(said(page, moved_to))
    expect(page.locator("main [data-state]")).to_have_count(0)
    look(page, "put-out")


def shows_the_code(page: Page, scan: str) -> None:
    """The drawn code says exactly this text."""
    drawn = page.locator(".bhyt-card__qr svg path").last.get_attribute("d")
    assert f'd="{drawn}"' in draw(scan)


def looks_at_the_card_twice(page: Page, person: Citizen, *, scan: str) -> None:
    """By the scanned code, then by the number; the reason is given once, and Reload and Back are no further looks."""
    sign_in(page, "01020_BV", DEMO_PASSWORD)
    expect(page).to_have_url(re.compile("/co-so-kcb/"))
    look(page, "clinic")
    page.locator("[name=reason][value=care]").check()
    for typed, birth_date, name in ((scan, "", "scanned"), (person.code, person.birth_date, "typed")):
        check_card(page, typed, birth_date)
        expect(page.locator(f"[data-result][data-state={person.card_state}]")).to_be_visible()
        expect(page.locator("main")).to_contain_text(person.full_name)
        expect(page.locator("main img")).to_be_visible()
        look(page, f"clinic-{name}-{person.card_state}")
    for turn in (page.reload, page.go_back):
        turn()
        expect(page.locator("[data-result]")).to_be_visible()
        expect(page.locator("main")).to_contain_text(person.full_name)


def sees_who_looked(page: Page) -> None:
    page.goto("/tai-khoan/")
    expect(page.locator("[data-device]")).to_contain_text(said(page, "Chrome trên Android"))
    expect(page.locator("[data-login]")).to_have_count(2)
    for look_back, way in ((0, said(page, "gõ số")), (1, said(page, "quét mã"))):
        row = page.locator("[data-look]").nth(look_back)
        expect(row).to_contain_text(FACILITY)
        expect(row).to_contain_text(said(page, "Khám, chữa bệnh"))
        expect(row).to_contain_text(way)
        expect(row).not_to_contain_text(" lần")
    look(page, "account")
    page.goto("/tai-khoan/luot-xem/")
    expect(page.locator("[data-look]").first).to_contain_text(FACILITY)
    look(page, "looks")
