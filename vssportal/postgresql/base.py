"""Django's PostgreSQL, with what kept connections allow (docs/adr/0019-kept-connections.md, 0017-doubt.md).

It asks the socket before each request, and not the server, whether a connection
lives: a server that ends one says so on it, and says nothing else unasked; so
only where there is something to read is the server asked as Django does. And it
has a cursor for the few statements that run all day.
"""

from __future__ import annotations

import select
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper
from psycopg import Cursor
from psycopg.pq import TransactionStatus

_PREPARING = "preparing"


class DatabaseWrapper(base.DatabaseWrapper):
    def preparing_cursor(self) -> CursorWrapper:
        """Its statements are read and planned by the server once a connection; values go beside them, not in them."""
        cursor: CursorWrapper = self._cursor(_PREPARING)  # type: ignore[attr-defined]  # stubs leave it out
        return cursor

    def create_cursor(self, name: str | None = None) -> Any:
        return _PreparingCursor(self.connection) if name == _PREPARING else super().create_cursor(name)

    def is_usable(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        is_idle = self.connection.info.transaction_status == TransactionStatus.IDLE
        # Within a transaction only the server knows whether it still takes a statement.
        return (is_idle and not _has_something_to_read(self.connection.fileno())) or super().is_usable()


class _PreparingCursor(Cursor[Any]):
    def execute(self, query: Any, params: Any = None, **more: Any) -> Any:
        """Statements of other cursors have their values in them: they are not to be counted, nor kept in memory."""
        self.connection.prepare_threshold = 0
        try:
            return super().execute(query, params, **more)
        finally:
            self.connection.prepare_threshold = None


def _has_something_to_read(descriptor: int) -> bool:
    """Its end as well."""
    ear = select.poll()
    ear.register(descriptor, select.POLLIN)
    return bool(ear.poll(0))
