from django.db import migrations, models

from accounts.migrations._beside_writers import AddIndexBesideWriters


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('registration', '0003_follow_and_supplement'),
    ]

    operations = [
        AddIndexBesideWriters(
            model_name='declaration',
            index=models.Index(condition=models.Q(('state__in', ('filed', 'received', 'supplement', 'accepted', 'refused', 'withdrawn'))), fields=['office', 'filed_at', 'id'], name='declaration_all_of_office'),
        ),
        migrations.RemoveIndex(
            model_name='declaration',
            name='declaration_filed_of_office',
        ),
    ]
