"""A broker that still takes connections and answers nothing: worse than a dead one, since everybody waits."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.test import Client
from django.utils import timezone

from accounts.limits import LIMITS
from accounts.models import InboxMessage, Message, MessageState, RateCount
from accounts.sms import tasks
from tests.brokers import lead_to
from tests.registration.walking import CODE, PHONE, Page
from tests.servers import valkey
from vssportal import settings as production
from vssportal.celery import app

pytestmark = pytest.mark.django_db(transaction=True)

BEARABLE = 3.0  # seconds for a page while the broker hangs
NUMBER = "0999000001"


class Broker:
    """A real Valkey that can be stopped in the middle of its work, and go on."""

    def __init__(self, url: str) -> None:
        self.client = redis.Redis.from_url(url)
        self.pid = int(self.client.info("server")["process_id"])

    def hang(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def waiting_ids(self, queue: str) -> list[int]:
        tasks_waiting = (json.loads(entry) for entry in self.client.lrange(queue, 0, -1))
        return [int(task["headers"]["argsrepr"].strip("(,)")) for task in tasks_waiting]


@pytest.fixture
def broker(settings: Any) -> Iterator[Broker]:
    before = app.conf.broker_url
    with valkey() as url:
        settings.CACHES = {"default": {**production.CACHES["default"], "LOCATION": url}}
        lead_to(url)
        made = Broker(url)
        yield made
        made.go_on()
        lead_to(before)


@pytest.fixture
def hung(broker: Broker) -> Broker:
    """It hangs in the middle of a day: the portal has its connections open already."""
    Client().post(PHONE, {"phone": "0999000009"})
    assert len(broker.waiting_ids("otp")) == 1
    assert not RateCount.objects.exists()
    broker.hang()
    return broker


def timed_ask(client: Client, number: str = NUMBER) -> tuple[Any, float]:
    begun = time.monotonic()
    response = client.post(PHONE, {"phone": number})
    return response, time.monotonic() - begun


def sweep_is_due() -> None:
    Message.objects.filter(state=MessageState.QUEUED).update(sweep_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.usefixtures("hung")
def test_the_page_that_sends_a_code_answers_within_three_seconds_and_the_message_waits_in_its_row() -> None:
    response, took = timed_ask(Client())
    assert (response.status_code, response.url) == (302, CODE)
    message = Message.objects.get(to="+84999000001")
    assert (message.state, message.attempts) == (MessageState.QUEUED, 0)
    assert bytes(message.body)
    assert took < BEARABLE, f"{took:.2f} s"


@pytest.mark.usefixtures("broker")
def test_a_portal_that_starts_beside_a_hung_broker_answers_within_three_seconds_too(broker: Broker) -> None:
    """No connection is open yet: the handshake itself gets no answer."""
    broker.hang()
    response, took = timed_ask(Client())
    assert response.status_code == 302
    assert took < BEARABLE, f"{took:.2f} s"


@pytest.mark.usefixtures("hung")
def test_pages_that_send_nothing_are_not_held_at_all() -> None:
    begun = time.monotonic()
    assert Client().get("/dang-ky/").status_code == 200
    assert Client().get("/healthz").status_code == 200
    assert time.monotonic() - begun < 0.5


@pytest.mark.usefixtures("hung")
def test_the_page_that_sets_work_by_what_an_address_has_sent_is_held_once() -> None:
    begun = time.monotonic()
    assert Client().get(PHONE).status_code == 200
    assert time.monotonic() - begun < BEARABLE


@pytest.mark.usefixtures("hung")
def test_readiness_names_the_broker_within_three_seconds() -> None:
    begun = time.monotonic()
    ready = Client().get("/readyz")
    assert (ready.status_code, ready.json()["broker"]) == (503, "down")
    assert time.monotonic() - begun < BEARABLE


@pytest.mark.usefixtures("hung")
def test_codes_are_counted_in_the_database_meanwhile_and_no_more_are_sent_than_before() -> None:
    allowed = LIMITS["code.stranger.hour"].count
    for _ in range(allowed):
        assert timed_ask(Client())[0].status_code == 302
    refused = Page(timed_ask(Client())[0])
    assert "quá nhiều lần" in refused.refusal("phone")
    assert Message.objects.filter(to="+84999000001").count() == allowed
    assert RateCount.objects.filter(key__contains="code.stranger.hour").exists()
    assert "999000001" not in "".join(RateCount.objects.values_list("key", flat=True))


def test_once_it_goes_on_a_sweep_hands_the_message_over_and_it_is_delivered_once(hung: Broker) -> None:
    assert timed_ask(Client())[0].status_code == 302
    message = Message.objects.get(to="+84999000001")
    hung.go_on()
    sweep_is_due()
    tasks.sweep_messages()
    waiting = hung.waiting_ids("otp")
    assert message.pk in waiting
    for pk in waiting:  # what was sent into the hung broker may be there twice
        tasks.deliver_message(pk)
    message.refresh_from_db()
    assert (message.state, message.attempts) == (MessageState.DELIVERED, 1)
    assert InboxMessage.objects.filter(reference=message.pk).count() == 1


def test_a_sweep_of_many_messages_gives_up_at_the_first_one_the_broker_does_not_take(hung: Broker) -> None:
    for turn in range(3):
        timed_ask(Client(), f"099900001{turn}")
    sweep_is_due()
    begun = time.monotonic()
    tasks.sweep_messages()
    assert time.monotonic() - begun < BEARABLE
    assert Message.objects.filter(state=MessageState.QUEUED).count() == 4
    hung.go_on()
    sweep_is_due()
    tasks.sweep_messages()
    assert set(Message.objects.values_list("pk", flat=True)) <= set(hung.waiting_ids("otp"))
