"""Recovery by many hands at once: the account's row lock is what decides."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import Client, RequestFactory

from accounts.browsers import Browser
from accounts.models import Device, Event, Message, OneTimeCode, RecoveryCode, User
from accounts.services import devices, half_logins, one_time_codes, recovery, recovery_codes
from accounts.services.half_logins import Step
from tests import factories
from tests.accounts.codes import ADDRESS, newest_code
from tests.accounts.conftest import PHONE, code_in
from tests.accounts.resetting import NEW, proved
from tests.accounts.signing_in import CODE, WINDOWS, browser
from tests.races import at_once, refusals

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("broker")]

AT_ONCE = 8


def request_of(session: Any) -> HttpRequest:
    request = RequestFactory().post("/")
    request.session, request.user = session, AnonymousUser()
    return request


def settle(*calls: Callable[[], Any]) -> list[str]:
    outcomes = at_once(*calls)
    return sorted([*refusals(outcomes), *["done"] * (len(calls) - len(refusals(outcomes)))])


def test_one_printed_code_used_by_eight_at_once_works_once(citizen: User) -> None:
    code = recovery_codes.make(citizen)[0]
    results = settle(*[partial(recovery_codes.use, citizen, code)] * 4)
    assert results == ["done", *["recovery_code_wrong"] * 3]
    assert recovery_codes.left(citizen) == 9
    assert Event.objects.filter(action="recovery_codes.used").count() == 1


def test_a_code_used_while_a_new_sheet_is_made_leaves_one_whole_sheet(citizen: User) -> None:
    """In whatever order: nobody waits for ever, and no code of the sheet before is left."""
    old = recovery_codes.make(citizen)
    client = factories.signed_in(citizen)
    client.post("/tai-khoan/ma-du-phong/", {"send": "1"})
    code = newest_code()

    def renew() -> None:
        request = request_of(client.session)
        request.user = User.objects.get(pk=citizen.pk)
        recovery_codes.renew(request, request.user, password=factories.PASSWORD, code=code)

    results = settle(renew, *(partial(recovery_codes.use, citizen, code) for code in old[:3]))
    assert results[0] == "done"
    assert set(results) <= {"done", "recovery_code_wrong"}
    assert RecoveryCode.objects.count() == recovery_codes.left(citizen) == 10


def test_two_resets_proved_by_two_codes_are_one_change(citizen: User) -> None:
    clients = [proved(browser()), proved(browser())]
    passwords = [NEW, "Cái cày đi sau con trâu"]
    requests = [request_of(client.session) for client in clients]
    results = settle(
        *(
            partial(recovery.set_password, request, new_password=new)
            for request, new in zip(requests, passwords, strict=True)
        )
    )
    assert results == ["done", "reset_over"]
    citizen.refresh_from_db()
    assert sum(citizen.check_password(new) for new in passwords) == 1
    assert Event.objects.filter(action="password.reset").count() == 1


def test_one_right_used_eight_times_at_once_is_one_change(citizen: User) -> None:
    client = proved(browser())
    requests = [request_of(SessionStore(client.session.session_key)) for _ in range(AT_ONCE)]
    for request in requests:
        request.session.get("")
    results = settle(*(partial(recovery.set_password, request, new_password=NEW) for request in requests))
    assert results == ["done", *["reset_over"] * (AT_ONCE - 1)]
    assert Message.objects.filter(purpose="password").count() == 1


def half_login(citizen: User) -> tuple[HttpRequest, str]:
    """A browser that waits for the code to take the account over, and the code."""
    session = SessionStore()
    session.create()
    half_logins.keep(session, citizen, Step.TAKE_OVER)
    request = request_of(session)
    devices.send_code(request, address=ADDRESS)
    return request, newest_code()


@pytest.mark.parametrize("_time", range(5))
def test_a_reset_beside_a_take_over_leaves_no_session_of_the_password_before(citizen: User, _time: int) -> None:
    factories.signed_in(citizen)
    reset = request_of(proved(browser()).session)
    taking, code = half_login(citizen)
    taker = Browser(WINDOWS, "t" * 43)
    at_once(
        partial(recovery.set_password, reset, new_password=NEW),
        partial(devices.take_over, taking, code=code, browser=taker),
    )
    citizen.refresh_from_db()
    assert citizen.check_password(NEW)
    assert Device.objects.filter(user=citizen, ended_at=None).count() == 1
    taking.session.save()
    client = Client()
    client.cookies["sessionid"] = taking.session.session_key
    assert client.get("/the-bhyt/").status_code == 302


def test_the_first_code_asked_for_by_two_presses_of_one_button_is_one_code(
    citizen: User, browser: Callable[[], SessionStore]
) -> None:
    key = browser().session_key
    sessions = [SessionStore(key) for _ in range(AT_ONCE)]
    for session in sessions:
        session.get("")  # read before all start together
    start = partial(recovery.start, name=CODE, browser=Browser(WINDOWS, "b" * 43), address=ADDRESS)
    ask = [partial(start, session) for session in sessions[:4]]
    assert settle(*ask) == ["done", *["resend_too_soon"] * 3]
    assert OneTimeCode.objects.count() == Message.objects.count() == 1
    assert {session["one_time_code:reset"] for session in sessions[:4]} == {OneTimeCode.objects.get().pk}
    late = SessionStore(key)
    recovery.prove(late, code=code_in(Message.objects.get()))


def test_two_numbers_typed_in_two_tabs_are_two_codes(browser: Callable[[], SessionStore]) -> None:
    key = browser().session_key
    sessions = [SessionStore(key), SessionStore(key)]
    send = partial(one_time_codes.send_code, purpose=OneTimeCode.Purpose.REGISTER, address=ADDRESS)
    numbers = (PHONE, "+84999000002")
    assert (
        settle(*(partial(send, s, phone=number) for s, number in zip(sessions, numbers, strict=True))) == ["done"] * 2
    )
    assert OneTimeCode.objects.count() == 2
