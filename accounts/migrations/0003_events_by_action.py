from django.db import migrations, models

from accounts.migrations._beside_writers import AddIndexBesideWriters


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('accounts', '0002_devices'),
    ]

    operations = [
        AddIndexBesideWriters(
            model_name='event',
            index=models.Index(fields=['person_id', 'action', '-id'], name='event_of_person_by_action'),
        ),
    ]
