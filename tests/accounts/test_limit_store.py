"""The store of the limits: what it sees, what it is asked, and what happens without it."""

from __future__ import annotations

import logging
import socket
import time
from contextlib import ExitStack

import pytest
import redis

from accounts import counting
from accounts.errors import Busy, TooManyRequests
from accounts.limits import HOUR, LIMITS, Limit, failures, hit, is_over, one_at_a_time
from accounts.models import RateCount
from tests.accounts.conftest import Clock
from tests.accounts.limits_at_work import at_redis, guess, guess_wrong, no_store, use_up
from tests.races import at_once, refusals
from tests.servers import free_port, valkey

pytestmark = pytest.mark.django_db

NAME, ACCOUNT, ADDRESS = ("login.name", "9900000001"), ("login.account", "7"), ("login.address", "192.0.2.1")


@pytest.fixture
def away(settings) -> None:
    no_store(settings)


def asked(limit_store: redis.Redis) -> int:
    """How many commands have reached the store; its own count of itself is none."""
    statistics = limit_store.info("commandstats")
    # what a script asks is no round trip
    sent = {"cmdstat_evalsha", "cmdstat_eval", "cmdstat_script|load", "cmdstat_set", "cmdstat_get", "cmdstat_incr"}
    return sum(row["calls"] for name, row in statistics.items() if name in sent)


def test_a_guess_against_three_limits_asks_the_store_twice(limit_store: redis.Redis) -> None:
    guess(NAME, ACCOUNT, ADDRESS, right=True)
    before = asked(limit_store)
    guess(NAME, ACCOUNT, ADDRESS, right=True)
    assert asked(limit_store) - before == 2
    guess_wrong(NAME, ACCOUNT, ADDRESS)
    assert asked(limit_store) - before == 3


def test_the_store_never_sees_the_key_and_forgets_it_by_itself(limit_store: redis.Redis) -> None:
    hit("code.number.hour", "+84999000001")
    [key] = limit_store.keys("*")
    assert b"code.number.hour" in key
    assert b"999000001" not in key + repr(limit_store.hgetall(key)).encode()
    assert HOUR < limit_store.ttl(key) <= HOUR + 60


def test_a_lock_is_kept_as_long_as_it_holds(limit_store: redis.Redis, clock: Clock) -> None:
    guess_wrong(NAME, times=4)
    clock.forward(600)
    guess_wrong(NAME)
    [key] = limit_store.keys("*")
    assert 15 * 60 < limit_store.ttl(key) <= 15 * 60 + 60


def test_giving_back_never_makes_a_key_that_is_gone(limit_store: redis.Redis) -> None:
    with failures(NAME):
        limit_store.flushdb()
    assert limit_store.keys("*") == []
    guess_wrong(NAME, times=5)
    with pytest.raises(TooManyRequests):
        hit(*NAME)


def test_giving_back_never_goes_below_nothing(limit_store: redis.Redis) -> None:
    with failures(NAME):
        [key] = limit_store.keys("*")
        limit_store.hset(key, "count", 0)
    assert limit_store.hget(key, "count") == b"0"


def test_a_store_that_has_forgotten_the_scripts_is_told_them_again(limit_store: redis.Redis) -> None:
    limit_store.script_flush()
    use_up(*NAME)
    with pytest.raises(TooManyRequests):
        hit(*NAME)
    assert not RateCount.objects.exists()


def test_many_at_once_do_not_pass_the_count() -> None:
    outcomes = at_once(*[lambda: hit("recovery.account", "7")] * 20)
    assert len(refusals(outcomes)) == 20 - LIMITS["recovery.account"].count


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("away")
def test_many_at_once_do_not_pass_the_count_in_the_database() -> None:
    """Named the other way round by every second one: rows are locked in one order all the same."""
    calls = [lambda: guess_quietly(NAME, ACCOUNT), lambda: guess_quietly(ACCOUNT, NAME)] * 10
    assert len(refusals(at_once(*calls))) == 15
    assert set(RateCount.objects.values_list("count", flat=True)) == {5}


