"""Seals over the events (docs/adr/0013-sealed-events.md): a row changed, removed or slipped in is found.

Writing an event touches no seal. A periodic job seals what is older than
GRACE, in the order of ids: transactions last seconds, so by then every lower
id has been committed or will never be.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Min, QuerySet, TextChoices
from django.utils import timezone

from accounts.models import Event, EventSeal
from accounts.sealing import audit_digests

logger = logging.getLogger(__name__)

GRACE = timedelta(minutes=10)
LATE_AFTER = timedelta(hours=1)
SEALED_LATE_AFTER = timedelta(days=1)
RANGE, RANGES_A_RUN = 10_000, 20  # events in one seal; seals in one run of the job
READ_AT_ONCE = 2000  # rows
SHOWN_DIGITS = 16  # of a digest, where an operator copies it
_FIELDS = ("id", "at", "action", "actor_id", "person_id", "object_type", "object_id", "detail")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
Row = tuple[Any, ...]


class Fault(TextChoices):
    """What can be wrong with a range; how it is told is the command's."""

    CHANGED = "changed"  # as many events as sealed, and not the same
    MISSING = "missing"
    ADDED = "added"
    CHAIN_BROKEN = "chain_broken"  # its seal does not follow from the one before
    SEAL_MISSING = "seal_missing"
    SEALED_LATE = "sealed_late"  # whole, but sealed so late that it may have been changed before


@dataclass(frozen=True, slots=True)
class Break:
    """One fault of the events `first_id` to `last_id`; `count` events too few or too many where that is known."""

    fault: Fault
    first_id: int
    last_id: int
    count: int = 0


@dataclass(frozen=True, slots=True)
class Checked:
    """One seal of the chain, recomputed."""

    seal: EventSeal
    breaks: list[Break]


@dataclass(frozen=True, slots=True)
class Unsealed:
    count: int
    oldest_at: datetime | None

    @property
    def is_late(self) -> bool:
        return self.oldest_at is not None and self.oldest_at < timezone.now() - LATE_AFTER


