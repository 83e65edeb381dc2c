"""Recovery codes of django-otp's plugin stood in clear; ours are digests. Its tables go, and its migrations with them."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_one_account'),
    ]

    operations = [
        migrations.RunSQL(
            [
                "DROP TABLE IF EXISTS otp_static_statictoken",
                "DROP TABLE IF EXISTS otp_static_staticdevice",
                "DELETE FROM django_migrations WHERE app = 'otp_static'",
            ],
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
