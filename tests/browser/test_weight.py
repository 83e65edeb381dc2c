"""What a first view costs on a slow line: compressed bytes and requests of a browser that has been nowhere yet."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitors import PageMaker
from tests.browser.walking import DEMO_PASSWORD, sign_in

pytestmark = pytest.mark.browser

HEAVIEST = 60_000
MOST_REQUESTS = 8
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


def weigh(page: Page, path: str) -> tuple[int, int]:
    """Bytes on the line and requests until the page has all it asks for."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    arrived: list[int] = []
    line.on("Network.loadingFinished", lambda event: arrived.append(int(event["encodedDataLength"])))
    page.goto(path, wait_until="networkidle")
    expect(page.locator("h1")).to_be_visible()
    line.detach()
    return sum(arrived), len(arrived)


def judge(page: Page, path: str, weights: list[str], *, is_bound: bool = True) -> None:
    size, requests = weigh(page, path)
    assert requests > 1, f"{path} was not measured"
    weights.append(f"{path:<28} {size:>7,} {requests:>3}")
    if is_bound:
        assert size <= HEAVIEST, f"{path}: {size} bytes"
        assert requests <= MOST_REQUESTS, f"{path}: {requests} requests"


@pytest.mark.parametrize("path", OPEN_PAGES)
def test_first_view_of_a_page_open_to_all(new_page: PageMaker, weights: list[str], path: str) -> None:
    judge(new_page(javascript=True), path, weights)


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
