from django.db import migrations, models

from accounts.migrations._beside_writers import AddIndexBesideWriters


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('accounts', '0004_device_of_a_citizen_checked'),
    ]

    operations = [
        AddIndexBesideWriters(
            model_name='event',
            index=models.Index(fields=['actor_id', '-id'], name='event_of_actor'),
        ),
    ]
