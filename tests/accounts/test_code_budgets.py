"""How many codes a number, an address and the whole portal may ask for."""

from __future__ import annotations

import pytest

from accounts import limits
from accounts.errors import TooManyRequests
from accounts.limits import DAY, HOUR
from accounts.models import Message, OneTimeCode
from tests.accounts.codes import Browser, ask, newest_code, resend, some_time_ago, try_code
from tests.accounts.conftest import Clock

pytestmark = pytest.mark.django_db


def test_a_number_gets_five_codes_an_hour_from_whoever_asks(browser: Browser, clock: Clock) -> None:
    for number in range(5):
        ask(browser(), address=f"203.0.113.{number}")
    with pytest.raises(TooManyRequests) as refused:
        ask(browser(), address="203.0.113.99")
    assert 0 < refused.value.retry_after <= HOUR
    assert Message.objects.count() == OneTimeCode.objects.count() == 5
    ask(browser(), phone="+84999000002")
    clock.forward(HOUR)
    ask(browser())


def test_a_number_gets_ten_codes_a_day_from_whoever_asks(browser: Browser, clock: Clock) -> None:
    for number in range(10):
        if number == 5:
            clock.forward(HOUR)
        ask(browser())
    clock.forward(HOUR)
    with pytest.raises(TooManyRequests):
        ask(browser())
    assert Message.objects.count() == 10
    clock.forward(DAY)
    ask(browser())


def test_a_resend_spends_the_numbers_budget_too(browser: Browser) -> None:
    session = browser()
    row = ask(session)
    for _ in range(4):
        ask(browser())
    some_time_ago(row, 31)
    with pytest.raises(TooManyRequests):
        resend(session)
    assert Message.objects.count() == 5
    assert OneTimeCode.objects.get(pk=row.pk).sends == 1


def test_at_the_limit_the_code_that_is_out_still_works(browser: Browser) -> None:
    session = browser()
    ask(session)
    code = newest_code()
    for _ in range(4):
        ask(browser())
    with pytest.raises(TooManyRequests):
        ask(browser())
    assert try_code(session, code)


def test_an_address_has_a_budget_of_codes_that_fits_a_village(browser: Browser) -> None:
    allowed = limits.LIMITS["code.address"].count
    assert allowed >= 300
    for number in range(allowed):
        ask(browser(), phone=f"+84999001{number:03d}")
    with pytest.raises(TooManyRequests):
        ask(browser(), phone="+84999000200")
    ask(browser(), phone="+84999000200", address="203.0.113.8")


@pytest.mark.parametrize("name", ["code.portal", "code.stranger.portal"])
def test_the_whole_portal_has_a_budget_of_a_day(browser: Browser, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setitem(limits.LIMITS, name, limits.Limit(2, DAY))
    ask(browser())
    ask(browser(), phone="+84999000002")
    with pytest.raises(TooManyRequests):
        ask(browser(), phone="+84999000003", address="203.0.113.8")
