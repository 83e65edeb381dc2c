from django.db import migrations, models

from accounts.migrations._beside_writers import AddIndexBesideWriters


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('accounts', '0008_no_last_login'),
    ]

    operations = [
        AddIndexBesideWriters(
            model_name='device',
            index=models.Index(fields=['user', 'digest', '-id'], name='device_of_browser'),
        ),
    ]
