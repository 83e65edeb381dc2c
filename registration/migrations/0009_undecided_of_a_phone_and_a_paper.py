from django.db import migrations, models

from accounts.migrations._beside_writers import AddIndexBesideWriters

UNDECIDED = models.Q(('state__in', ('filed', 'received', 'supplement')))


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('registration', '0008_owner_sought_at'),
    ]

    operations = [
        AddIndexBesideWriters(
            model_name='declaration',
            index=models.Index(condition=UNDECIDED, fields=['phone'], name='declaration_undecided_of_phone'),
        ),
        AddIndexBesideWriters(
            model_name='declaration',
            index=models.Index(condition=UNDECIDED, fields=['id_number'], name='declaration_undecided_of_paper'),
        ),
        AddIndexBesideWriters(
            model_name='declaration',
            index=models.Index(condition=models.Q(('owner_sought_at__isnull', True), ('state__in', ('filed', 'received', 'supplement'))), fields=['filed_at'], name='declaration_owner_to_seek'),
        ),
    ]
