"""The new password opens the account where it was set: password and code are what a take-over asks for."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Device, Event, Message, User
from tests import factories
from tests.accounts.codes import newest_code
from tests.accounts.conftest import text_of
from tests.accounts.resetting import ASK, ENTER, NEW, SET, ask, enter, lock, proved, set_new
from tests.accounts.signing_in import CODE, WINDOWS, browser, sign_in
from tests.accounts.taking_over import TAKE_OVER_PAGE, is_in, take_over
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

PRESS = "/dang-nhap/khong-phai-toi/"


def set_and_read(client: Client, password: str = NEW) -> str:
    """The page that the new password leads to."""
    return client.post(SET, {"new_password1": password, "new_password2": password}, follow=True).content.decode()


def test_it_opens_here_and_says_so(citizen: User) -> None:
    client = proved(browser())
    before = client.session.session_key
    answer = client.post(SET, {"new_password1": NEW, "new_password2": NEW}, follow=True)
    assert answer.redirect_chain == [("/the-bhyt/", 302)]
    assert "Đã đặt mật khẩu mới. Tài khoản mở ở đây; nơi khác đã thoát." in answer.content.decode()
    assert client.session.session_key != before
    citizen.refresh_from_db()
    assert citizen.active_device == citizen.devices.get()
    assert [event.action for event in Event.objects.order_by("pk")] == ["password.reset", "device.taken_over"]


def test_its_owner_is_told_of_the_device_too(citizen: User) -> None:
    set_new(proved(browser(WINDOWS)))
    notices = Message.objects.filter(kind=Message.Kind.NOTICE)
    assert set(notices.values_list("purpose", flat=True)) == {"password", "device"}
    assert "Edge tren Windows" in text_of(notices.get(purpose="device"))


def test_the_device_that_was_active_is_put_out_as_by_a_take_over(citizen: User, first: Client) -> None:
    before = User.objects.get(pk=citizen.pk).active_device
    assert before is not None
    second = proved(browser(WINDOWS))
    set_new(second)
    assert is_in(second)
    assert not is_in(first)
    before.refresh_from_db()
    assert before.ended_by == Device.Ending.TAKE_OVER
    after = User.objects.get(pk=citizen.pk).active_device_id
    assert Event.objects.get(action="device.taken_over").detail == {"device": after, "from": before.pk}
    assert sign_in(first, password=NEW).url == TAKE_OVER_PAGE


def test_whoever_was_put_out_may_say_that_it_was_not_they(citizen: User, first: Client) -> None:
    second = proved(browser(WINDOWS))
    set_new(second)
    first.get("/the-bhyt/")
    page = first.get("/dang-nhap/").content.decode()
    assert 'data-put-out="take_over"' in page
    assert "chuyển sang Edge trên Windows" in page
    assert first.post(PRESS).url == ENTER
    assert not is_in(second)
    citizen.refresh_from_db()
    assert citizen.locked_at is not None


def test_in_the_browser_that_has_the_account_it_goes_on_with_its_turn(citizen: User, first: Client) -> None:
    turn = Device.objects.get()
    set_new(proved(first))
    assert is_in(first)
    assert Device.objects.get() == turn
    citizen.refresh_from_db()
    assert (citizen.active_device, turn.ended_at) == (turn, None)
    assert not Event.objects.filter(action="device.taken_over").exists()
    assert Message.objects.filter(purpose="device").count() == 1  # of the first login


def test_another_of_the_family_who_was_signed_in_here_is_out_and_keeps_their_password(citizen: User) -> None:
    other = factories.citizen(factories.person("9900000002"), phone="+84999000002")
    client = factories.signed_in(other)
    set_and_read(proved(client))
    assert client.session["_auth_user_id"] == str(citizen.pk)
    assert User.objects.get(pk=other.pk).check_password(PASSWORD)
    assert not Event.objects.filter(person_id=other.person_id, action="password.reset").exists()


def test_the_same_password_may_be_set_again_by_whoever_only_wants_the_lock_of_wrong_tries_opened(
    citizen: User,
) -> None:
    for _ in range(5):
        sign_in(browser(), password="sai-mật-khẩu")
    client = proved(browser())
    assert set_new(client, PASSWORD).url == "/the-bhyt/"
    client.post("/dang-xuat/")
    assert sign_in(browser()).url == "/the-bhyt/"


def test_an_account_locked_by_not_me_is_opened_for_a_login_only(citizen: User) -> None:
    lock(citizen)
    client = proved(browser())
    page = set_and_read(client)
    assert "Tài khoản đã mở khóa. Đăng nhập bằng mật khẩu vừa đặt." in page
    assert not is_in(client)
    citizen.refresh_from_db()
    assert (citizen.locked_at, citizen.active_device) == (None, None)
    assert set(Event.objects.values_list("action", flat=True)) == {"password.reset", "account.unlocked"}
    assert sign_in(client, password=NEW).url == "/the-bhyt/"


def test_a_locked_account_does_not_take_the_password_that_the_stranger_knows(citizen: User) -> None:
    lock(citizen)
    client = proved(browser())
    assert "phải khác mật khẩu đang dùng" in set_and_read(client, PASSWORD)
    citizen.refresh_from_db()
    assert citizen.locked_at is not None
    assert not Event.objects.exists()
    assert set_new(client).url == "/dang-nhap/"


def test_after_not_me_the_page_is_sure_that_a_code_was_sent(citizen: User, first: Client) -> None:
    take_over(browser(WINDOWS))
    first.get("/the-bhyt/")
    first.post(PRESS)
    page = first.get(ENTER).content.decode()
    assert "Mã gửi tới số điện thoại nhận mã của tài khoản." in page
    assert "Nếu mã số này có tài khoản" not in page
    other = browser()
    ask(other)
    assert "Nếu mã số này có tài khoản" in other.get(ENTER).content.decode()


def test_typed_into_pages_of_a_session_that_is_over_it_is_not_lost(citizen: User, first: Client) -> None:
    take_over(browser(WINDOWS))
    assert ask(first).url == ENTER
    assert enter(first, newest_code()).url == SET
    assert set_new(first).url == "/the-bhyt/"
    assert is_in(first)


def test_a_dead_session_does_nothing_for_its_account_elsewhere(citizen: User, first: Client) -> None:
    """Only the pages that are open to everybody go on as nobody."""
    take_over(browser(WINDOWS))
    new = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert first.post("/doi-mat-khau/", new).url.startswith("/dang-nhap/")
    assert User.objects.get(pk=citizen.pk).check_password(PASSWORD)


def test_the_page_repeats_the_end_of_what_was_typed_and_no_more(citizen: User) -> None:
    client = browser()
    ask(client, " 99000 00456")
    page = client.get(ENTER).content.decode()
    assert '<span class="numeral">456</span>' in page
    assert "0456" not in page
    assert client.get(ASK).status_code == 200
    assert CODE not in page
