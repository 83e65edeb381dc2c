"""What a first view costs on a slow line, of every kind of page."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.following import filed, opens
from tests.browser.languages import said
from tests.browser.people import LY
from tests.browser.visitors import PageMaker
from tests.browser.walking import (
    DEMO_PASSWORD,
    at_the_photos,
    pick,
    press,
    primary,
    prove_phone,
    say_where,
    say_who,
    show_papers,
    sign_in,
)
from tests.browser.weighing import judge
from tests.registration.pictures import leaves_bytes
from tests.running import Portal

pytestmark = pytest.mark.browser

# Only words differ in English: the two with most of them.
IN_ENGLISH = ["/", "/tin-nhan/"]
OPEN_PAGES = ["/", "/dang-ky/", "/dang-ky/ca-nhan/", "/ho-so/", "/dang-nhap/", "/quen-mat-khau/", "/tin-nhan/"]
OWN_PAGES = [
    "/the-bhyt/",
    "/qua-trinh-tham-gia/",
    "/tai-khoan/",
    "/tai-khoan/luot-xem/",
    "/tai-khoan/nhat-ky/",
    "/tai-khoan/dien-thoai/",
    "/tai-khoan/ma-du-phong/",
]
DESK_PAGES = ["/admin/login/"]
LEAVES_PHONE = "0977000007"


@pytest.mark.parametrize(("path", "language"), [*product(OPEN_PAGES, ["vi"]), *product(IN_ENGLISH, ["en"])])
def test_first_view_of_a_page_open_to_all(new_page: PageMaker, weights: list[str], path: str) -> None:
    judge(new_page(javascript=True), path, weights)


def test_first_views_of_a_declaration(portal: Portal, new_page: PageMaker, weights: list[str]) -> None:
    """Each of its pages as a browser that has been nowhere sees it, with whatever was answered and sent by then."""
    walker = new_page(javascript=True)

    def weighed() -> None:
        session = walker.context.storage_state()
        judge(new_page(javascript=True, storage_state=session), urlsplit(walker.url).path, weights)

    walker.goto("/dang-ky/")
    walker.locator("[name=applicant_kind][value=individual]").check()
    primary(walker)
    prove_phone(walker, portal, LY)
    weighed()
    say_who(walker, LY)
    weighed()
    show_papers(walker)
    weighed()
    press(walker, walker.get_by_role("link", name=said(walker, "Quay lại")))
    weighed()
    primary(walker)
    say_where(walker)
    weighed()
    walker.locator("[name=consent]").check()
    walker.locator("[name=commitment]").check()
    primary(walker)
    weighed()


def test_first_view_of_pictures_that_are_busy_all_over(portal: Portal, new_page: PageMaker, weights: list[str]) -> None:
    walker = new_page(javascript=True)
    at_the_photos(walker, portal, LEAVES_PHONE)
    for kind in ("portrait", "id_front", "id_back"):
        pick(walker, kind, leaves_bytes())
    expect(walker.locator(".photo-slot img")).to_have_count(3)
    session = walker.context.storage_state()
    judge(new_page(javascript=True, storage_state=session), urlsplit(walker.url).path, weights)


def test_first_view_of_a_supplement(portal: Portal, data: Path, new_page: PageMaker, weights: list[str]) -> None:
    citizen, code, phone = new_page(), "9900000077", "0999000077"
    opens(citizen, portal, filed(data, code, phone, asked=("portrait", "id_front", "id_back", "address")), phone)
    judge(new_page(javascript=True, storage_state=citizen.context.storage_state()), "/ho-so/bo-sung/", weights)


def test_first_views_of_a_citizens_own_pages(new_page: PageMaker, weights: list[str]) -> None:
    known = new_page()
    sign_in(known, "9900000002", DEMO_PASSWORD)
    session = known.context.storage_state()
    for path in OWN_PAGES:
        judge(new_page(javascript=True, storage_state=session), path, weights)


def test_first_view_of_the_clinic(new_page: PageMaker, weights: list[str]) -> None:
    known = new_page()
    sign_in(known, "01020_BV", DEMO_PASSWORD)
    judge(new_page(javascript=True, storage_state=known.context.storage_state()), "/co-so-kcb/", weights)


@pytest.mark.parametrize("path", DESK_PAGES)
def test_the_desk_is_weighed_for_information(new_page: PageMaker, weights: list[str], path: str) -> None:
    judge(new_page(width=1280, javascript=True), path, weights, is_bound=False)
