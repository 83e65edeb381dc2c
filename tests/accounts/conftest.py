"""A clock for the rate limits, a broker that can be moved, the phone a message reaches, a citizen's two browsers."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from accounts import counting
from accounts.models import Message, Person, User
from accounts.sealing import unseal
from accounts.services import challenges
from tests import factories
from tests.accounts import signing_in
from tests.accounts.limits_at_work import PLACES, no_store
from tests.brokers import lead_to
from tests.servers import free_port, valkey
from vssportal import celery_app

PHONE = "+84999000001"


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self._now = float(int(time.time()))

    def time(self) -> float:
        return self._now

    def forward(self, seconds: float) -> None:
        self._now += seconds


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time by which limits count."""
    steady = Clock()
    monkeypatch.setattr(counting, "time", steady)
    return steady


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest, settings) -> str:
    """Where limits count."""
    if request.param == "database":
        no_store(settings)
    return request.param


@pytest.fixture
def little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a challenge asks, in a moment of a processor's time."""
    monkeypatch.setattr(challenges, "MOST_WORK", 500)
    monkeypatch.setattr(challenges, "WORK_BY_USE", ((0.5, 450), (0.1, 400), (0.0, 300)))


@pytest.fixture
def browser() -> Callable[[], SessionStore]:
    def new() -> SessionStore:
        session = SessionStore()
        session.create()
        return session

    return new


def text_of(message: Message) -> str:
    return unseal(bytes(message.body))


def code_in(message: Message) -> str:
    found = re.match(r"BHXH: (\d{6}) ", text_of(message))
    assert found is not None
    return found[1]


def another(code: str, step: int = 1) -> str:
    """A wrong code."""
    return f"{(int(code) + step) % 10**6:06d}"


@pytest.fixture
def broker() -> Iterator[str]:
    """A real Valkey that Celery publishes to; its address."""
    before = celery_app.conf.broker_url
    with valkey() as url:
        lead_to(url)
        yield url
    lead_to(before)


@pytest.fixture
def no_broker() -> Iterator[None]:
    before = celery_app.conf.broker_url
    lead_to(f"redis://127.0.0.1:{free_port()}/0")
    yield
    lead_to(before)


@pytest.fixture
def person() -> Person:
    return factories.person()


@pytest.fixture
def citizen(person: Person) -> User:
    return factories.citizen(person)


@pytest.fixture
def first(citizen: User) -> Client:
    """The browser that has the account."""
    client = signing_in.browser()
    signing_in.sign_in(client)
    return client


@pytest.fixture
def second() -> Client:
    return signing_in.browser(signing_in.WINDOWS)


@pytest.fixture
def own(citizen: User) -> Client:
    return factories.signed_in(citizen)
