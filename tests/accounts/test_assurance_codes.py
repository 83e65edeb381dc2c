"""What must never go wrong with one-time codes: tests by the row of the list, named after it.

Whatever a row says that can be tried is tried here, briefly; the files beside this one go deeper.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import limits
from accounts.errors import TooManyRequests
from accounts.limits import DAY, HOUR, LIMITS
from accounts.models import Message, OneTimeCode, User
from accounts.sealing import unseal
from accounts.services.code_budgets import AFTER_A_PASSWORD, BY_NAME_ALONE
from accounts.services.one_time_codes import check_code
from accounts.sms import delivery
from accounts.tasks import tidy_up
from tests import races
from tests.accounts import resetting
from tests.accounts.codes import REGISTER, STATUS, Browser, ask, newest_code, resend, run_out, some_time_ago, try_code
from tests.accounts.conftest import PHONE, Clock, another
from tests.accounts.refusing import refusal
from tests.accounts.signing_in import CODE, browser

pytestmark = pytest.mark.django_db

Purpose = OneTimeCode.Purpose
INSIDE = sorted(AFTER_A_PASSWORD)


# --- One-time code --------------------------------------------------------------------------------------


def test_one_time_code_is_drawn_by_secrets_and_stands_nowhere_in_clear(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """One-time code: 6 digits from `secrets`; verified against a keyed hash, an encrypted copy in its own row only."""
    drawn: list[int] = []
    monkeypatch.setattr(secrets, "randbelow", lambda below: drawn.append(below) or 42)
    session = browser()
    row = ask(session)
    assert (newest_code(), drawn) == ("000042", [10**6])
    assert unseal(bytes(row.sealed)) == "000042"
    message = Message.objects.get()
    kept = (OneTimeCode.objects.values(), bytes(row.sealed), Message.objects.values(), bytes(message.body))
    assert "000042" not in f"{kept} {session.items()}"
    delivery.deliver(message.pk)
    assert bytes(Message.objects.get().body) == b""
    settings.SECRET_KEY = "whoever has the database has no key"
    assert refusal(try_code, session, "000042").code == "code_wrong"


@pytest.mark.parametrize("end", ["use", "fifth wrong try", "expiry", "expiry, never typed"])
def test_one_time_code_is_wiped(browser: Browser, end: str) -> None:
    """One-time code: wiped at use, at the fifth wrong try and at expiry."""
    session = browser()
    row = ask(session)
    code = newest_code()
    assert timedelta(minutes=10) - (row.expires_at - timezone.now()) < timedelta(seconds=10)
    if end == "use":
        try_code(session, code)
    elif end == "fifth wrong try":
        refused = [refusal(try_code, session, another(code, step)).code for step in range(1, 6)]
        assert refused == ["code_wrong"] * 4 + ["code_burnt"]
    else:
        run_out(row)
        if end == "expiry":
            assert refusal(try_code, session, code).code == "code_expired"
        tidy_up()
    row.refresh_from_db()
    assert (row.digest, bytes(row.sealed), row.closed_at is not None) == ("", b"", True)
    assert refusal(try_code, session, code).code == "code_missing"


def test_one_time_code_is_bound_to_purpose_and_browser(browser: Browser) -> None:
    """One-time code: bound to purpose and browser session; once."""
    session = browser()
    ask(session)
    code = newest_code()
    assert refusal(try_code, browser(), code).code == "code_missing"
    assert refusal(check_code, session, purpose=STATUS, code=code).code == "code_missing"
    assert try_code(session, code)
    assert refusal(try_code, session, code).code == "code_missing"


def test_one_time_code_is_sent_again_after_growing_waits_and_its_tries_stay(browser: Browser) -> None:
    """One-time code: a resend never resets the count of wrong tries; growing waits (30, 60, 90, 120 s)."""
    session = browser()
    row = ask(session)
    code = newest_code()
    for wait, left in zip((30, 60, 90, 120), (4, 3, 2, 1), strict=True):
        some_time_ago(row, wait - 1.5)
        assert refusal(resend, session).code == "resend_too_soon"
        some_time_ago(row, wait)
        resend(session)
        assert newest_code() == code
        assert refusal(try_code, session, another(code)).params == {"left": left}
    some_time_ago(row, 3000)
    assert refusal(resend, session).code == "resend_used_up"
    assert refusal(try_code, session, another(code)).code == "code_burnt"


def test_one_time_code_is_compared_in_constant_time(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """One-time code: compared in constant time."""
    compared, compare = [], hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda one, other: compared.append((one, other)) or compare(one, other))
    session = browser()
    digest = ask(session).digest
    assert refusal(try_code, session, another(newest_code())).code == "code_wrong"
    try_code(session, newest_code())
    assert [one for one, _other in compared] == [digest, digest]
    assert {len(other) for _one, other in compared} == {64}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("broker")
def test_one_time_code_is_consumed_under_a_lock(browser: Browser) -> None:
    """One-time code: consumed under a lock."""
    session = browser()
    ask(session)
    code = newest_code()
    outcomes = races.at_once(*[lambda: try_code(session, code)] * 4)
    assert races.refusals(outcomes) == ["code_missing"] * 3


# --- Send budgets ---------------------------------------------------------------------------------------


def sent_until_refused(new: Browser, **asked: Any) -> tuple[int, str]:
    """How many codes one gets, each in a browser of its own, and which limit the next one meets."""
    for number in range(30):
        try:
            ask(new(), **asked)
        except TooManyRequests as refused:
            return number, refused.limit
    raise AssertionError("nothing refuses")


def test_send_budgets_of_a_number_that_is_to_be_an_accounts(browser: Browser) -> None:
    """Send budgets: whose number it is nobody knows yet, so it gets a stranger's half, whichever account asks."""
    assert sent_until_refused(browser, purpose=Purpose.PHONE_NEW, subject="1") == (5, "code.account")
    assert sent_until_refused(browser, purpose=Purpose.PHONE_NEW, subject="2") == (0, "code.stranger.hour")
    assert sent_until_refused(browser, purpose=Purpose.TAKE_OVER, subject="3") == (5, "code.account")


