from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest
from cryptography.fernet import InvalidToken
from django.utils import timezone

from accounts.models import InboxMessage, Message, MessageState
from accounts.sms import delivery
from accounts.sms.gateways.base import GatewayRefused, GatewayUnreachable, Handed
from tests.accounts.conftest import PHONE
from tests.accounts.providing import (
    CODE,
    CREDENTIALS,
    NOTICE,
    TEXT,
    Carrier,
    deliver,
    forget_until_now,
    lead_sms_to,
    put,
    sweep,
)
from tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def carrier(settings) -> Carrier:
    made = Carrier()
    lead_sms_to(settings, only=made)
    return made


def test_a_message_reaches_the_inbox_and_its_body_is_wiped() -> None:
    message = deliver(put())
    assert (message.state, message.attempts, message.gateway) == (MessageState.DELIVERED, 1, "inbox")
    assert bytes(message.body) == b""
    assert None not in (message.sent_at, message.delivered_at, message.final_at)
    copy = InboxMessage.objects.get()
    assert (copy.reference, str(copy.to), copy.text) == (message.pk, PHONE, TEXT)


def test_nothing_is_in_the_inbox_before_a_worker_has_taken_it() -> None:
    put()
    assert not InboxMessage.objects.exists()


def test_the_carrier_gets_the_rows_id_as_reference(carrier: Carrier) -> None:
    message = deliver(put())
    [taken] = carrier.taken
    assert (taken.reference, taken.to, taken.kind, taken.text) == (message.pk, PHONE, "notice", TEXT)
    assert 86_390 < taken.seconds_left <= 86_400


def test_the_same_id_twice_is_one_message(carrier: Carrier) -> None:
    message = put()
    deliver(message)
    assert deliver(message).attempts == 1
    assert len(carrier.taken) == 1


def test_a_message_another_worker_holds_is_left_alone(carrier: Carrier) -> None:
    message = put()
    Message.objects.filter(pk=message.pk).update(state=MessageState.SENDING, claimed_at=timezone.now())
    assert deliver(message).state == MessageState.SENDING
    assert carrier.taken == []


def test_an_id_without_a_row_does_nothing(carrier: Carrier) -> None:
    delivery.deliver(987654)
    assert carrier.taken == []


def test_a_worker_that_died_after_the_hand_over_gives_one_inbox_copy() -> None:
    message = put(CODE)
    InboxMessage.objects.create(reference=message.pk, to=PHONE, kind=message.kind, text=TEXT)
    Message.objects.filter(pk=message.pk).update(state=MessageState.SENDING, gateway="inbox")
    forget_until_now(message)
    assert sweep() == [message.pk]
    assert deliver(message).state == MessageState.DELIVERED
    assert InboxMessage.objects.count() == 1


def test_what_has_expired_is_never_sent(carrier: Carrier) -> None:
    message = put(CODE)
    Message.objects.filter(pk=message.pk).update(not_after=timezone.now())
    message = deliver(message)
    assert (message.state, message.failure) == (MessageState.EXPIRED, "not_after")
    assert bytes(message.body) == b""
    assert message.sent_at is None
    assert message.final_at is not None
    assert carrier.taken == []


def test_a_refusal_is_final_and_the_body_is_wiped(carrier: Carrier) -> None:
    carrier.answer = GatewayRefused("bad_number")
    message = deliver(put())
    assert (message.state, message.failure, message.gateway) == (MessageState.FAILED, "bad_number", "only")
    assert bytes(message.body) == b""
    assert message.sent_at is None
    deliver(message)
    assert len(carrier.taken) == 1


@pytest.mark.parametrize(
    ("kind", "waits"),
    [
        (CODE, [5, 15, 30, 30]),
        (CREDENTIALS, [15, 60, 300, 900, 1800, 3600, 3600]),
        (NOTICE, [30, 120, 600, 1800, 3600, 3600]),
    ],
)
def test_an_unreachable_carrier_is_tried_again_ever_later(
    carrier: Carrier, kind: Message.Kind, waits: list[int]
) -> None:
    carrier.answer = GatewayUnreachable("unreachable")
    message = put(kind)
    for tries, wait in enumerate(waits, start=1):
        message = deliver(message)
        assert (message.state, message.attempts, message.failure) == ("queued", tries, "unreachable")
        assert bytes(message.body) != b""
        assert message.final_at is None
        left = (message.sweep_at - timezone.now()).total_seconds()
        assert wait * 0.75 - 1 < left <= wait * 1.25 + 5
    carrier.answer = Handed(is_delivered=True)
    assert deliver(message).state == MessageState.DELIVERED
    assert {taken.reference for taken in carrier.taken} == {message.pk}
    assert {taken.text for taken in carrier.taken} == {TEXT}


