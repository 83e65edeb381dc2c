from __future__ import annotations

import itertools
import logging
import socket
import time
from contextlib import ExitStack

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from accounts import limits
from accounts.errors import TooManyRequests
from accounts.limits import LIMITS, client_address, failures, hit
from accounts.models import RateCount
from tests.accounts.conftest import Clock
from tests.servers import free_port, valkey
from vssportal import settings as production

pytestmark = pytest.mark.django_db


def at_redis(settings, url: str) -> None:
    settings.CACHES = {"default": {**production.CACHES["default"], "LOCATION": url}}


@pytest.fixture
def no_store(settings) -> None:
    at_redis(settings, f"redis://127.0.0.1:{free_port()}/0")


def use_up(name: str, key: str = "") -> None:
    for _ in range(LIMITS[name].count):
        hit(name, key)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "photo.address", limits.Limit(3, limits.HOUR))


def test_the_count_is_reached_and_not_passed() -> None:
    use_up("login.name", "9900000001")
    with pytest.raises(TooManyRequests):
        hit("login.name", "9900000001")


class WrongGuess(Exception):
    pass


def guess(*, right: bool) -> None:
    with failures(("login.name", "9900000001"), ("login.address", "192.0.2.1")):
        if not right:
            raise WrongGuess


def test_only_wrong_guesses_use_a_limit_up() -> None:
    for _ in range(10):
        guess(right=True)
    for _ in range(LIMITS["login.name"].count):
        with pytest.raises(WrongGuess):
            guess(right=False)
    with pytest.raises(TooManyRequests):
        guess(right=True)


def test_a_use_that_one_limit_refuses_spends_no_other() -> None:
    def guess_wrong(card: str) -> None:
        with failures(("check.guess.desk", "desk"), ("check.guess.card", card)):
            raise WrongGuess

    for _ in range(LIMITS["check.guess.card"].count):
        with pytest.raises(WrongGuess):
            guess_wrong("one")
    for _ in range(LIMITS["check.guess.desk"].count):
        with pytest.raises(TooManyRequests):
            guess_wrong("one")
    with pytest.raises(WrongGuess):
        guess_wrong("another")


def test_right_ones_at_the_same_moment_do_not_use_the_limit_up() -> None:
    with ExitStack() as under_way:
        for _ in range(5):
            under_way.enter_context(failures(("login.name", "9900000001")))
        for _ in range(7):
            with pytest.raises(TooManyRequests):
                guess(right=True)
    guess(right=True)


def test_keys_and_names_are_counted_apart() -> None:
    use_up("login.name", "9900000001")
    hit("login.name", "9900000002")
    hit("login.address", "9900000001")


def test_the_next_window_starts_from_nothing(clock: Clock) -> None:
    use_up("login.name", "x")
    clock.forward(15 * 60 - 1)
    with pytest.raises(TooManyRequests) as refused:
        hit("login.name", "x")
    assert refused.value.retry_after == 1
    clock.forward(1)
    hit("login.name", "x")


def test_retry_after_is_what_is_left_of_the_window(clock: Clock) -> None:
    clock.forward(300)
    use_up("login.name", "x")
    with pytest.raises(TooManyRequests) as refused:
        hit("login.name", "x")
    assert refused.value.retry_after == 600
    assert "10 phút" in str(refused.value)


@pytest.mark.parametrize(("seconds", "words"), [(0, "1 giây"), (89, "89 giây"), (90, "2 phút"), (121, "3 phút")])
def test_a_wait_is_said_in_words_and_rounded_up(seconds: int, words: str) -> None:
    assert words in str(TooManyRequests(retry_after=seconds))


def test_the_store_never_sees_the_key(settings) -> None:
    with valkey() as url:
        at_redis(settings, url)
        hit("code.number.hour", "+84999000001")
        stored = [key.decode() for key in cache._cache.get_client().keys("*")]
        assert len(stored) == 1
        assert "code.number.hour" in stored[0]
        assert "999000001" not in stored[0]
        assert 0 < cache._cache.get_client().ttl(stored[0]) <= limits.HOUR


