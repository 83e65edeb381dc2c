from typing import Any

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class ValidateOnPostgres(ValidateConstraint):
    """Reads the rows from before 0002 while others go on reading and writing; SQLite has done so at once."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_events_by_action'),
    ]

    operations = [ValidateOnPostgres(model_name='user', name='user_device_of_a_citizen')]
