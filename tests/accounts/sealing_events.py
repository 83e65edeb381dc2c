"""Events old enough to be sealed, and hands that get at the tables past the models."""

from __future__ import annotations

import io
from datetime import timedelta

from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import Event, EventSeal
from accounts.services import access, seals

OLD = timedelta(minutes=30)


def tamper(sql: str, *values: object) -> int:
    """Rows reached; with placeholders as the database's driver takes them."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount


def written(count: int, *, ago: timedelta = OLD, **fields: object) -> list[int]:
    """So many events of that age, by their ids."""
    ids = [access.record("card.seen", actor=None, person_id=number, **fields).pk for number in range(count)]
    for pk in ids:
        tamper("UPDATE accounts_event SET at = %s WHERE id = %s", timezone.now() - ago, pk)
    return ids


def sealed(*counts: int) -> list[EventSeal]:
    """One seal over each number of events."""
    for count in counts:
        written(count)
        assert seals.seal_next(before=timezone.now() - seals.GRACE) is not None
    return list(EventSeal.objects.order_by("first_id"))


def verdict(*arguments: str) -> tuple[int, str]:
    """Exit code and words of verify_audit."""
    out = io.StringIO()
    try:
        call_command("verify_audit", *arguments, stdout=out, stderr=out)
    except CommandError as error:
        return error.returncode, f"{out.getvalue()}{error}"
    return 0, out.getvalue()


def faults() -> list[tuple[str, int, int, int]]:
    """Every break of the chain as (fault, first_id, last_id, count)."""
    breaks = [found for checked in seals.check() for found in checked.breaks]
    return [(found.fault.value, found.first_id, found.last_id, found.count) for found in breaks]


def copied_with_id(event: Event, pk: int) -> None:
    """As an event would look that had been there all along."""
    tamper(
        "INSERT INTO accounts_event (id, at, action, actor_id, person_id, object_type, object_id, detail) "
        "SELECT %s, at, action, actor_id, person_id, object_type, object_id, detail FROM accounts_event WHERE id = %s",
        pk,
        event.pk,
    )