@pytest.mark.parametrize("purpose", [purpose for purpose in INSIDE if purpose != Purpose.PHONE_NEW])
def test_send_budgets_of_an_account_and_of_its_number(browser: Browser, clock: Clock, purpose: Purpose) -> None:
    """Send budgets: 5 an hour per account and purpose; 10 an hour and 20 a day per number over all its accounts."""
    assert sent_until_refused(browser, purpose=purpose, subject="1") == (5, "code.account")
    assert sent_until_refused(browser, purpose=purpose, subject="2") == (5, "code.account")
    assert sent_until_refused(browser, purpose=purpose, subject="3") == (0, "code.number.hour")
    clock.forward(HOUR)
    for subject in ("1", "2"):
        assert sent_until_refused(browser, purpose=purpose, subject=subject)[0] == 5
    clock.forward(HOUR)
    assert sent_until_refused(browser, purpose=purpose, subject="1") == (0, "code.number.day")
    clock.forward(DAY)
    assert sent_until_refused(browser, purpose=purpose, subject="1")[0] == 5


def test_send_budgets_of_an_account_under_both_its_names(citizen: User) -> None:
    """Send budgets: 5 an hour per account and purpose, for a reset too."""
    assert citizen.person is not None
    for name in (CODE, citizen.person.id_number) * 6:
        resetting.ask(browser(), name)
    assert Message.objects.filter(to=PHONE, purpose="reset").count() == 5


def test_send_budgets_of_an_account_in_its_own_browser(citizen: User, first: Client) -> None:
    """Send budgets: 5 an hour per account and purpose, sent again or anew, by whoever asks."""
    first.post("/dang-xuat/")
    for _ in range(6):
        resetting.ask(first)
        some_time_ago(OneTimeCode.objects.latest("pk"), 121)
        first.post(resetting.ENTER, {"resend": "1"})
        run_out(OneTimeCode.objects.latest("pk"))
    assert Message.objects.filter(to=PHONE, purpose="reset").count() == 5


def test_send_budgets_tell_who_has_proved_a_password() -> None:
    """Send budgets: a browser that has proved nothing … ; no other purpose gets more than half."""
    assert set(INSIDE) == {Purpose.TAKE_OVER, Purpose.PHONE_OLD, Purpose.PHONE_NEW, Purpose.RECOVERY}
    assert {Purpose.RESET} == BY_NAME_ALONE


@pytest.mark.parametrize("purpose", [REGISTER, STATUS])
def test_send_budgets_of_strangers_are_half_of_a_numbers(
    browser: Browser, citizen: User, clock: Clock, purpose: Purpose
) -> None:
    """Send budgets: a browser that has proved nothing may use at most half, so a stranger can't silence a citizen."""
    new, sent = browser, 0
    for _hour in range(23):
        sent += sent_until_refused(new, purpose=purpose)[0]
        assert sent in (5, 10)
        clock.forward(HOUR)
    resetting.ask(Client())
    assert Message.objects.filter(to=PHONE).count() == 10
    assert sent_until_refused(new, purpose=Purpose.TAKE_OVER, subject=str(citizen.pk)) == (5, "code.account")


@pytest.mark.parametrize("purpose", [REGISTER, Purpose.TAKE_OVER, Purpose.RESET])
def test_send_budgets_of_the_whole_portal(browser: Browser, monkeypatch: pytest.MonkeyPatch, purpose: Purpose) -> None:
    """Send budgets: a daily budget for the whole portal."""
    budget = "code.named.portal" if purpose == Purpose.RESET else "code.portal"
    assert (LIMITS[budget].seconds, LIMITS[budget].refuses) == (DAY, True)
    monkeypatch.setitem(LIMITS, budget, limits.Limit(2, DAY))
    for number in (1, 2):
        ask(browser(), purpose=purpose, phone=f"+8499900010{number}", address=f"203.0.113.{number}")
    with pytest.raises(TooManyRequests) as refused:
        ask(browser(), purpose=purpose, phone="+84999000103")
    assert refused.value.limit == budget
