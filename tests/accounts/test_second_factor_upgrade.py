"""Recovery codes that stood in clear in tables of a plugin leave the database with it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

TABLES = {"otp_static_staticdevice", "otp_static_statictoken"}
MIGRATION = import_module("accounts.migrations.0007_no_clear_recovery_codes").Migration


def upgrade() -> None:
    with connection.cursor() as cursor:
        for statement in MIGRATION.operations[0].sql:
            cursor.execute(statement)


def ask(question: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return list(cursor.fetchall())


def test_an_upgraded_database_holds_no_code_in_clear_and_no_trace_of_the_plugin() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE otp_static_staticdevice (id integer PRIMARY KEY)")
        cursor.execute(
            "CREATE TABLE otp_static_statictoken (token varchar(16), "
            "device_id integer REFERENCES otp_static_staticdevice (id))"
        )
        cursor.execute("INSERT INTO otp_static_staticdevice VALUES (1)")
        cursor.execute("INSERT INTO otp_static_statictoken VALUES ('abcdefgh', 1)")
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('otp_static', '0001_initial', CURRENT_TIMESTAMP)"
        )
    others = ask("SELECT count(*) FROM django_migrations WHERE app <> 'otp_static'")
    upgrade()
    assert not TABLES & set(connection.introspection.table_names())
    assert ask("SELECT count(*) FROM django_migrations WHERE app = 'otp_static'") == [(0,)]
    assert ask("SELECT count(*) FROM django_migrations") == others


def test_a_fresh_database_has_none_of_it() -> None:
    upgrade()
    assert not TABLES & set(connection.introspection.table_names())
