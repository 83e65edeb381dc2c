"""Requests already on their way when the account moves, and forms sent twice."""

from __future__ import annotations

from typing import Any, cast

import pytest
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.test import Client, RequestFactory

from accounts.browsers import Browser
from accounts.models import Device, Event, OneTimeCode, User
from accounts.services import devices, one_time_codes, passwords
from accounts.services.sessions import SessionOver
from tests.accounts.codes import newest_code
from tests.accounts.signing_in import WINDOWS, browser, sign_in
from tests.accounts.taking_over import TAKE_OVER_PAGE, ask_for_code, enter, is_in, take_over
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def test_what_the_first_browser_sends_after_the_take_over_is_not_done(
    citizen: User, first: Client, second: Client
) -> None:
    take_over(second)
    new = "Con trâu đi trước cái cày"
    sent = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert first.post("/doi-mat-khau/", sent).url == "/dang-nhap/"
    citizen.refresh_from_db()
    assert citizen.check_password(PASSWORD)
    assert is_in(second)


def test_the_first_browser_signing_out_late_does_not_sign_the_second_out(first: Client, second: Client) -> None:
    take_over(second)
    first.post("/dang-xuat/")
    assert is_in(second)


def test_the_button_pressed_twice_finishes_the_login_of_the_same_browser(first: Client, second: Client) -> None:
    twice = browser(WINDOWS)
    second.get("/dang-nhap/")
    twice.cookies["device"] = second.cookies["device"].value
    sign_in(second)
    sign_in(twice)
    ask_for_code(second)
    enter(second, newest_code())
    assert ask_for_code(twice).url == "/the-bhyt/"
    assert is_in(twice)


def late(client: Client) -> HttpRequest:
    """A request of this browser that has passed every gate already and goes on later."""
    request = RequestFactory().post("/")
    request.session = client.session
    request.user = get_user(request)
    return request


def test_a_sign_out_already_on_its_way_does_not_end_the_browser_that_took_over(
    citizen: User, first: Client, second: Client
) -> None:
    request = late(first)
    take_over(second)
    devices.sign_out(request, browser=Browser("", "k" * 43))
    assert is_in(second)
    assert citizen.devices.get(ended_at=None).name == "Edge trên Windows"


def test_a_new_password_already_on_its_way_is_not_set_after_the_take_over(
    citizen: User, first: Client, second: Client
) -> None:
    request = late(first)
    take_over(second)
    with pytest.raises(SessionOver):
        passwords.set_password(
            request, user=cast(User, request.user), new_password="Con trâu đi trước", current=PASSWORD
        )
    citizen.refresh_from_db()
    assert citizen.check_password(PASSWORD)
    assert not Event.objects.filter(action="password.changed").exists()
    assert is_in(second)


def test_a_new_password_sent_twice_is_one_change(first: Client) -> None:
    requests = [late(first), late(first)]
    new = "Con trâu đi trước"
    passwords.set_password(requests[0], user=cast(User, requests[0].user), new_password=new, current=PASSWORD)
    with pytest.raises(SessionOver):
        passwords.set_password(requests[1], user=cast(User, requests[1].user), new_password=new, current=PASSWORD)
    assert Event.objects.filter(action="password.changed").count() == 1


def test_a_password_changed_while_the_code_was_judged_ends_the_half_login(
    citizen: User, first: Client, second: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(second)
    ask_for_code(second)
    judge = one_time_codes.check_code

    def judged_just_before(*args: Any, **kwargs: Any) -> OneTimeCode:
        row = judge(*args, **kwargs)
        User.objects.filter(pk=citizen.pk).update(password="!")
        return row

    monkeypatch.setattr(one_time_codes, "check_code", judged_just_before)
    assert "mật khẩu vừa đổi" in enter(second, newest_code()).content.decode()
    assert Device.objects.filter(ended_at=None).count() == 1


def same_press(client: Client) -> Client:
    """The same form sent once more, with the cookies of before the answer to the first."""
    again = Client()
    for name, morsel in client.cookies.items():
        again.cookies[name] = morsel.value
    return again


def test_the_code_sent_twice_opens_the_account_once_and_puts_nobody_out(first: Client, second: Client) -> None:
    sign_in(second)
    ask_for_code(second)
    code, again = newest_code(), same_press(second)
    assert enter(second, code).url == "/the-bhyt/"
    answer = enter(again, code)
    assert answer.url.startswith("/dang-nhap/?")
    assert not answer.cookies["sessionid"].value
    assert is_in(second)
    assert second.post(TAKE_OVER_PAGE, {"resend": "1"}).url == "/the-bhyt/"


def test_the_second_of_two_presses_at_once_is_let_in_too(citizen: User, first: Client, second: Client) -> None:
    sign_in(second)
    ask_for_code(second)
    code, request = newest_code(), late(second)
    enter(second, code)
    before = Browser(WINDOWS, second.cookies["device"].value.split(".")[0])
    with pytest.raises(one_time_codes.CodeMissing):
        devices.take_over(request, code=code, browser=before)
    kept = devices.resume(request, browser=before)
    assert kept is not None
    (proof,) = kept.proofs
    assert proof.turn == citizen.devices.get(ended_at=None).pk
    assert second.cookies["device"].value.endswith(f"-{proof.digest}")
    assert citizen.devices.filter(ended_at=None).count() == 1
