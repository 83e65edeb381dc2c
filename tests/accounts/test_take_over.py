"""The account moves to a second browser: what each of the two is shown, and the one that has to go."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Device, Event, Message, OneTimeCode, User
from accounts.services import devices
from tests.accounts.codes import newest_code
from tests.accounts.conftest import PHONE, text_of
from tests.accounts.signing_in import browser, sign_in
from tests.accounts.taking_over import TAKE_OVER_PAGE, ask_for_code, enter, is_in, take_over

pytestmark = pytest.mark.django_db


def test_the_right_password_in_a_second_browser_opens_nothing_and_names_the_first(
    first: Client, second: Client
) -> None:
    assert sign_in(second).url == TAKE_OVER_PAGE
    page = second.get(TAKE_OVER_PAGE).content.decode()
    assert "Chrome trên Android" in page
    assert timezone.localtime().strftime("%d/%m/%Y") in page
    assert f'ba số cuối </span><span class="numeral">{PHONE[-3:]}</span>' in page
    assert PHONE[-4:] not in page
    assert not is_in(second)
    assert is_in(first)
    assert not OneTimeCode.objects.exists()


def test_the_code_moves_the_account_and_the_first_browser_is_told_why(
    citizen: User, first: Client, second: Client
) -> None:
    assert take_over(second).url == "/the-bhyt/"
    assert is_in(second)
    out = first.get("/qua-trinh-tham-gia/")
    assert out.url == "/dang-nhap/?next=/qua-trinh-tham-gia/"
    assert "no-store" in out["Cache-Control"]
    page = first.get(out.url).content.decode()
    assert "Tài khoản đã mở trên thiết bị khác" in page
    moved = timezone.localtime(citizen.devices.earliest("pk").ended_at).strftime("%H:%M %d/%m/%Y")
    assert f"lúc {moved} được chuyển sang Edge trên Windows" in page
    assert "Có người biết mật khẩu và có mã của bạn" in page
    assert page.count(PHONE[-3:]) == 1  # the end of the account's code, which happens to be the same
    assert "Bạn chưa đăng nhập" not in page
    assert page.index("<h1>") < page.index("<h2>")
    assert not is_in(first)
    citizen.refresh_from_db()
    before, after = citizen.devices.order_by("pk")
    assert citizen.active_device == after
    assert (before.ended_by, after.ended_at) == (Device.Ending.TAKE_OVER, None)
    event = Event.objects.get(action="device.taken_over")
    assert event.detail == {"device": after.pk, "from": before.pk}
    assert (event.actor_id, event.person_id) == (citizen.pk, citizen.person_id)


def test_the_owner_is_told_of_a_device_they_do_not_know(citizen: User, first: Client, second: Client) -> None:
    take_over(second)
    of_first, of_second = Message.objects.filter(purpose="device").order_by("pk")
    assert str(of_second.to) == PHONE
    assert "Edge tren Windows" in text_of(of_second)
    assert "Edge tren Windows" not in text_of(of_first)


def test_the_owner_is_not_told_of_a_device_they_left_by_signing_out(
    citizen: User, first: Client, second: Client
) -> None:
    first.post("/dang-xuat/")
    sign_in(second)
    told = Message.objects.filter(purpose="device").count()
    take_over(first)
    assert is_in(first)
    assert Message.objects.filter(purpose="device").count() == told


def test_the_warning_and_the_code_page_tell_two_phones_of_one_maker_apart(
    citizen: User, first: Client, second: Client
) -> None:
    Device.objects.update(started_at="2026-11-02T01:05:00Z", last_used_at="2026-11-03T02:06:00Z")
    sign_in(second)
    warning = second.get(TAKE_OVER_PAGE).content.decode()
    assert "Đăng nhập từ 08:05 02/11/2026. Dùng lần cuối 09:06 03/11/2026." in warning
    assert "Có thể có người biết mật khẩu của bạn" in warning
    ask_for_code(second)
    page = second.get(TAKE_OVER_PAGE).content.decode()
    assert "Chrome trên Android (đăng nhập từ 08:05 02/11/2026) thoát ra ngay" in page


def test_with_the_code_on_its_way_one_may_still_think_better_of_it_or_have_lost_the_number(
    first: Client, second: Client
) -> None:
    sign_in(second)
    ask_for_code(second)
    page = second.get(TAKE_OVER_PAGE).content.decode()
    assert 'name="cancel"' in page
    assert "Không còn giữ số điện thoại này" in page
    assert second.post(TAKE_OVER_PAGE, {"cancel": "1"}).url == "/"
    assert is_in(first)


def test_a_browser_put_out_is_told_of_the_one_that_took_over_not_of_a_later_one(
    citizen: User, first: Client, second: Client
) -> None:
    take_over(second)
    second.post("/dang-xuat/")
    sign_in(browser("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0"))
    page = first.get(first.get("/the-bhyt/").url).content.decode()
    assert "chuyển sang Edge trên Windows" in page
    assert "Firefox trên Linux" not in page


def test_the_account_comes_back_the_same_way(first: Client, second: Client) -> None:
    take_over(second)
    assert take_over(first).url == "/the-bhyt/"
    assert "Tài khoản đã mở trên thiết bị khác" not in first.get("/the-bhyt/").content.decode()
    assert is_in(first)
    assert not is_in(second)


def test_a_login_typed_into_a_page_of_the_session_before_is_not_lost(first: Client, second: Client) -> None:
    take_over(second)
    assert sign_in(first).url == TAKE_OVER_PAGE


def test_the_person_goes_on_to_the_page_they_were_heading_for(first: Client, second: Client) -> None:
    sign_in(second, next="/qua-trinh-tham-gia/")
    ask_for_code(second)
    assert enter(second, newest_code()).url == "/qua-trinh-tham-gia/"


def test_thinking_better_of_it_says_that_nothing_changed_and_the_next_login_warns_again(
    first: Client, second: Client
) -> None:
    sign_in(second)
    ask_for_code(second)
    page = second.post(TAKE_OVER_PAGE, {"cancel": "1"}, follow=True).content.decode()
    assert "Không có gì thay đổi" in page
    sign_in(second)
    assert "data-other-device" in second.get(TAKE_OVER_PAGE).content.decode()
    assert is_in(first)


def test_without_a_phone_the_office_helps_and_nothing_is_sent(citizen: User, first: Client, second: Client) -> None:
    User.objects.filter(pk=citizen.pk).update(phone="")
    sign_in(second)
    assert str(devices.NoPhone()) in second.get(TAKE_OVER_PAGE).content.decode()
    assert 'name="send"' not in second.get(TAKE_OVER_PAGE).content.decode()
    ask_for_code(second)
    assert not OneTimeCode.objects.exists()
