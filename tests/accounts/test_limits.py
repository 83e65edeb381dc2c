"""What a limit promises, counted in the store and in the database alike."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from accounts.errors import TooManyRequests
from accounts.limits import HOUR, LIMITS, Limit, failures, hit, hit_together, is_over
from accounts.models import RateCount
from tests.accounts.conftest import Clock
from tests.accounts.limits_at_work import guess, guess_wrong, use_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]

NAME, ACCOUNT, ADDRESS = ("login.name", "9900000001"), ("login.account", "7"), ("login.address", "192.0.2.1")
QUARTER = 15 * 60


def wait_after(*uses: tuple[str, str]) -> int:
    with pytest.raises(TooManyRequests) as refused:
        hit_together(*uses)
    return refused.value.retry_after


def test_the_count_is_reached_and_not_passed_and_only_one_place_counts(place: str) -> None:
    use_up("login.name", "9900000001")
    with pytest.raises(TooManyRequests) as refused:
        hit("login.name", "9900000001")
    assert refused.value.limit == "login.name"
    assert RateCount.objects.exists() == (place == "database")


def test_only_wrong_guesses_use_a_limit_up() -> None:
    for _ in range(10):
        guess(NAME, ADDRESS, right=True)
    guess_wrong(NAME, ADDRESS, times=5)
    with pytest.raises(TooManyRequests):
        guess(NAME, ADDRESS, right=True)


def test_a_use_that_one_limit_refuses_spends_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "reset.address", Limit(3, HOUR, guards_secrets=True))
    use_up("login.account", "7")
    for _ in range(5):
        with pytest.raises(TooManyRequests) as refused:
            hit_together(NAME, ACCOUNT, ("reset.address", "x"))
        assert refused.value.limit == "login.account"
    use_up("login.name", "9900000001")
    use_up("reset.address", "x")
    assert not is_over(*ADDRESS)


def test_of_two_used_up_the_first_one_given_is_named() -> None:
    guess_wrong(NAME, ACCOUNT, times=5)
    for uses in [(NAME, ACCOUNT), (ACCOUNT, NAME)]:
        with pytest.raises(TooManyRequests) as refused:
            hit_together(*uses)
        assert refused.value.limit == uses[0][0]


def test_right_ones_at_the_same_moment_do_not_use_the_limit_up() -> None:
    with ExitStack() as under_way:
        for _ in range(5):
            under_way.enter_context(failures(NAME))
        for _ in range(7):
            with pytest.raises(TooManyRequests):
                guess(NAME, right=True)
    guess_wrong(NAME, times=5)


def test_keys_and_names_are_counted_apart() -> None:
    use_up("login.name", "9900000001")
    hit("login.name", "9900000002")
    hit("login.account", "9900000001")


def test_a_window_begins_with_its_first_use_and_the_next_one_from_nothing(clock: Clock) -> None:
    hit("recovery.account", "7")
    clock.forward(300)
    for _ in range(4):
        hit("recovery.account", "7")
    assert wait_after(("recovery.account", "7")) == QUARTER - 300
    clock.forward(QUARTER - 301)
    assert wait_after(("recovery.account", "7")) == 1
    clock.forward(1)
    use_up("recovery.account", "7")
    assert wait_after(("recovery.account", "7")) == QUARTER


def test_a_refused_use_makes_no_wait_longer(clock: Clock) -> None:
    guess_wrong(NAME, times=5)
    clock.forward(QUARTER - 1)
    assert wait_after(NAME) == 1
    clock.forward(1)
    guess(NAME, right=True)


def test_a_lock_holds_for_a_whole_window_from_the_last_wrong_guess(clock: Clock) -> None:
    guess_wrong(NAME, times=4)
    clock.forward(QUARTER - 1)
    guess_wrong(NAME)
    assert wait_after(NAME) == QUARTER
    clock.forward(QUARTER - 1)
    assert wait_after(NAME) == 1
    clock.forward(1)
    guess_wrong(NAME, times=4)
    guess(NAME, right=True)


def test_the_last_guess_being_right_locks_nothing() -> None:
    guess_wrong(NAME, times=4)
    for _ in range(3):
        guess(NAME, right=True)
    guess_wrong(NAME)
    assert wait_after(NAME) == QUARTER


def test_what_only_counts_refuses_nobody_and_says_when_it_is_over() -> None:
    number = LIMITS["login.address"].count
    for _ in range(number - 1):
        hit(*ADDRESS)
    guess(ADDRESS, right=True)
    assert not is_over(*ADDRESS)
    guess_wrong(ADDRESS)
    assert is_over(*ADDRESS)
    assert not is_over("login.address", "192.0.2.2")
    guess_wrong(ADDRESS, NAME, times=3)
    assert is_over(*ADDRESS)


def test_it_is_over_until_its_window_ends(clock: Clock) -> None:
    use_up(*ADDRESS)
    clock.forward(QUARTER - 1)
    assert is_over(*ADDRESS)
    clock.forward(1)
    assert not is_over(*ADDRESS)


def test_asking_spends_nothing() -> None:
    for _ in range(20):
        assert not is_over(*NAME)
    use_up(*NAME)
    assert is_over(*NAME)


def test_a_use_given_back_after_its_window_is_owed_to_nobody(clock: Clock) -> None:
    with failures(NAME):
        clock.forward(QUARTER)
    use_up(*NAME)
    assert wait_after(NAME) == QUARTER


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1 giây"),
        (89, "89 giây"),
        (90, "2 phút"),
        (121, "3 phút"),
        (7199, "120 phút"),
        (7200, "2 giờ"),
        (7201, "3 giờ"),
        (86400, "24 giờ"),
    ],
)
def test_a_wait_is_said_in_words_and_rounded_up(seconds: int, words: str) -> None:
    assert words in str(TooManyRequests(retry_after=seconds))


def test_what_is_left_of_a_second_is_said_as_one(clock: Clock) -> None:
    use_up(*NAME)
    clock.forward(QUARTER - 0.25)
    assert wait_after(NAME) == 1