class _Range:
    """Counts events and digests them under every audit key, chained to the seal before."""

    def __init__(self, previous: str) -> None:
        self.count = self.last_id = 0
        self.oldest_at: datetime | None = None
        self._digests = audit_digests()
        self._feed(previous)

    def read(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._feed(_canonical(row))
            self.count, self.last_id = self.count + 1, row[0]
            self.oldest_at = min(self.oldest_at or row[1], row[1])

    def digests(self, first_id: int, last_id: int, sealed_at: datetime) -> list[str]:
        """By the newest key first."""
        self._feed(f"{first_id}-{last_id}@{_microseconds(sealed_at)}")
        return [digest.hexdigest() for digest in self._digests]

    def _feed(self, line: str) -> None:
        for digest in self._digests:
            digest.update(f"{line}\n".encode())


def seal_due_events() -> int:
    """Seal what has passed GRACE, RANGES_A_RUN ranges at most: how many. What is left waits for the next run."""
    before = timezone.now() - GRACE
    for number in range(RANGES_A_RUN):
        if seal_next(before=before) is None:
            return number
    return RANGES_A_RUN


def seal_next(*, before: datetime) -> EventSeal | None:
    """Seal the next range, up to the first event not older than `before`; None if there is nothing, or it is taken.

    Of two that run at once both read the same `first_id`, which is unique: one seals, the other stops. Nothing is
    locked while the events are read.
    """
    newest = EventSeal.objects.order_by("-first_id").first()
    first_id, previous = (newest.last_id + 1, newest.digest) if newest else (1, "")
    sealed = _Range(previous)
    rows = _rows(Event.objects.filter(pk__gte=first_id).order_by("pk")[:RANGE])
    sealed.read(takewhile(lambda row: row[1] < before, rows))
    if not sealed.count:
        return None
    seal = EventSeal(first_id=first_id, last_id=sealed.last_id, count=sealed.count, previous=previous)
    seal.sealed_at = timezone.now()
    seal.digest = sealed.digests(first_id, seal.last_id, seal.sealed_at)[0]
    try:
        with transaction.atomic():
            seal.save(force_insert=True)
    except IntegrityError:
        return None
    # Whoever keeps these lines elsewhere can prove that the end of the chain was not cut off (verify_audit --head).
    logger.info("event seal %s up to event %s: %s", seal.pk, seal.last_id, seal.digest[:SHOWN_DIGITS])
    return seal


def check(*, start: EventSeal | None = None) -> Iterator[Checked]:
    """Every seal from `start` in the order of events, each with what is wrong with its range."""
    before = EventSeal.objects.filter(first_id__lt=start.first_id).order_by("-first_id").first() if start else None
    for seal in _seals_after(before):
        yield Checked(seal, [*_breaks_of_chain(seal, before), *_breaks_of_range(seal)])
        before = seal


def unsealed() -> Unsealed:
    """What stands after the last seal."""
    newest = EventSeal.objects.order_by("-first_id").first()
    after = Event.objects.filter(pk__gt=newest.last_id if newest else 0)
    found = after.aggregate(count=Count("pk"), oldest=Min("at"))
    return Unsealed(found["count"], found["oldest"])


def is_head(seal_id: int, digest: str) -> bool:
    """Whether the seal an operator has noted is still in the chain; `digest` may be its beginning."""
    seal = EventSeal.objects.filter(pk=seal_id).first()
    return seal is not None and hmac.compare_digest(seal.digest[: len(digest)].encode(), digest.encode())


def _seals_after(before: EventSeal | None) -> Iterator[EventSeal]:
    """Page by page: a chain of years is not read into memory, and no transaction is held open."""
    last = before.first_id if before else None
    while page := list(_next_seals(last)):
        yield from page
        last = page[-1].first_id


def _next_seals(last: int | None) -> QuerySet[EventSeal]:
    after = EventSeal.objects.all() if last is None else EventSeal.objects.filter(first_id__gt=last)
    return after.order_by("first_id")[:READ_AT_ONCE]


def _breaks_of_chain(seal: EventSeal, before: EventSeal | None) -> list[Break]:
    expected_id, expected_digest = (before.last_id + 1, before.digest) if before else (1, "")
    if seal.first_id > expected_id:
        return [Break(Fault.SEAL_MISSING, expected_id, seal.first_id - 1)]
    if seal.first_id < expected_id or not hmac.compare_digest(seal.previous, expected_digest):
        return [Break(Fault.CHAIN_BROKEN, seal.first_id, seal.last_id)]
    return []


def _breaks_of_range(seal: EventSeal) -> list[Break]:
    found = _Range(seal.previous)
    events = Event.objects.filter(pk__lte=seal.last_id)
    # Ids begin at 1: whatever has a lower one was slipped in, and belongs to nobody's range but the first.
    events = events if seal.first_id == 1 else events.filter(pk__gte=seal.first_id)
    found.read(_rows(events.order_by("pk")))
    where, difference = (seal.first_id, seal.last_id), found.count - seal.count
    if difference:
        return [Break(Fault.ADDED if difference > 0 else Fault.MISSING, *where, abs(difference))]
    if not any(hmac.compare_digest(seal.digest, digest) for digest in found.digests(*where, seal.sealed_at)):
        return [Break(Fault.CHANGED, *where)]
    is_late = found.oldest_at is not None and found.oldest_at < seal.sealed_at - SEALED_LATE_AFTER
    return [Break(Fault.SEALED_LATE, *where)] if is_late else []


def _rows(events: QuerySet[Event]) -> Iterator[Row]:
    return events.values_list(*_FIELDS).iterator(chunk_size=READ_AT_ONCE)


def _canonical(row: Row) -> str:
    """One event as one line that depends on its values alone, not on the database or the order of keys."""
    event_id, at, *rest = row
    return _encode([event_id, _microseconds(at), *rest])


def _microseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND
