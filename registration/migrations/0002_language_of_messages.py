from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registration', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='declaration',
            name='language',
            field=models.CharField(choices=[('vi', 'Tiếng Việt (không dấu)'), ('en', 'English')], db_default='vi', default='vi', max_length=2, verbose_name='ngôn ngữ tin nhắn'),
        ),
    ]
