"""Challenges as a page makes them, at a moment of the test's choice, and their solutions as its script finds them."""

from __future__ import annotations

import time
from types import SimpleNamespace

import altcha
import pytest

from accounts.services import challenges
from accounts.services.challenges import new, new_for_code

HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"


def made(monkeypatch: pytest.MonkeyPatch, *, ago: float, address: str = HERE) -> str:
    """What the page made so many seconds ago sends without its script."""
    with monkeypatch.context() as then:
        then.setattr(challenges, "time", SimpleNamespace(time=lambda: time.time() - ago))
        return new(address).answer


def made_for_code(monkeypatch: pytest.MonkeyPatch, *, ago: float) -> str:
    with monkeypatch.context() as then:
        then.setattr(challenges, "time", SimpleNamespace(time=lambda: time.time() - ago))
        return new_for_code(HERE).answer


def solved(answer: str) -> str:
    payload = altcha.Payload.from_base64(answer)
    solution = altcha.solve_challenge(payload.challenge, counter_start=1)
    assert solution is not None
    return altcha.Payload(payload.challenge, solution).to_base64()
