"""A row of the outbox in a worker's hands: read while it waits, and changed only if it still is what was read.

Written in SQL: three of these stand between every message and its carrier, and
Django needs longer to put them together than the database to answer.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from django.db import InterfaceError, OperationalError, connection

from accounts.models import Message, MessageState

TABLE = Message._meta.db_table
READ = 'id, kind, "to", email, body, not_after, state, attempts, gateway, failure, sent_at, replaced_at, final_at'
_READ = f"SELECT {READ} FROM {TABLE} WHERE id = %s AND state = %s"  # noqa: S608 - no value in it
WRITES_AGAIN_AFTER = (0.2, 1.0, 3.0, 6.0)  # seconds; the database may be restarting


def waiting(message_id: int) -> Message | None:
    """The message, if it is queued."""
    return next(iter(Message.objects.raw(_READ, [message_id, MessageState.QUEUED.value])), None)


def change(message: Message, **changes: Any) -> bool:
    """Whether the row was still in the state and at the try that `message` has, and has been changed like it.

    Two workers never both win, one that was thought dead touches nothing another has made of the row, and what is final
    stays so. What came of a call must not be lost because the database is away for a moment: it is asked again.
    """
    assignments = ", ".join(f'"{name}" = %s' for name in changes)
    sql = (
        f"UPDATE {TABLE} SET {assignments} "  # noqa: S608 - names of ours
        "WHERE id = %s AND state = %s AND attempts = %s AND final_at IS NULL"
    )
    values = [*map(_adapted, changes.values()), message.pk, str(message.state), message.attempts]
    for wait in (*WRITES_AGAIN_AFTER, None):
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, values)
                is_changed = cursor.rowcount == 1
            break
        except (OperationalError, InterfaceError):
            if wait is None or connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(wait)
    if is_changed:
        for name, value in changes.items():
            setattr(message, name, value)
    return is_changed


def _adapted(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value.value if isinstance(value, MessageState) else value