def test_only_a_code_is_worth_coming_back_to_before_the_next_sweep(carrier: Carrier) -> None:
    carrier.answer = GatewayUnreachable("unreachable")
    code, notice = put(CODE), put(key="test:2")
    waits = []
    for _try in range(3):
        again = delivery.deliver(code.pk)
        assert again is not None
        waits.append(again.wait)
    assert waits == [5, 15, 30]
    assert delivery.deliver(notice.pk) is None


def test_the_waits_of_notices_are_spread(carrier: Carrier) -> None:
    """A provider that comes back must not meet all of them in the same second."""
    carrier.answer = GatewayUnreachable("unreachable")
    due = {round(deliver(put(key=f"test:{number}")).sweep_at.timestamp(), 1) for number in range(12)}
    assert len(due) > 6


def test_nothing_is_tried_again_after_its_time(carrier: Carrier) -> None:
    carrier.answer = GatewayUnreachable("unreachable")
    message = deliver(put())
    Message.objects.update(not_after=timezone.now() + timedelta(seconds=3))
    message = deliver(message)
    assert message.sweep_at <= message.not_after
    Message.objects.update(not_after=timezone.now())
    forget_until_now(message)
    assert sweep() == []
    message.refresh_from_db()
    assert (message.state, message.failure, bytes(message.body)) == ("expired", "unreachable", b"")
    assert message.final_at is not None


def test_without_a_gateway_messages_wait_and_nothing_is_lost(settings) -> None:
    settings.SMS_GATEWAY = ""
    message = deliver(put())
    assert (message.state, message.failure) == (MessageState.QUEUED, "no_gateway")
    settings.SMS_GATEWAY = "inbox"
    assert deliver(message).state == MessageState.DELIVERED


def test_only_what_is_due_is_swept_and_nothing_final() -> None:
    dead, alive, done = put(), put(key="test:2"), put(key="test:3")
    Message.objects.filter(pk__in=[dead.pk, alive.pk]).update(state="sending")
    Message.objects.filter(pk=done.pk).update(state="failed", final_at=timezone.now())
    forget_until_now(dead)
    forget_until_now(done)
    assert sweep() == [dead.pk]
    assert [Message.objects.get(pk=row.pk).state for row in (dead, alive, done)] == ["queued", "sending", "failed"]
    assert sweep() == []  # handed over just now


def test_a_body_no_key_opens_is_not_lost_and_not_sent(carrier: Carrier, settings) -> None:
    message = put()
    right = settings.FIELD_ENCRYPTION_KEY
    settings.FIELD_ENCRYPTION_KEY = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY="
    with pytest.raises(InvalidToken):
        delivery.deliver(message.pk)
    assert carrier.taken == []
    assert Message.objects.get().state == MessageState.QUEUED
    settings.FIELD_ENCRYPTION_KEY = right
    assert deliver(message).state == MessageState.SENT


def test_no_log_line_holds_the_text_or_the_number(carrier: Carrier, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="accounts")
    deliver(put())
    carrier.answer = GatewayUnreachable("refused_connection")
    deliver(put(key="test:2"))
    carrier.answer = GatewayRefused("bad_number")
    deliver(put(key="test:3"))
    assert "bad_number" in caplog.text
    assert re.search(r"message \d+ sent", caplog.text)
    assert "012345" not in caplog.text
    assert PHONE[1:] not in caplog.text


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_eight_workers_with_one_id_exactly_one_sends(carrier: Carrier) -> None:
    message = put()
    at_once(*[lambda: delivery.deliver(message.pk)] * 8)
    assert len(carrier.taken) == 1
    assert Message.objects.get().attempts == 1