def test_counts_in_a_real_store_hold_and_the_database_stays_empty(settings) -> None:
    with valkey() as url:
        at_redis(settings, url)
        use_up("login.name", "x")
        with pytest.raises(TooManyRequests):
            hit("login.name", "x")
        assert not RateCount.objects.exists()


@pytest.mark.parametrize("name", [name for name, limit in LIMITS.items() if limit.guards_secrets and limit.count < 100])
@pytest.mark.usefixtures("no_store")
def test_with_the_store_away_codes_and_passwords_are_counted_in_the_database(name: str) -> None:
    use_up(name, "x")
    with pytest.raises(TooManyRequests) as refused:
        hit(name, "x")
    assert refused.value.retry_after > 0
    hit(name, "y")


@pytest.mark.usefixtures("no_store")
def test_in_the_database_too_the_next_window_starts_from_nothing(clock: Clock) -> None:
    use_up("login.name", "x")
    clock.forward(15 * 60)
    hit("login.name", "x")


@pytest.mark.usefixtures("no_store")
def test_with_the_store_away_reading_is_let_through(caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(10):
        hit("photo.address", "203.0.113.7")
    assert not RateCount.objects.exists()
    assert "rate limit store is away" in caplog.text
    assert "203.0.113.7" not in caplog.text


def test_a_store_that_dies_in_between_opens_no_door(settings, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    with ExitStack() as running:
        at_redis(settings, running.enter_context(valkey()))
        hit("login.name", "x")
        assert not caplog.records
        running.close()
        use_up("login.name", "x")
        with pytest.raises(TooManyRequests):
            hit("login.name", "x")
    assert RateCount.objects.exists()


@pytest.mark.parametrize("state", ["closed", "hanging"])
def test_a_dead_store_does_not_hold_the_page(settings, state: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1] if state == "hanging" else free_port()
        at_redis(settings, f"redis://127.0.0.1:{port}/0")
        started = time.monotonic()
        hit("login.name", "x")
        assert time.monotonic() - started < 1


def test_a_store_that_takes_nothing_more_counts_as_away(settings) -> None:
    with valkey() as url:
        at_redis(settings, url)
        hit("login.name", "x")
        cache._cache.get_client().config_set("maxmemory", "1")
        use_up("login.name", "z")
        with pytest.raises(TooManyRequests):
            hit("login.name", "z")


def address(proxies: int, header: str | None, settings) -> str:
    settings.TRUSTED_PROXY_COUNT = proxies
    headers = {} if header is None else {"X-Forwarded-For": header}
    return client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR="10.0.0.1"))


SPOOFED, CLIENT, FRONT = "198.51.100.66", "203.0.113.7", "10.0.0.2"


@pytest.mark.parametrize(
    ("proxies", "header", "expected"),
    [
        (0, None, "10.0.0.1"),
        (0, SPOOFED, "10.0.0.1"),
        (0, f"{SPOOFED}, {CLIENT}", "10.0.0.1"),
        (1, CLIENT, CLIENT),
        (1, f"{SPOOFED}, {CLIENT}", CLIENT),
        (1, f"{SPOOFED},{SPOOFED} ,  {CLIENT}", CLIENT),
        (1, None, "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (2, f"{CLIENT}, {FRONT}", CLIENT),
        (2, f"{SPOOFED}, {CLIENT}, {FRONT}", CLIENT),
        (2, SPOOFED, "10.0.0.1"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(proxies: int, header: str | None, expected: str, settings) -> None:
    assert address(proxies, header, settings) == expected


def test_a_changing_header_does_not_give_a_stranger_new_tries(settings) -> None:
    addresses = (address(1, f"198.51.100.{number}, {CLIENT}", settings) for number in itertools.count())
    for _ in range(3):
        hit("photo.address", next(addresses))
    with pytest.raises(TooManyRequests):
        hit("photo.address", next(addresses))
