"""The little work before a code by SMS: the first codes need none, then one works or waits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from accounts.errors import TooManyRequests
from accounts.limits import LIMITS, hit
from accounts.services import challenges
from accounts.services.challenges import ChallengeMissing, CodeNotYet, new, new_for_code
from tests.accounts.solving import ELSEWHERE, HERE, made_for_code, solved

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("little_work")]

HALF = LIMITS["code.unsolved"].count // 2


def ask_without_work(times: int, *, address: str = HERE) -> None:
    for _ in range(times):
        challenges.check_for_code(address, new_for_code(address).answer)


def work_of(address: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """The most hashes that a page of codes asks of this address."""
    asked: list[int] = []
    with monkeypatch.context() as once:
        once.setattr(challenges.secrets, "randbelow", lambda most: asked.append(most) or 0)
        new_for_code(address)
    return asked[0]


def test_the_first_codes_of_an_address_need_neither_work_nor_waiting(place: str) -> None:
    ask_without_work(HALF)
    assert not new_for_code(ELSEWHERE).waits
    assert new_for_code(HERE).waits
    with pytest.raises(CodeNotYet) as why:
        challenges.check_for_code(HERE, new_for_code(HERE).answer)
    assert "chờ 10 giây" in str(why.value)
    assert "vẫn được giữ" in str(why.value)
    ask_without_work(1, address=ELSEWHERE)


@pytest.mark.parametrize("answer", ["", "x", "A" * 10**6])
def test_no_challenge_at_all_counts_like_an_unsolved_one(answer: str) -> None:
    for _ in range(HALF):
        challenges.check_for_code(HERE, answer)
    with pytest.raises(CodeNotYet):
        challenges.check_for_code(HERE, answer)


def test_then_one_waits_or_works_and_an_early_press_costs_nothing(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    ask_without_work(HALF)
    for _ in range(HALF):
        answer = made_for_code(monkeypatch, ago=9)
        with pytest.raises(CodeNotYet):
            challenges.check_for_code(HERE, answer)
    for _ in range(HALF):
        answer = made_for_code(monkeypatch, ago=10)
        challenges.check_for_code(HERE, answer)
    with pytest.raises(CodeNotYet):
        challenges.check_for_code(HERE, answer)  # used
    with pytest.raises(TooManyRequests) as too_many:
        challenges.check_for_code(HERE, made_for_code(monkeypatch, ago=10))
    assert too_many.value.limit == "code.unsolved"
    challenges.check_for_code(HERE, solved(new_for_code(HERE).answer))


def test_a_solved_one_is_good_once_and_the_second_use_counts_as_unsolved() -> None:
    answer = solved(new_for_code(HERE).answer)
    for _ in range(HALF + 1):
        challenges.check_for_code(HERE, answer)
    with pytest.raises(CodeNotYet):
        challenges.check_for_code(HERE, answer)


def test_those_who_work_use_up_nothing_of_those_who_cannot() -> None:
    for _ in range(HALF + 5):
        challenges.check_for_code(HERE, solved(new_for_code(HERE).answer))
    assert not new_for_code(HERE).waits


def test_where_the_whole_portal_has_a_lot_of_them_everybody_without_work_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "code.unsolved.portal", replace(LIMITS["code.unsolved.portal"], count=3))
    for number in range(3):
        ask_without_work(1, address=f"192.0.2.{10 + number}")
    with pytest.raises(CodeNotYet):
        challenges.check_for_code(HERE, new_for_code(HERE).answer)
    for _ in range(5):  # a stranger's number never refuses anybody
        challenges.check_for_code(HERE, made_for_code(monkeypatch, ago=10))


def test_the_little_work_of_a_code_opens_no_login_and_the_other_way_round(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ChallengeMissing):
        challenges.check(HERE, solved(new_for_code(HERE).answer))
    ask_without_work(HALF)
    with pytest.raises(CodeNotYet):
        challenges.check_for_code(HERE, solved(new(HERE).answer))


def test_the_work_grows_with_the_codes_an_address_has_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    little = work_of(HERE, monkeypatch)
    for _ in range(LIMITS["code.address"].count // 10):
        hit("code.address", HERE)
    more = work_of(HERE, monkeypatch)
    for _ in range(LIMITS["code.address"].count // 2):
        hit("code.address", HERE)
    most = work_of(HERE, monkeypatch)
    assert little < more < most
    assert work_of(ELSEWHERE, monkeypatch) == little
    assert little < challenges.MOST_WORK
