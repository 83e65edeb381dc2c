from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from cryptography.fernet import InvalidToken
from django.utils import timezone

from accounts.models import InboxMessage, Message, MessageState
from accounts.sms import delivery, outbox
from accounts.sms.gateways.base import GatewayRefused, GatewayUnreachable, Outgoing
from tests.accounts.conftest import PHONE
from tests.races import at_once

pytestmark = pytest.mark.django_db

TEXT = "BHXH: 012345 la ma xem ho so"


class Provider:
    """Outside this house: does what it is told and remembers what reached it."""

    name = "provider"
    takes_reference_once = True

    def __init__(self, answer: Exception | None = None) -> None:
        self.answer = answer
        self.taken: list[Outgoing] = []

    def send(self, message: Outgoing) -> None:
        self.taken.append(message)
        if self.answer is not None:
            raise self.answer


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    made = Provider()
    monkeypatch.setattr(delivery, "current_gateway", lambda: made)
    return made


def put(kind: Message.Kind = Message.Kind.NOTICE, key: str = "test:1") -> Message:
    return outbox.put(kind=kind, purpose="test", to=PHONE, text=TEXT, dedupe_key=key)


def deliver(message: Message) -> Message:
    delivery.deliver(message.pk)
    return Message.objects.get(pk=message.pk)


def test_a_message_reaches_the_inbox_and_its_body_is_wiped() -> None:
    message = deliver(put())
    assert (message.state, message.attempts, message.gateway) == (MessageState.DELIVERED, 1, "inbox")
    assert bytes(message.body) == b""
    assert message.sent_at is not None
    assert message.final_at is not None
    copy = InboxMessage.objects.get()
    assert (copy.reference, str(copy.to), copy.text) == (message.pk, PHONE, TEXT)


def test_nothing_is_in_the_inbox_before_a_worker_has_taken_it() -> None:
    put()
    assert not InboxMessage.objects.exists()


def test_the_carrier_gets_the_rows_id_as_reference(provider: Provider) -> None:
    message = deliver(put())
    assert provider.taken == [Outgoing(reference=message.pk, to=PHONE, kind="notice", text=TEXT)]


def test_the_same_id_twice_is_one_message(provider: Provider) -> None:
    message = put()
    deliver(message)
    assert deliver(message).attempts == 1
    assert len(provider.taken) == 1


def test_a_message_another_worker_holds_is_left_alone(provider: Provider) -> None:
    message = put()
    Message.objects.filter(pk=message.pk).update(state=MessageState.SENDING, claimed_at=timezone.now())
    assert deliver(message).state == MessageState.SENDING
    assert provider.taken == []


def test_an_id_without_a_row_does_nothing(provider: Provider) -> None:
    delivery.deliver(987654)
    assert provider.taken == []


def test_a_worker_that_died_after_the_hand_over_gives_one_inbox_copy() -> None:
    message = put()
    InboxMessage.objects.create(reference=message.pk, to=PHONE, kind=message.kind, text=TEXT)
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.SENDING, claimed_at=timezone.now() - timedelta(seconds=61)
    )
    delivery.release_dead_claims()
    assert deliver(message).state == MessageState.DELIVERED
    assert InboxMessage.objects.count() == 1


def test_what_has_expired_is_never_sent(provider: Provider) -> None:
    message = put(Message.Kind.CODE)
    Message.objects.filter(pk=message.pk).update(not_after=timezone.now())
    message = deliver(message)
    assert (message.state, message.failure) == (MessageState.EXPIRED, "not_after")
    assert bytes(message.body) == b""
    assert message.sent_at is None
    assert message.final_at is not None
    assert provider.taken == []


def test_a_refusal_is_final_and_the_body_is_wiped(provider: Provider) -> None:
    provider.answer = GatewayRefused("bad_number")
    message = deliver(put())
    assert (message.state, message.failure, message.gateway) == (MessageState.FAILED, "bad_number", "")
    assert bytes(message.body) == b""
    assert message.sent_at is None
    deliver(message)
    assert len(provider.taken) == 1


@pytest.mark.parametrize(
    ("kind", "waits"),
    [
        (Message.Kind.CODE, [5, 15, 30, 30]),
        (Message.Kind.CREDENTIALS, [15, 60, 300, 1800, 1800]),
        (Message.Kind.NOTICE, [30, 300, 1800, 1800]),
    ],
)
def test_an_unreachable_carrier_is_tried_again_ever_later(
    provider: Provider, kind: Message.Kind, waits: list[int]
) -> None:
    provider.answer = GatewayUnreachable("refused_connection")
    message = put(kind)
    for tries, wait in enumerate(waits, start=1):
        message = deliver(message)
        assert (message.state, message.attempts, message.failure) == ("queued", tries, "refused_connection")
        assert bytes(message.body) != b""
        assert message.final_at is None
        left = (message.sweep_at - timezone.now()).total_seconds()
        assert wait - 5 < left <= wait
    provider.answer = None
    assert deliver(message).state == MessageState.DELIVERED
    assert {taken.reference for taken in provider.taken} == {message.pk}
    assert {taken.text for taken in provider.taken} == {TEXT}


def test_without_a_gateway_messages_wait_and_nothing_is_lost(settings) -> None:
    settings.SMS_GATEWAY = ""
    message = deliver(put())
    assert (message.state, message.failure) == (MessageState.QUEUED, "no_gateway")
    settings.SMS_GATEWAY = "inbox"
    assert deliver(message).state == MessageState.DELIVERED


def test_only_claims_older_than_a_minute_are_released() -> None:
    dead, alive, done = put(), put(key="test:2"), put(key="test:3")
    now = timezone.now()
    Message.objects.filter(pk=dead.pk).update(state="sending", claimed_at=now - timedelta(seconds=61))
    Message.objects.filter(pk=alive.pk).update(state="sending", claimed_at=now - timedelta(seconds=50))
    Message.objects.filter(pk=done.pk).update(state="failed", claimed_at=now - timedelta(hours=1))
    assert delivery.release_dead_claims() == 1
    states = [Message.objects.get(pk=row.pk).state for row in (dead, alive, done)]
    assert states == ["queued", "sending", "failed"]
    assert Message.objects.get(pk=dead.pk).sweep_at <= timezone.now()


def test_a_body_no_key_opens_is_not_lost_and_not_sent(provider: Provider, settings) -> None:
    message = put()
    right = settings.FIELD_ENCRYPTION_KEY
    settings.FIELD_ENCRYPTION_KEY = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY="
    with pytest.raises(InvalidToken):
        delivery.deliver(message.pk)
    assert provider.taken == []
    settings.FIELD_ENCRYPTION_KEY = right
    Message.objects.update(claimed_at=timezone.now() - timedelta(seconds=61))
    delivery.release_dead_claims()
    assert deliver(message).state == MessageState.DELIVERED


def test_no_log_line_holds_the_text_or_the_number(provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="accounts")
    deliver(put())
    provider.answer = GatewayUnreachable("refused_connection")
    deliver(put(key="test:2"))
    provider.answer = GatewayRefused("bad_number")
    deliver(put(key="test:3"))
    assert "bad_number" in caplog.text
    assert "delivered" in caplog.text
    assert "012345" not in caplog.text
    assert PHONE[1:] not in caplog.text


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_eight_workers_with_one_id_exactly_one_sends(provider: Provider) -> None:
    message = put()
    at_once(*[lambda: delivery.deliver(message.pk)] * 8)
    assert len(provider.taken) == 1
    assert Message.objects.get().attempts == 1