def guess_quietly(*uses: tuple[str, str]) -> None:
    guess_wrong(*uses)


GUARDING = [name for name, limit in LIMITS.items() if limit.guards_secrets and limit.refuses and limit.count < 100]


@pytest.mark.parametrize("name", GUARDING)
@pytest.mark.usefixtures("away")
def test_with_the_store_away_codes_and_passwords_are_counted_in_the_database(name: str) -> None:
    use_up(name, "x")
    with pytest.raises(TooManyRequests) as refused:
        hit(name, "x")
    assert refused.value.retry_after > 0
    hit(name, "y")


@pytest.mark.usefixtures("away")
def test_with_the_store_away_reading_is_let_through(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "photo.address", Limit(3, HOUR))
    for _ in range(10):
        hit("photo.address", "203.0.113.7")
    assert not is_over("photo.address", "203.0.113.7")
    assert not RateCount.objects.exists()
    assert "rate limit store is away" in caplog.text
    assert "203.0.113.7" not in caplog.text


@pytest.mark.usefixtures("away")
def test_beside_a_limit_on_reading_a_secret_is_counted_all_the_same() -> None:
    guess_wrong(("photo.address", "203.0.113.7"), NAME, times=5)
    with pytest.raises(TooManyRequests) as refused:
        guess(("photo.address", "203.0.113.7"), NAME)
    assert refused.value.limit == "login.name"
    assert RateCount.objects.get().count == 5


def test_a_store_that_dies_in_between_opens_no_door(settings, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    with ExitStack() as running:
        at_redis(settings, running.enter_context(valkey()))
        hit(*NAME)
        assert not caplog.records
        running.close()
        use_up(*NAME)
        with pytest.raises(TooManyRequests):
            hit(*NAME)
    assert RateCount.objects.exists()


def test_a_use_is_given_back_where_it_was_taken(settings, limit_store: redis.Redis) -> None:
    here = settings.CACHES["default"]["LOCATION"]
    with failures(NAME):
        no_store(settings)
    assert not RateCount.objects.exists()
    with failures(ACCOUNT):
        counting._away_until = 0.0
        at_redis(settings, here)
        use_up(*ACCOUNT)
    assert RateCount.objects.get().count == 0
    with pytest.raises(TooManyRequests):
        hit(*ACCOUNT)


@pytest.mark.parametrize("state", ["closed", "hanging"])
def test_a_dead_store_does_not_hold_the_page(settings, state: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1] if state == "hanging" else free_port()
        at_redis(settings, f"redis://127.0.0.1:{port}/0")
        started = time.monotonic()
        for _ in range(3):
            hit(*NAME)
            is_over(*ADDRESS)
        assert time.monotonic() - started < 1


def test_a_store_that_takes_nothing_more_counts_as_away(settings) -> None:
    with valkey() as url:
        at_redis(settings, url)
        hit(*NAME)
        redis.Redis.from_url(url).config_set("maxmemory", "1")
        use_up("login.name", "z")
        with pytest.raises(TooManyRequests):
            hit("login.name", "z")
        assert RateCount.objects.get().count == 5


def test_one_at_a_time_is_one_for_each_key_and_over_when_it_is_done() -> None:
    with one_at_a_time("photo", "1", seconds=60):
        with pytest.raises(Busy), one_at_a_time("photo", "1", seconds=60):
            pass
        with pytest.raises(Busy), one_at_a_time("photo", "1", seconds=60):
            pass
        with one_at_a_time("photo", "2", seconds=60):
            pass
    with one_at_a_time("photo", "1", seconds=60):
        pass


@pytest.mark.usefixtures("away")
def test_with_the_store_away_work_is_let_through_side_by_side() -> None:
    with one_at_a_time("photo", "1", seconds=60), one_at_a_time("photo", "1", seconds=60):
        assert not RateCount.objects.exists()
