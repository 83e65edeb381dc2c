from __future__ import annotations

import base64
import json
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
import redis
from django.db import transaction
from django.utils import timezone

from accounts.models import Message, MessageState
from accounts.sms import outbox, tasks
from accounts.sms.gateways.base import GatewayUnreachable
from tests.accounts.conftest import PHONE, text_of
from tests.accounts.providing import Carrier, lead_sms_to

TEXT = "BHXH: tai khoan 9900000001, mat khau: Kx47mnPqrT"


def put(**fields: Any) -> Message:
    return outbox.put(
        **{
            "kind": Message.Kind.NOTICE,
            "purpose": "test",
            "to": PHONE,
            "text": TEXT,
            "dedupe_key": "test:1",
            **fields,
        }
    )


def queued(url: str, queue: str) -> list[dict[str, Any]]:
    with redis.from_url(url) as store:
        return [json.loads(raw) for raw in store.lrange(queue, 0, -1)]


def arguments(task: dict[str, Any]) -> list[Any]:
    return json.loads(base64.b64decode(task["body"]))[0]


class Undo(Exception):
    pass


def put_and_fail() -> None:
    with transaction.atomic():
        put()
        raise Undo


@pytest.mark.django_db
def test_the_body_is_sealed_in_the_row() -> None:
    message = put()
    stored = Message.objects.filter(pk=message.pk).values().get()
    assert b"Kx47mnPqrT" not in bytes(stored.pop("body"))
    assert "Kx47mnPqrT" not in str(stored)
    assert text_of(message) == TEXT
    assert message.state == MessageState.QUEUED


@pytest.mark.django_db
def test_a_notice_waits_a_day_and_a_secret_as_long_as_it_is_told() -> None:
    until = timezone.now() + timedelta(minutes=3)
    assert put(not_after=until).not_after == until
    day = put(dedupe_key="test:2").not_after - timezone.now()
    assert timedelta(hours=23, minutes=59) < day <= timedelta(hours=24)


@pytest.mark.django_db(transaction=True)
def test_the_same_key_again_is_the_same_row_and_enqueues_nothing(broker: str) -> None:
    first = put()
    again = put(text="BHXH: another text", to="+84999000002")
    assert again.pk == first.pk
    assert str(again.to) == PHONE
    assert text_of(Message.objects.get()) == TEXT
    assert len(queued(broker, "notices")) == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_enqueued_before_the_commit(broker: str) -> None:
    with transaction.atomic():
        put()
        assert queued(broker, "notices") == []
    assert len(queued(broker, "notices")) == 1


@pytest.mark.django_db(transaction=True)
def test_a_rollback_leaves_neither_a_row_nor_a_task(broker: str) -> None:
    with pytest.raises(Undo):
        put_and_fail()
    assert not Message.objects.exists()
    assert queued(broker, "notices") == queued(broker, "otp") == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("kind", "queue", "other"),
    [("code", "otp", "notices"), ("credentials", "notices", "otp"), ("notice", "notices", "otp")],
)
def test_a_task_carries_the_rows_id_and_nothing_else(broker: str, kind: str, queue: str, other: str) -> None:
    message = put(kind=Message.Kind(kind))
    [task] = queued(broker, queue)
    assert queued(broker, other) == []
    assert task["headers"]["task"] == "accounts.sms.tasks.deliver_message"
    assert arguments(task) == [message.pk]
    assert task["headers"]["argsrepr"] == f"({message.pk},)"
    assert task["headers"]["kwargsrepr"] == "{}"
    whole = json.dumps(task) + base64.b64decode(task["body"]).decode()
    for secret in ("Kx47mnPqrT", "9900000001", PHONE[1:]):
        assert secret not in whole


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_broker")
def test_with_the_broker_away_the_row_waits_and_the_caller_never_notices(caplog: pytest.LogCaptureFixture) -> None:
    message = put()
    row = Message.objects.get(pk=message.pk)
    assert (row.state, row.attempts) == (MessageState.QUEUED, 0)
    assert row.sweep_at <= timezone.now() + outbox.FIRST_SWEEP_AFTER
    assert "broker is away" in caplog.text
    assert PHONE not in caplog.text


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_broker")
def test_with_the_broker_away_a_page_is_not_held() -> None:
    started = time.monotonic()
    put()
    assert time.monotonic() - started < 1.5


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_takes_nothing_more_counts_as_away(broker: str) -> None:
    with redis.from_url(broker) as store:
        store.config_set("maxmemory", "1")
        put()
        store.config_set("maxmemory", "0")
    assert Message.objects.get().state == MessageState.QUEUED
    assert queued(broker, "notices") == []


@pytest.mark.django_db
def test_the_sweep_hands_over_what_is_due_and_leaves_the_rest(broker: str) -> None:
    due, later, done = put(), put(dedupe_key="test:2"), put(dedupe_key="test:3", kind=Message.Kind.CODE)
    Message.objects.filter(pk__in=[due.pk, done.pk]).update(sweep_at=timezone.now())
    Message.objects.filter(pk=done.pk).update(state=MessageState.DELIVERED)
    tasks.sweep_messages()
    assert [arguments(task) for task in queued(broker, "notices")] == [[due.pk]]
    assert queued(broker, "otp") == []
    due.refresh_from_db()
    assert due.sweep_at > timezone.now() + timedelta(seconds=25)
    assert Message.objects.get(pk=later.pk).sweep_at == later.sweep_at
    tasks.sweep_messages()
    assert len(queued(broker, "notices")) == 1


@pytest.mark.django_db
def test_one_sweep_hands_over_at_most_five_hundred_oldest_first(broker: str) -> None:
    now = timezone.now()
    Message.objects.bulk_create(
        Message(
            kind=Message.Kind.NOTICE,
            to=PHONE,
            dedupe_key=f"sweep:{number}",
            not_after=now + timedelta(hours=1),
            sweep_at=now - timedelta(seconds=number),
        )
        for number in range(503)
    )
    tasks.sweep_messages()
    handed_over = {arguments(task)[0] for task in queued(broker, "notices")}
    assert len(handed_over) == 500
    left = set(Message.objects.filter(sweep_at__lte=now).values_list("pk", flat=True))
    assert left == set(
        Message.objects.filter(dedupe_key__in=[f"sweep:{n}" for n in range(3)]).values_list("pk", flat=True)
    )
    tasks.sweep_messages()
    assert len(queued(broker, "notices")) == 503


@pytest.mark.django_db
def test_the_sweep_takes_back_what_a_dead_worker_held(broker: str) -> None:
    message = put()
    long_ago = timezone.now() - timedelta(seconds=61)
    Message.objects.update(state=MessageState.SENDING, claimed_at=long_ago, sweep_at=long_ago)
    tasks.sweep_messages()
    assert [arguments(task) for task in queued(broker, "notices")] == [[message.pk]]
    assert Message.objects.get().state == MessageState.QUEUED


@pytest.mark.django_db
def test_a_code_nobody_took_comes_back_by_the_queue_itself_after_five_seconds(broker: str, settings: Any) -> None:
    lead_sms_to(settings, only=Carrier(GatewayUnreachable("unreachable")))
    code = put(kind=Message.Kind.CODE)
    notice = put(dedupe_key="test:2")
    for message in (code, notice):
        tasks.deliver_message(message.pk)
    [task] = queued(broker, "otp")
    assert arguments(task) == [code.pk]
    due = datetime.fromisoformat(task["headers"]["eta"]) - timezone.now()
    assert 3 < due.total_seconds() <= 5
    assert queued(broker, "notices") == []
