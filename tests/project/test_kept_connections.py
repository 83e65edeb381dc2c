"""A connection to the database that is kept: a dead one is never used, a living one not asked; what it has planned."""

from __future__ import annotations

from typing import cast

import pytest
from django.core.signals import request_started
from django.db import DEFAULT_DB_ALIAS, ProgrammingError, connection, connections
from django.db.backends.utils import CursorWrapper

from vssportal.postgresql.base import DatabaseWrapper

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the portal is deployed; a new connection takes it up."""
    for name, value in {"CONN_HEALTH_CHECKS": True, "CONN_MAX_AGE": 60}.items():
        monkeypatch.setitem(connection.settings_dict, name, value)
    connection.close()


def own_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def next_request() -> None:
    request_started.send(sender=None)


def test_one_that_lives_serves_the_next_request() -> None:
    before = own_number()
    next_request()
    assert own_number() == before


def test_one_that_the_server_has_ended_is_replaced() -> None:
    before = own_number()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [before])  # milliseconds it may take to be gone
        assert cursor.fetchone() == (True,)
    other.close()
    next_request()
    assert own_number() != before


def test_one_that_this_side_has_closed_is_replaced() -> None:
    own_number()
    connection.connection.close()
    next_request()
    assert own_number()


def test_one_in_a_transaction_that_has_failed_takes_no_more_statements() -> None:
    connection.set_autocommit(False)
    assert connection.is_usable()
    with connection.cursor() as cursor, pytest.raises(ProgrammingError):
        cursor.execute("SELECT * FROM no_such_table")
    assert not connection.is_usable()
    connection.rollback()
    assert connection.is_usable()
    connection.set_autocommit(True)


def test_one_with_a_notice_on_it_is_asked_and_kept() -> None:
    before = own_number()
    with connection.cursor() as cursor:
        cursor.execute("LISTEN anything")
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("NOTIFY anything")
    other.close()
    next_request()
    assert own_number() == before


def preparing_cursor() -> CursorWrapper:
    return cast(DatabaseWrapper, connections[DEFAULT_DB_ALIAS]).preparing_cursor()


def statements_prepared() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [statement for (statement,) in cursor.fetchall()]


def test_a_preparing_cursor_has_a_statement_planned_once_without_its_values() -> None:
    for number in (7, 8):
        with preparing_cursor() as cursor:
            cursor.execute("SELECT %s + 1", [number])
            assert cursor.fetchone() == (number + 1,)
    assert statements_prepared() == ["SELECT $1 + 1"]


def test_what_other_cursors_ask_is_neither_planned_ahead_nor_kept() -> None:
    with preparing_cursor() as cursor, pytest.raises(ProgrammingError):
        cursor.execute("SELECT * FROM no_such_table")
    for _ in range(9):
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s", ["an own secret"])
    assert statements_prepared() == []
    assert not connection.connection._prepared._counts


def test_a_table_that_changes_under_a_planned_statement_is_read_as_it_is() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE things AS SELECT 1 AS one")
    for change in ("ADD COLUMN two integer", "DROP COLUMN two"):
        with preparing_cursor() as cursor:
            cursor.execute("SELECT one FROM things WHERE one = %s", [1])
            assert cursor.fetchone() == (1,)
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE things {change}")
