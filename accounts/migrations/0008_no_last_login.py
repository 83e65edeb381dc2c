from django.db import migrations


class Migration(migrations.Migration):
    """The column stays for the version before this one, which still reads it; nothing writes it any more."""

    dependencies = [
        ('accounts', '0007_no_clear_recovery_codes'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name='user', name='last_login')],
        ),
    ]
