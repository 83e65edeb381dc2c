"""Sealers at the same moment, and events that are committed after ones with higher ids."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from accounts.models import Event, EventSeal
from accounts.services import access, seals
from tests.accounts.sealing_events import OLD, faults, tamper
from tests.races import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

SEALERS, EVENTS = 8, 400


def grown_old(count: int) -> None:
    for number in range(count):
        access.record("card.seen", actor=None, person_id=number)
    tamper("UPDATE accounts_event SET at = %s", timezone.now() - OLD)


def test_sealers_at_once_make_one_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "RANGE", 20)
    grown_old(EVENTS)
    made = at_once(*[seals.seal_due_events] * SEALERS)
    assert sum(made) == EventSeal.objects.count()
    while seals.seal_due_events():
        pass
    chain = list(EventSeal.objects.order_by("first_id"))
    assert sum(seal.count for seal in chain) == EVENTS
    assert len(chain) == EVENTS // 20
    assert faults() == []


def test_the_same_range_is_sealed_once_by_any_number_at_once() -> None:
    grown_old(EVENTS)
    before = timezone.now()
    outcomes = at_once(*[lambda: seals.seal_next(before=before)] * SEALERS)
    assert len([seal for seal in outcomes if seal is not None]) == EventSeal.objects.count() == 1
    assert faults() == []


def test_an_event_committed_late_is_sealed_with_its_neighbours() -> None:
    """A slow transaction holds a lower id while a faster one commits a higher: neither is sealed before both are."""
    slow = connections.create_connection("default")
    try:
        slow.set_autocommit(False)
        with slow.cursor() as cursor:
            cursor.execute(
                "INSERT INTO accounts_event (at, action, object_type, object_id, detail) "
                "VALUES (%s, 'slow', '', '', '{}') RETURNING id",
                [timezone.now()],
            )
            (lower,) = cursor.fetchone()
        higher = access.record("fast", actor=None).pk
        assert lower < higher
        assert seals.seal_due_events() == 0
        slow.commit()
    finally:
        slow.close()
    assert seals.seal_next(before=timezone.now() + timedelta(seconds=1)) is not None
    assert EventSeal.objects.get().count == Event.objects.count() == 2
    assert faults() == []


def test_the_events_are_read_without_a_transaction_held_open() -> None:
    grown_old(3)
    seen = []

    def watched(execute, sql, params, many, context):
        seen.append((sql.split()[0], connection.in_atomic_block))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watched):
        seals.seal_next(before=timezone.now())
    assert ("INSERT", True) in seen
    assert all(not held for verb, held in seen if verb == "SELECT")
    assert transaction.get_autocommit()
