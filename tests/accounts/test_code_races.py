"""One browser, eight requests at once: the row lock is what decides."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections
from django.utils import timezone

from accounts.errors import PortalError
from accounts.models import Message, OneTimeCode
from accounts.services.one_time_codes import check_code, resend_code, send_code
from tests.accounts.conftest import PHONE, another, code_in

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("broker")]

REGISTER = OneTimeCode.Purpose.REGISTER
ADDRESS = "203.0.113.7"
AT_ONCE = 8


@pytest.fixture
def key(browser: Callable[[], SessionStore]) -> str:
    """The session cookie of a browser that has asked for a code."""
    session = browser()
    send_code(session, purpose=REGISTER, phone=PHONE, address=ADDRESS)
    session.save()
    assert session.session_key
    return session.session_key


def at_once(work: Callable[[SessionStore], object], key: str) -> list[str]:
    """What each of the requests came to: "done" or the code of the refusal."""
    together = Barrier(AT_ONCE)

    def request() -> str:
        session = SessionStore(key)
        session.get("")  # the session is read before all start together
        together.wait()
        try:
            work(session)
        except PortalError as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return [done.result() for done in [threads.submit(request) for _ in range(AT_ONCE)]]


def test_the_right_code_sent_in_eight_times_at_once_counts_once(key: str) -> None:
    code = code_in(Message.objects.get())
    results = at_once(lambda session: check_code(session, purpose=REGISTER, code=code), key)
    assert sorted(results) == ["code_missing"] * 7 + ["done"]


def test_eight_wrong_codes_at_once_are_five_tries(key: str) -> None:
    wrong = another(code_in(Message.objects.get()))
    results = at_once(lambda session: check_code(session, purpose=REGISTER, code=wrong), key)
    assert sorted(results) == ["code_burnt"] + ["code_missing"] * 3 + ["code_wrong"] * 4
    row = OneTimeCode.objects.get()
    assert (row.wrong_tries, row.digest, bytes(row.sealed)) == (5, "", b"")


def test_eight_resends_at_once_are_one_message(key: str) -> None:
    OneTimeCode.objects.update(last_sent_at=timezone.now() - timedelta(seconds=31))
    results = at_once(lambda session: resend_code(session, purpose=REGISTER, address=ADDRESS), key)
    assert results.count("done") == 1
    assert Message.objects.count() == 2
    assert OneTimeCode.objects.get().sends == 2
