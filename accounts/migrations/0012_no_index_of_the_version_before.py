from typing import Any

from django.db import migrations

REMAKE = "ON accounts_message (sweep_at) WHERE state IN ('queued', 'sending')"


def _beside_writers(schema_editor: Any) -> str:
    return "CONCURRENTLY" if schema_editor.connection.vendor == "postgresql" else ""


def drop(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(f"DROP INDEX {_beside_writers(schema_editor)} IF EXISTS message_unfinished")


def remake(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(f"CREATE INDEX {_beside_writers(schema_editor)} IF NOT EXISTS message_unfinished {REMAKE}")


class Migration(migrations.Migration):
    """0011 left it in the database for the version that ran beside it; each try of a message had to keep it true."""

    atomic = False

    dependencies = [
        ('accounts', '0011_messages_by_time'),
    ]

    operations = [migrations.RunPython(drop, remake)]
