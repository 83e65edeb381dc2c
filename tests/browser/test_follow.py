"""After Ghi nhận, by hand: an officer asks for a supplement, its citizen follows, mends and withdraws the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.following import PURPOSE, filed, finds
from tests.browser.keyboard import Keyboard
from tests.browser.languages import said
from tests.browser.looking import look
from tests.browser.proving import refused, refused_code
from tests.browser.visitors import PageMaker
from tests.browser.walking import code_sent, picture, press, primary, sign_in_at_the_desk
from tests.registration.pictures import portrait_bytes
from tests.running import Portal

pytestmark = pytest.mark.browser


def opens_the_desks_file(page: Page, number: str) -> None:
    sign_in_at_the_desk(page, "canbo")
    page.goto("/admin/registration/declaration/")
    press(page, page.get_by_role("link", name=number))


def opens_with_a_code(page: Page, portal: Portal, phone: str) -> None:
    primary(page)
    expect(page.locator("h1")).to_have_text(said(page, "Nhập mã trong tin nhắn"))
    look(page, "file-code")
    refused_code(page, "file-code-wrong", "000000")
    page.locator("[name=code]").fill(code_sent(portal, PURPOSE, to=phone))
    primary(page)
    expect(page.locator("[data-file-number]")).to_be_visible()


def asks_by_keyboard(page: Page) -> None:
    """Ticks two items: their sentences stand ready; one more word, and it goes."""
    hands = Keyboard(page)
    hands.tick("[name=items][value=portrait]")
    hands.tick("[name=items][value=address]")
    words = page.locator("[name=ask_words]")
    portrait = said(page, "Chụp lại ảnh chân dung: rõ mặt, nhìn thẳng.")
    expect(words).to_have_value(f"{portrait}\n{said(page, 'Ghi lại nơi ở: tỉnh, phường/xã, số nhà.')}")
    page.locator("[name=items][value=address]").focus()
    hands.press("Space")
    expect(words).to_have_value(portrait)
    hands.press("Space")
    hands.go_to("[name=ask_words]")
    hands.press("Control+End")
    page.keyboard.type(" Cảm ơn bạn.")
    look(page, "review-asking", is_desk=True)
    hands.go_to("[data-ask] button")
    hands.enter()


def asks_without_a_script(page: Page) -> None:
    """The words are put in by the first press and go with the second."""
    page.locator("[name=items][value=portrait]").check()
    page.locator("[name=items][value=address]").check()
    button = page.locator("[data-ask] button")
    press(page, button)
    expect(page.get_by_role("alert")).to_contain_text(said(page, "bấm lần nữa"))
    look(page, "review-ask-words", is_desk=True)
    press(page, button)


@pytest.mark.parametrize(
    ("width", "javascript", "language", "code"),
    [(360, False, "vi", "9900000071"), (1280, True, "vi", "9900000072"), (360, True, "en", "9900000073")],
    ids=["360 px without JavaScript", "1280 px with JavaScript", "360 px in English"],
)
def test_a_supplement_is_asked_for_and_given(
    portal: Portal, data: Path, new_page: PageMaker, width: int, javascript: bool, language: str, code: str
) -> None:
    phone = f"09990000{code[-2:]}"
    number = filed(data, code, phone, language=language)
    desk = new_page(width=1280, javascript=javascript)
    opens_the_desks_file(desk, number)
    look(desk, "review-to-ask", is_desk=True)
    (asks_by_keyboard if javascript else asks_without_a_script)(desk)
    expect(desk.locator(".messagelist")).to_contain_text(said(desk, "Đã yêu cầu bổ sung"))
    press(desk, desk.get_by_role("link", name=said(desk, "Chờ bổ sung")))
    look(desk, "queue-supplement", is_desk=True)
    press(desk, desk.get_by_role("link", name=number))
    look(desk, "review-waits-for-citizen", is_desk=True)
    portal.text(rf"(?:ho so {number} can ban bo sung|file {number} needs something more)", to=phone)

    page = new_page(width=width, javascript=javascript)
    finds(page, number, phone)
    look(page, "status-supplement")
    opens_with_a_code(page, portal, phone)
    look(page, "file-supplement")
    press(page, page.get_by_role("link", name=said(page, "Bổ sung ngay")))
    look(page, "supplement")
    page.locator("[name=address]").fill("")
    refused(page, "supplement-refused")
    page.locator("[name=portrait]").set_input_files(picture("a.jpg", portrait_bytes()))
    primary(page)
    expect(page.locator(".photo-slot__good")).to_have_count(1)
    look(page, "supplement-photo-kept")
    page.locator("[name=address]").fill("Số 21, ngõ 5 phố Thử")
    primary(page)
    expect(page.get_by_role("status")).to_contain_text(said(page, "Đã gửi bổ sung"))
    look(page, "file-supplemented")

    desk.goto("/admin/registration/declaration/")
    look(desk, "queue-supplemented", is_desk=True)
    press(desk, desk.get_by_role("link", name=number))
    expect(desk.locator("main, #content").first).to_contain_text("Số 21, ngõ 5 phố Thử")
    look(desk, "review-supplemented", is_desk=True)

    page.goto("/ho-so/chi-tiet/")
    press(page, page.get_by_role("link", name=said(page, "Rút hồ sơ")))
    look(page, "withdraw")
    primary(page)
    expect(page.locator("[data-state]")).to_contain_text(said(page, "Đã rút"))
    look(page, "file-withdrawn")
    press(page, page.get_by_role("button", name=said(page, "Đóng hồ sơ")))
    look(page, "status-closed")
    page.goto("/ho-so/chi-tiet/")
    expect(page.locator("[name=file_number]")).to_be_visible()
    look(page, "status-needs-code")
