import django.db.models.deletion
import registration.models.photo
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registration', '0006_photos_kept_after_the_decision'),
    ]

    operations = [
        migrations.AlterField(
            model_name='photo',
            name='declaration',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='registration.declaration'),
        ),
        migrations.CreateModel(
            name='Replacement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('portrait', 'Ảnh chân dung 3x4'), ('id_front', 'Giấy tờ, mặt trước'), ('id_back', 'Giấy tờ, mặt sau')], max_length=8, verbose_name='loại ảnh')),
                ('file', models.FileField(upload_to=registration.models.photo.photo_path, verbose_name='tệp')),
                ('thumbnail', models.FileField(upload_to=registration.models.photo.photo_path, verbose_name='ảnh nhỏ')),
                ('source', models.FileField(blank=True, db_default='', upload_to=registration.models.photo.photo_path, verbose_name='ảnh trước khi cắt')),
                ('crop', models.JSONField(blank=True, null=True, verbose_name='khung cắt')),
                ('hints', models.CharField(blank=True, db_default='', max_length=120, verbose_name='lưu ý của máy')),
                ('width', models.PositiveSmallIntegerField(verbose_name='rộng (điểm ảnh)')),
                ('height', models.PositiveSmallIntegerField(verbose_name='cao (điểm ảnh)')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='nhận lúc')),
                ('declaration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='registration.declaration')),
            ],
            options={
                'verbose_name': 'ảnh bổ sung chưa gửi',
                'verbose_name_plural': 'ảnh bổ sung chưa gửi',
                'constraints': [models.UniqueConstraint(fields=('declaration', 'kind'), name='replacement_one_of_each_kind')],
            },
        ),
    ]
