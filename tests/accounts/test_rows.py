"""A row in a worker's hands: through a database that restarts, and when another message takes its place meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from accounts.models import Message, MessageState
from accounts.sms import delivery, outbox, rows
from accounts.sms.gateways.base import Handed
from tests.accounts.providing import (
    CODE,
    CREDENTIALS,
    DOUBT,
    Carrier,
    deliver,
    forget_until_now,
    in_the_middle_of_a_call,
    lead_sms_to,
    put,
    sweep,
    with_reports,
)

pytestmark = pytest.mark.django_db


class RestartingDatabase:
    """Refuses to write down what came of a call, so many times."""

    def __init__(self, times: int) -> None:
        self.left = times

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("UPDATE") and "final_at" in sql.partition("WHERE")[0] and self.left:
            self.left -= 1
            raise OperationalError("the database system is starting up")
        return execute(sql, params, many, context)


@pytest.mark.django_db(transaction=True)
def test_what_came_of_a_call_outlives_a_database_that_restarts(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    carrier = Carrier()
    lead_sms_to(settings, a=carrier)
    monkeypatch.setattr(rows, "ASKED_AGAIN_AFTER", (0, 0, 0))
    message = put(CODE)
    with connection.execute_wrapper(RestartingDatabase(times=2)):
        assert deliver(message).state == MessageState.SENT
    assert len(carrier.taken) == 1


@pytest.mark.django_db(transaction=True)
def test_a_database_that_stays_away_leaves_the_row_for_the_sweeper(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    carrier = Carrier()
    lead_sms_to(settings, a=carrier)
    monkeypatch.setattr(rows, "ASKED_AGAIN_AFTER", (0, 0))
    message = put(CODE)
    with connection.execute_wrapper(RestartingDatabase(times=9)), pytest.raises(OperationalError):
        delivery.deliver(message.pk)
    assert Message.objects.get().state == MessageState.SENDING
    forget_until_now(message)
    assert sweep() == []
    assert Message.objects.get().state == MessageState.UNCERTAIN
    assert len(carrier.taken) == 1


def test_what_another_message_replaces_is_not_sent_any_more(settings) -> None:
    """A fresh one-time password: the one before must not arrive after it."""
    carrier = Carrier()
    lead_sms_to(settings, a=with_reports(carrier))
    waiting, taken, under_way, lost = (put(CREDENTIALS, f"credentials:7:{number}") for number in range(4))
    deliver(taken)
    in_the_middle_of_a_call(under_way)
    Message.objects.filter(pk=lost.pk).update(state="failed", final_at=timezone.now(), body=b"")
    other = put(CREDENTIALS, "credentials:77:0")
    outbox.replace(dedupe_prefix="credentials:7:")
    assert sweep() == []
    states = {message.pk: deliver(message) for message in (waiting, taken, under_way, lost)}
    assert [row.state for row in states.values()] == ["expired", "sent", "uncertain", "failed"]
    assert all(row.final_at and row.replaced_at and not bytes(row.body) for row in states.values())
    assert len(carrier.taken) == 1
    assert deliver(other).state == "sent"


def test_a_password_under_way_while_it_is_replaced_ends_as_what_it_became(settings) -> None:
    message = put(CREDENTIALS, "credentials:7:0")

    class Slow(Carrier):
        def send(self, taken: Any) -> Handed:
            outbox.replace(dedupe_prefix="credentials:7:")
            raise DOUBT

    lead_sms_to(settings, a=Slow())
    message = deliver(message)
    forget_until_now(message)
    assert sweep() == []
    message.refresh_from_db()
    assert (message.state, message.failure, bytes(message.body)) == ("expired", "withdrawn", b"")


def test_within_a_transaction_nothing_is_asked_again_since_it_is_lost_with_its_connection(settings) -> None:
    lead_sms_to(settings, a=Carrier())
    message = put(CODE)
    with connection.execute_wrapper(RestartingDatabase(times=1)), pytest.raises(OperationalError):
        delivery.deliver(message.pk)
