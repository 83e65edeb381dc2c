"""Who is asked to carry a message: by weight, by how each has done lately, and by who was tried before."""

from __future__ import annotations

import logging
from collections import Counter
from typing import Any

import pytest

from accounts.models import Message
from accounts.sms import providers, shares
from accounts.sms.gateways.base import GatewayInDoubt, GatewayUnreachable, Handed
from accounts.sms.provider_file import Provider
from tests.accounts.providing import CODE, NOTICE, Carrier, deliver, lead_sms_to, put

pytestmark = pytest.mark.django_db


class Clock:
    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(shares, "time", made)
    return made


def first_asked(kind: Message.Kind, *, times: int = 2000, before: str = "") -> Counter[str]:
    message = Message(kind=kind, to="+84999000001", email="", gateway=before)
    return Counter(providers.route_of(message)[0].name for _time in range(times))


def weighed(settings: Any, **weights: int) -> None:
    lead_sms_to(settings, **{n: Provider(name=n, gateway=Carrier(), weight=w) for n, w in weights.items()})


def test_each_is_asked_first_as_often_as_it_weighs(settings) -> None:
    weighed(settings, a=70, b=30)
    asked = first_asked(CODE)
    assert 0.65 < asked["a"] / 2000 < 0.75
    assert asked["a"] + asked["b"] == 2000


def test_one_without_weight_is_asked_last_and_only_when_nobody_else_takes_it(settings) -> None:
    weighed(settings, a=10, spare=0)
    assert first_asked(CODE) == {"a": 2000}
    dead, spare = Carrier(GatewayUnreachable("unreachable")), Carrier()
    lead_sms_to(settings, a=dead, spare=Provider(name="spare", gateway=spare, weight=0))
    assert deliver(put(CODE)).gateway == "spare"


def test_the_second_try_asks_another(settings) -> None:
    weighed(settings, a=99, b=1)
    assert first_asked(NOTICE, before="a") == {"b": 2000}


def test_each_failure_takes_some_of_the_share_and_time_gives_it_back(clock: Clock) -> None:
    kept = shares.Shares()
    assert kept.of("a") == 1
    kept.lower("a", "unreachable")
    assert kept.of("a") == 0.5
    kept.lower("a", "in_doubt")
    assert kept.of("a") == 0.2
    for _failure in range(20):
        kept.lower("a", "in_doubt")
    assert kept.of("a") == shares.LEAST
    clock.now += shares.DOUBLES_EVERY
    assert kept.of("a") == 2 * shares.LEAST
    clock.now += 5 * shares.DOUBLES_EVERY
    assert kept.of("a") == 1
    assert kept.of("b") == 1


def test_each_change_of_a_share_is_a_line_in_the_log(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="accounts.sms")
    kept = shares.Shares()
    kept.lower("a", "slow")
    clock.now += shares.DOUBLES_EVERY
    kept.of("a")
    kept.of("a")
    lines = [record.getMessage() for record in caplog.records]
    assert lines == ["provider a: share 0.75, was 1.00: slow", "provider a: share 1.00, back to its whole weight"]


def test_codes_keep_away_from_a_provider_in_trouble_and_notices_find_out_that_it_is_back(
    settings, clock: Clock
) -> None:
    weighed(settings, a=50, b=50)
    for _time in range(4):
        providers.shares.lower("a", "in_doubt")
    assert first_asked(CODE) == {"b": 2000}
    assert 0 < first_asked(NOTICE)["a"] < 200
    clock.now += 6 * shares.DOUBLES_EVERY
    assert 0.4 < first_asked(CODE)["a"] / 2000 < 0.6


def test_a_provider_that_hangs_costs_few_codes(settings) -> None:
    hanging, good = Carrier(GatewayInDoubt("no_answer")), Carrier()
    lead_sms_to(settings, hanging=hanging, good=good)
    states = Counter(deliver(put(CODE, f"test:{number}")).state for number in range(40))
    assert states["uncertain"] == len(hanging.taken) <= 2
    assert states["sent"] == len(good.taken) >= 38


def test_a_slow_provider_loses_weight(settings, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    class Slow(Carrier):
        def send(self, message: Any) -> Handed:
            moment.now += shares.SLOW + 1
            return super().send(message)

    moment = Clock()
    monkeypatch.setattr("accounts.sms.delivery.time", moment)
    lead_sms_to(settings, slow=Slow())
    deliver(put(CODE))
    assert providers.shares.of("slow") == 0.75


def test_with_none_named_messages_wait(settings) -> None:
    lead_sms_to(settings)
    assert (deliver(put(CODE)).state, Message.objects.get().failure) == ("queued", "no_gateway")
