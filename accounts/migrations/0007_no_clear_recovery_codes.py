"""Recovery codes of django-otp's plugin stood in clear; ours are digests.

Its rows go; its two empty tables stay for the version before this one, which still asks them.
"""

from typing import Any

from django.db import migrations

TABLES = ("otp_static_statictoken", "otp_static_staticdevice")


def empty(apps: Any, schema_editor: Any) -> None:
    connection = schema_editor.connection
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in TABLES:
            if table in there:
                cursor.execute(f"DELETE FROM {table}")


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_one_account'),
    ]

    operations = [migrations.RunPython(empty, migrations.RunPython.noop)]
