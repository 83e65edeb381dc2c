"""The work an address is asked for: who passes with it, who with waiting, and who with neither."""

from __future__ import annotations

import json
import time
from base64 import b64decode, b64encode
from typing import Any

import altcha
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.errors import TooManyRequests
from accounts.limits import LIMITS, hit
from accounts.services import challenges
from accounts.services.challenges import ChallengeMissing, check, is_needed, new
from tests.accounts.solving import ELSEWHERE, HERE, made, solved

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("little_work")]


def changed(answer: str, change: dict[str, Any]) -> str:
    payload = json.loads(b64decode(answer))
    payload["challenge"]["parameters"].update(change)
    return b64encode(json.dumps(payload).encode()).decode()


def refused(answer: str, *, address: str = HERE) -> str:
    with pytest.raises(ChallengeMissing) as why:
        check(address, answer)
    return str(why.value)


def test_an_address_is_asked_from_a_hundred_wrong_passwords_on_and_no_other_is() -> None:
    for _ in range(99):
        hit("login.address", HERE)
    assert not is_needed(HERE)
    hit("login.address", HERE)
    assert is_needed(HERE)
    assert not is_needed(ELSEWHERE)


def test_whoever_has_done_the_work_passes_at_once(place: str) -> None:
    check(HERE, solved(new(HERE).answer))


def test_one_challenge_is_good_for_one_use(place: str) -> None:
    answer = solved(new(HERE).answer)
    check(HERE, answer)
    refused(answer)
    check(HERE, solved(new(HERE).answer))


def test_another_number_for_the_same_work_is_no_second_use(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = made(monkeypatch, ago=60)
    check(HERE, solved(answer))
    refused(answer)


def test_work_done_for_one_address_opens_no_other() -> None:
    answer = solved(new(HERE).answer)
    refused(answer, address=ELSEWHERE)
    check(HERE, answer)


def test_the_page_does_not_tell_the_address() -> None:
    assert HERE not in b64decode(new(HERE).answer).decode()


def test_without_the_work_one_waits_ten_seconds(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    assert "10 giây" in refused(made(monkeypatch, ago=8))
    answer = made(monkeypatch, ago=10)
    check(HERE, answer)
    refused(answer)


def test_an_early_try_does_not_use_the_challenge_up() -> None:
    answer = new(HERE).answer
    refused(answer)
    check(HERE, solved(answer))


def test_waiting_does_not_open_it_for_another_address(monkeypatch: pytest.MonkeyPatch) -> None:
    refused(made(monkeypatch, ago=60, address=ELSEWHERE))


def test_so_many_a_minute_may_wait_and_whoever_works_is_not_held_up_by_them(
    monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    for _ in range(LIMITS["challenge.wait"].count):
        check(HERE, made(monkeypatch, ago=10))
    answer = made(monkeypatch, ago=10)
    with pytest.raises(TooManyRequests) as too_many:
        check(HERE, answer)
    assert 0 < too_many.value.retry_after <= 60
    check(ELSEWHERE, made(monkeypatch, ago=10, address=ELSEWHERE))
    check(HERE, solved(answer))


@pytest.mark.parametrize("ago", [30 * 60 + 1, 24 * 60 * 60])
def test_after_half_an_hour_neither_work_nor_waiting_helps(monkeypatch: pytest.MonkeyPatch, ago: float) -> None:
    answer = made(monkeypatch, ago=ago)
    refused(answer)
    refused(solved(answer))


def test_a_used_one_is_remembered_for_longer_than_it_is_good() -> None:
    assert LIMITS["challenge.once"].seconds > challenges.LASTS


@pytest.mark.parametrize(
    "change",
    [
        {"expiresAt": 4_000_000_000},
        {"expiresAt": 0},
        {"expiresAt": None},
        {"data": {"for": challenges._digest(ELSEWHERE)}},
        {"data": None},
        {"keyPrefix": "00"},
        {"keyPrefix": ""},
        {"nonce": "00" * 16},
        {"cost": 10**9},
        {"algorithm": "SHA-512"},
    ],
)
def test_what_we_signed_cannot_be_changed(monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]) -> None:
    answer = changed(made(monkeypatch, ago=60), change)
    refused(answer)
    refused(answer, address=ELSEWHERE)


def test_a_challenge_of_somebody_else_is_none_of_ours() -> None:
    theirs = altcha.create_challenge(
        algorithm="SHA-256",
        cost=1,
        counter=5,
        expires_at=int(time.time()) + 60,
        data={"for": challenges._digest(HERE)},
        hmac_secret="not ours",
    )
    unsigned = altcha.Challenge(theirs.parameters)
    for challenge in (theirs, unsigned):
        refused(solved(altcha.Payload(challenge, altcha.Solution(0, "")).to_base64()))


@pytest.mark.parametrize(
    "answer",
    ["", "x", "====", "đã giải", "bnVsbA==", "NQ==", "W10=", "e30=", "InRleHQi", "\0", "A" * 10**6]
    + [b64encode(text).decode() for text in (b'{"challenge": 5, "solution": 5}', b"[" * 1000, b"\xff\xfe")],
)
def test_garbage_is_refused_with_a_sentence(answer: str) -> None:
    assert "chưa bị tính là sai" in refused(answer)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FIELDS = ["algorithm", "nonce", "salt", "cost", "keyLength", "keyPrefix", "expiresAt", "data"]


@given(parameters=JSON | st.fixed_dictionaries(dict.fromkeys(FIELDS, JSON)), signature=JSON, solution=JSON)
def test_whatever_is_sent_is_refused_and_breaks_nothing(parameters: Any, signature: Any, solution: Any) -> None:
    sent = {"challenge": {"parameters": parameters, "signature": signature}, "solution": solution}
    refused(b64encode(json.dumps(sent).encode()).decode()[: challenges.LONGEST])
    sent["solution"] = {"counter": solution, "derivedKey": solution}
    refused(b64encode(json.dumps(sent).encode()).decode()[: challenges.LONGEST])


@given(counter=JSON, key=JSON)
def test_a_strange_solution_of_our_own_work_is_none(counter: Any, key: Any) -> None:
    payload = json.loads(b64decode(new(HERE).answer))
    payload["solution"] = {"counter": counter, "derivedKey": key}
    refused(b64encode(json.dumps(payload).encode()).decode())
