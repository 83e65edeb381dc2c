"""A connection to the database that is kept between requests: a dead one is never used, a living one not asked."""

from __future__ import annotations

import pytest
from django.core.signals import request_started
from django.db import ProgrammingError, connection

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
