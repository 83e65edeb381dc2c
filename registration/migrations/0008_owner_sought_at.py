from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registration', '0007_replacements'),
    ]

    operations = [
        migrations.AddField(
            model_name='declaration',
            name='owner_sought_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='tìm chủ mã số lúc'),
        ),
    ]
