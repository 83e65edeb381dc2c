from django.db import migrations, models

from accounts.migrations._beside_writers import AddIndexBesideWriters


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('registration', '0005_drafts_of_a_phone'),
    ]

    operations = [
        AddIndexBesideWriters(
            model_name='declaration',
            index=models.Index(condition=models.Q(('decided_at__isnull', False), ('papers_deleted_at__isnull', True)), fields=['decided_at'], name='declaration_papers_kept'),
        ),
    ]
