from django.db import migrations, models

from accounts.migrations._beside_writers import AddIndexBesideWriters


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('registration', '0004_all_files_of_an_office'),
    ]

    operations = [
        AddIndexBesideWriters(
            model_name='declaration',
            index=models.Index(condition=models.Q(('state', 'draft')), fields=['phone'], name='declaration_drafts_of_phone'),
        ),
    ]
