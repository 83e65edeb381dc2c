"""Django's PostgreSQL, which asks the socket before each request, and not the server, whether a kept connection lives.

A server that ends a connection says so on it, and says nothing else unasked; so
only where there is something to read is the server asked as Django does. That
saves every page one question (docs/adr/0019-kept-connections.md).
"""

from __future__ import annotations

import select

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        is_idle = self.connection.info.transaction_status == TransactionStatus.IDLE
        # Within a transaction only the server knows whether it still takes a statement.
        return (is_idle and not _has_something_to_read(self.connection.fileno())) or super().is_usable()


def _has_something_to_read(descriptor: int) -> bool:
    """Its end as well."""
    ear = select.poll()
    ear.register(descriptor, select.POLLIN)
    return bool(ear.poll(0))
