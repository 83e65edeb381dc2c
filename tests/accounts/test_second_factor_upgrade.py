"""Recovery codes that stood in clear in tables of a plugin leave the database at the upgrade."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

pytestmark = pytest.mark.django_db

MIGRATION = import_module("accounts.migrations.0007_no_clear_recovery_codes")


def upgrade() -> None:
    class Editor:
        def __init__(self) -> None:
            self.connection = connection

    MIGRATION.empty(apps, Editor())


def rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM otp_static_statictoken), count(*) FROM otp_static_staticdevice")
        return sum(cursor.fetchone())


def test_an_upgraded_database_holds_no_code_in_clear_and_the_version_before_can_still_ask() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE otp_static_staticdevice (id integer PRIMARY KEY)")
        cursor.execute(
            "CREATE TABLE otp_static_statictoken (token varchar(16), "
            "device_id integer REFERENCES otp_static_staticdevice (id))"
        )
        cursor.execute("INSERT INTO otp_static_staticdevice VALUES (1)")
        cursor.execute("INSERT INTO otp_static_statictoken VALUES ('abcdefgh', 1)")
    assert rows() == 2
    upgrade()
    assert rows() == 0


def test_a_fresh_database_has_none_of_it() -> None:
    upgrade()
    assert not set(MIGRATION.TABLES) & set(connection.introspection.table_names())
