"""One browser, eight requests at once: the row lock is what decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from accounts import limits
from accounts.models import Message, OneTimeCode
from accounts.services.one_time_codes import CodeMissing, check_code, resend_code, send_code
from tests.accounts.conftest import PHONE, another, code_in
from tests.races import at_once, refusals

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


def requests(work: Callable[[SessionStore], object], key: str) -> list[str]:
    """What each of eight requests of that browser came to: "done" or the code of the refusal."""
    sessions = [SessionStore(key) for _ in range(AT_ONCE)]
    for session in sessions:
        session.get("")  # read before all start together
    outcomes = at_once(*(partial(work, session) for session in sessions))
    return [*refusals(outcomes), *["done"] * (AT_ONCE - len(refusals(outcomes)))]


def test_the_right_code_sent_in_eight_times_at_once_counts_once(key: str) -> None:
    code = code_in(Message.objects.get())
    results = requests(lambda session: check_code(session, purpose=REGISTER, code=code), key)
    assert sorted(results) == ["code_missing"] * 7 + ["done"]


def test_eight_wrong_codes_at_once_are_five_tries(key: str) -> None:
    wrong = another(code_in(Message.objects.get()))
    results = requests(lambda session: check_code(session, purpose=REGISTER, code=wrong), key)
    assert sorted(results) == ["code_burnt"] + ["code_missing"] * 3 + ["code_wrong"] * 4
    row = OneTimeCode.objects.get()
    assert (row.wrong_tries, row.digest, bytes(row.sealed)) == (5, "", b"")


def test_eight_resends_at_once_are_one_message(key: str) -> None:
    OneTimeCode.objects.update(last_sent_at=timezone.now() - timedelta(seconds=31))
    results = requests(lambda session: resend_code(session, purpose=REGISTER, address=ADDRESS), key)
    assert results.count("done") == 1
    assert Message.objects.count() == 2
    assert OneTimeCode.objects.get().sends == 2


def test_a_code_used_up_while_its_resend_is_under_way_is_not_sent_again(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking at the code and locking it, another tab has sent it in."""
    OneTimeCode.objects.update(last_sent_at=timezone.now() - timedelta(seconds=31))
    code, counted = code_in(Message.objects.get()), limits.hit_together

    def count_late(*uses: tuple[str, str]) -> None:
        counted(*uses)
        check_code(SessionStore(key), purpose=REGISTER, code=code)

    monkeypatch.setattr(limits, "hit_together", count_late)
    with pytest.raises(CodeMissing):
        resend_code(SessionStore(key), purpose=REGISTER, address=ADDRESS)
    assert Message.objects.count() == 1
    assert OneTimeCode.objects.get().sends == 1
