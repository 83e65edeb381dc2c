"""Seals over events: what happened stays as it was, or the range where it did not is found."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Event, EventSeal
from accounts.services import access, seals
from accounts.tasks import seal_events
from tests.accounts.sealing_events import OLD, copied_with_id, faults, sealed, tamper, written
from vssportal.celery import app

pytestmark = pytest.mark.django_db


def test_a_chain_over_every_event_and_nothing_wrong_with_it() -> None:
    first, second, third = sealed(3, 1, 5)
    ids = list(Event.objects.order_by("pk").values_list("pk", flat=True))
    assert (first.first_id, first.last_id, first.count, first.previous) == (1, ids[2], 3, "")
    assert (second.first_id, second.last_id, second.previous) == (ids[2] + 1, ids[3], first.digest)
    assert (third.first_id, third.last_id, third.previous) == (ids[3] + 1, ids[8], second.digest)
    assert len({first.digest, second.digest, third.digest}) == 3
    assert faults() == []


def test_what_is_in_the_grace_period_waits() -> None:
    old = written(2)
    written(1, ago=seals.GRACE - timedelta(minutes=1))
    seal_events()
    assert EventSeal.objects.get().last_id == old[-1]
    seal_events()
    assert EventSeal.objects.count() == 1


def test_an_event_is_never_sealed_before_one_with_a_lower_id() -> None:
    """A machine whose clock is ahead holds the rest up; it does not leave a hole."""
    (ahead,) = written(1, ago=timedelta(0))
    written(2)
    assert seals.seal_due_events() == 0
    tamper("UPDATE accounts_event SET at = %s WHERE id = %s", timezone.now() - OLD, ahead)
    assert seals.seal_due_events() == 1
    assert EventSeal.objects.get().count == 3


def test_a_late_commit_within_the_grace_period_breaks_nothing() -> None:
    sealed(2)
    event = access.record("card.seen", actor=None)
    late = event.pk + 1
    copied_with_id(event, late + 1)
    assert seals.seal_due_events() == 0
    copied_with_id(event, late)
    tamper("UPDATE accounts_event SET at = %s WHERE id >= %s", timezone.now() - OLD, event.pk)
    assert seals.seal_due_events() == 1
    assert EventSeal.objects.latest("first_id").count == 3
    assert faults() == []


def test_ids_that_were_never_used_are_no_fault() -> None:
    first, *_ = written(3)
    tamper("UPDATE accounts_event SET id = id + 40 WHERE id > %s", first)
    tamper("UPDATE accounts_event SET id = id + 7 WHERE id = %s", first)
    seals.seal_due_events()
    assert EventSeal.objects.get().first_id == 1
    assert faults() == []


def test_work_of_one_run_is_bounded_and_the_next_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "RANGE", 4)
    monkeypatch.setattr(seals, "RANGES_A_RUN", 2)
    written(10)
    assert [seals.seal_due_events() for _ in range(3)] == [2, 1, 0]
    assert [seal.count for seal in EventSeal.objects.order_by("first_id")] == [4, 4, 2]
    assert faults() == []


def test_a_range_is_read_in_one_query_and_no_event_costs_another(django_assert_num_queries) -> None:
    written(30)
    # The seal before, the events, and the seal between the ends of its savepoint.
    with django_assert_num_queries(5):
        seals.seal_next(before=timezone.now())


def test_writing_an_event_touches_no_seal(django_assert_num_queries) -> None:
    sealed(2)
    with django_assert_num_queries(1) as captured:
        access.record("session.started", actor=None)
    assert "seal" not in captured[0]["sql"]


def test_each_seal_leaves_a_line_for_the_operator(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="accounts.services.seals"):
        (seal,) = sealed(2)
    assert [record.getMessage() for record in caplog.records] == [
        f"event seal {seal.pk} up to event {seal.last_id}: {seal.digest[:16]}"
    ]


def test_the_job_runs_every_minute() -> None:
    entry = app.conf.beat_schedule["accounts.tasks.seal_events"]
    assert (entry["task"], entry["schedule"]) == (seal_events.name, 60.0)


CHANGES = {
    "at": lambda: timezone.now() - OLD - timedelta(microseconds=1),
    "action": lambda: "card.shown",
    "actor_id": lambda: 7,
    "person_id": lambda: None,
    "object_type": lambda: "x",
    "object_id": lambda: "x",
    "detail": lambda: '{"by": "scan"}',
}


@pytest.mark.parametrize("column", CHANGES)
def test_a_change_of_any_column_is_found_in_its_range_alone(column: str) -> None:
    _first, second, _third = sealed(2, 3, 2)
    assert tamper(f"UPDATE accounts_event SET {column} = %s WHERE id = %s", CHANGES[column](), second.last_id - 1) == 1
    assert faults() == [("changed", second.first_id, second.last_id, 0)]


def test_every_column_of_an_event_is_sealed() -> None:
    assert {"id", *CHANGES} == {field.name for field in Event._meta.get_fields()} == set(seals._FIELDS)


def test_an_id_that_moved_within_its_range_is_found() -> None:
    written(3)
    tamper("UPDATE accounts_event SET id = id + 10 WHERE id = %s", Event.objects.latest("pk").pk)
    seals.seal_due_events()
    (seal,) = EventSeal.objects.all()
    tamper("UPDATE accounts_event SET id = id - 5 WHERE id = %s", seal.last_id)
    assert faults() == [("changed", 1, seal.last_id, 0)]


def test_two_events_that_changed_places_are_found() -> None:
    (seal,) = sealed(3)
    last = seal.last_id
    for old, new in ((last, -1), (last - 1, last), (-1, last - 1)):
        assert tamper("UPDATE accounts_event SET id = %s WHERE id = %s", new, old) == 1
    assert faults() == [("changed", 1, last, 0)]


@pytest.mark.parametrize("count", [1, 2])
def test_a_removed_event_is_missing(count: int) -> None:
    _first, second = sealed(2, 3)
    tamper("DELETE FROM accounts_event WHERE id > %s", second.last_id - count)
    assert faults() == [("missing", second.first_id, second.last_id, count)]


def test_an_event_slipped_into_a_gap_is_found() -> None:
    written(1)
    tamper("UPDATE accounts_event SET id = id + 10")
    seals.seal_due_events()
    seal = EventSeal.objects.get()
    copied_with_id(Event.objects.get(), seal.last_id - 4)
    copied_with_id(Event.objects.latest("pk"), -3)
    assert faults() == [("added", 1, seal.last_id, 2)]


def test_one_removed_and_one_slipped_in_is_a_change() -> None:
    written(2)
    tamper("UPDATE accounts_event SET id = id + 10 WHERE id = %s", Event.objects.latest("pk").pk)
    seals.seal_due_events()
    last = Event.objects.latest("pk")
    copied_with_id(last, last.pk - 3)
    tamper("DELETE FROM accounts_event WHERE id = %s", Event.objects.earliest("pk").pk)
    assert faults() == [("changed", 1, last.pk, 0)]


@pytest.mark.parametrize("which", [0, 1])
def test_a_removed_seal_is_missing_and_the_ranges_around_it_hold(which: int) -> None:
    chain = sealed(2, 3, 2)
    tamper("DELETE FROM accounts_eventseal WHERE id = %s", chain[which].pk)
    assert faults() == [("seal_missing", chain[which].first_id, chain[which].last_id, 0)]


def test_swapped_digests_are_found_wherever_they_lead() -> None:
    first, second, third = sealed(2, 2, 2)
    for seal, other in ((first, second), (second, first)):
        tamper("UPDATE accounts_eventseal SET digest = %s WHERE id = %s", other.digest, seal.pk)
    assert faults() == [
        ("changed", first.first_id, first.last_id, 0),
        ("chain_broken", second.first_id, second.last_id, 0),
        ("changed", second.first_id, second.last_id, 0),
        ("chain_broken", third.first_id, third.last_id, 0),
    ]


def test_a_seal_that_was_made_again_without_its_neighbours_breaks_the_chain() -> None:
    """Even somebody with the key has to make every seal anew, and the head an operator noted is another then."""
    _first, second, third = sealed(2, 2, 2)
    tamper("UPDATE accounts_event SET action = 'x' WHERE id = %s", second.last_id)
    tamper("DELETE FROM accounts_eventseal WHERE id IN (%s, %s)", second.pk, third.pk)
    assert seals.seal_due_events() == 1
    assert faults() == []
    assert not seals.is_head(third.pk, third.digest[:16])
    tamper("UPDATE accounts_eventseal SET previous = %s WHERE first_id > 1", third.digest)
    assert [fault for fault, *_where in faults()] == ["chain_broken", "changed"]


@pytest.mark.parametrize("fields", ["first_id = first_id - 1", "last_id = last_id - 1"])
def test_the_ends_of_a_range_cannot_be_moved(fields: str) -> None:
    _first, second, _third = sealed(3, 3, 3)
    tamper(f"UPDATE accounts_eventseal SET {fields} WHERE id = %s", second.pk)
    assert faults()


def test_a_seal_is_worth_its_key_and_keys_can_be_changed(settings) -> None:
    settings.AUDIT_KEYS = ["old"]
    sealed(2)
    settings.AUDIT_KEYS = ["new", "old"]
    sealed(2)
    assert faults() == []
    settings.AUDIT_KEYS = ["new"]
    assert [fault for fault, *_where in faults()] == ["changed"]
    settings.AUDIT_KEYS = ["stranger"]
    assert [fault for fault, *_where in faults()] == ["changed", "changed"]


def test_what_a_seal_covers_does_not_depend_on_the_order_of_keys() -> None:
    written(1, detail={"facility": "01020", "by": "scan"})
    seals.seal_due_events()
    tamper("UPDATE accounts_event SET detail = %s", '{"by":   "scan", "facility": "01020"}')
    assert faults() == []


def test_of_two_that_seal_the_same_range_the_second_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other run came between reading and writing: PostgreSQL's own race is in tests/flows."""
    written(3)
    read = seals._Range.read

    def overtaken(self: seals._Range, rows: object) -> None:
        monkeypatch.setattr(seals._Range, "read", read)
        assert seals.seal_next(before=timezone.now()) is not None
        read(self, rows)

    monkeypatch.setattr(seals._Range, "read", overtaken)
    assert seals.seal_next(before=timezone.now()) is None
    assert EventSeal.objects.count() == 1
    assert faults() == []
    assert connection.is_usable()
