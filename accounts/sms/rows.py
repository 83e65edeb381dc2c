"""Rows of the outbox as messages pass through them: each statement finds the row as it is then, or changes nothing.

Written in SQL: five of these stand between every message and its end, and
Django needs several times as long to put one together as the database to answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, connection
from django.db.backends.utils import CursorWrapper

from accounts.models import Message, MessageState

Result = TypeVar("Result")
# In which a report may name a message; the value is never part of the statement.
Key = tuple[str, int | str]
Row = tuple[Any, ...]
TABLE = Message._meta.db_table
READ = ["id", "kind", "to", "email", "body", "not_after", "state", "attempts", "gateway", "failure"]
READ += ["sent_at", "replaced_at", "final_at"]
_COLUMNS = ", ".join(f'"{name}"' for name in READ)
_READ = f"SELECT {_COLUMNS} FROM {TABLE} WHERE id = %s AND state = %s"  # noqa: S608 - no value in it
ASKED_AGAIN_AFTER = (0.2, 1.0, 3.0, 6.0)  # seconds; the database may be restarting


def insert(**values: Any) -> int | None:
    """The new row's id; None if there is one with this `dedupe_key`. Part of the caller's transaction."""
    columns, places = ", ".join(f'"{name}"' for name in values), ", ".join(["%s"] * len(values))
    sql = (
        f"INSERT INTO {TABLE} ({columns}) VALUES ({places}) "  # noqa: S608 - names of ours
        "ON CONFLICT (dedupe_key) DO NOTHING RETURNING id"
    )
    with _cursor() as cursor:
        cursor.execute(sql, [_adapted(value) for value in values.values()])
        row = cursor.fetchone()
    return int(row[0]) if row else None


def waiting(message_id: int) -> Message | None:
    """The message, if it is queued."""
    row = _through_restarts(lambda: _queued(message_id))
    return Message.from_db(connection.alias, READ, [_aware(value) for value in row]) if row else None


def change(message: Message, **changes: Any) -> bool:
    """Whether the row was still in the state and at the try that `message` has, and has been changed like it.

    Two workers never both win, one that was thought dead touches nothing another has made of the row, and what is final
    stays so. What came of a call must not be lost because the database is away for a moment.
    """
    condition = "id = %s AND state = %s AND attempts = %s AND final_at IS NULL"
    values = (message.pk, str(message.state), message.attempts)
    if not _through_restarts(lambda: _update(condition, values, changes)):
        return False
    for name, value in changes.items():
        setattr(message, name, value)
    return True


def end_reported(key: Key, *, gateway: str, even_queued: bool, **changes: Any) -> bool:
    """End the open message that this provider was asked last to carry, as it reports; whether there was one.

    The report may be faster than the worker that wrote `sending`: what that knows stands as `sent_at` then.
    """
    condition = f"{key[0]} = %s AND gateway = %s AND attempts > 0 AND final_at IS NULL"
    if not even_queued:
        condition += f" AND state <> '{MessageState.QUEUED.value}'"
    return _update(condition, (key[1], gateway), changes, ", sent_at = COALESCE(sent_at, claimed_at)")


def _queued(message_id: int) -> Row | None:
    with _cursor() as cursor:
        cursor.execute(_READ, [message_id, MessageState.QUEUED.value])
        row: Row | None = cursor.fetchone()
    return row


def _update(condition: str, values: tuple[Any, ...], changes: dict[str, Any], more: str = "") -> bool:
    assignments = ", ".join(f'"{name}" = %s' for name in changes)
    with _cursor() as cursor:
        sql = f"UPDATE {TABLE} SET {assignments}{more} WHERE {condition}"  # noqa: S608 - names and conditions of ours
        cursor.execute(sql, [*map(_adapted, changes.values()), *values])
        return bool(cursor.rowcount)


def _cursor() -> CursorWrapper:
    """One that has each statement planned once a connection, where the database can do that."""
    preparing: Callable[[], CursorWrapper] = getattr(connection, "preparing_cursor", connection.cursor)
    return preparing()


def _through_restarts(ask: Callable[[], Result]) -> Result:
    for wait in ASKED_AGAIN_AFTER:
        try:
            return ask()
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(wait)
    return ask()


def _adapted(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value.value if isinstance(value, MessageState | Message.Kind) else value


def _aware(value: Any) -> Any:
    """SQLite keeps moments without their zone, which is UTC."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value
