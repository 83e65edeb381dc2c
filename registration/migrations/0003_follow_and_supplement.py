import django.db.models.deletion
import django_fsm
import registration.models.photo
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0012_no_index_of_the_version_before'),
        ('registration', '0002_language_of_messages'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ErasureRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(auto_now_add=True, verbose_name='yêu cầu lúc')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='quyết định lúc')),
                ('is_granted', models.BooleanField(db_default=False, default=False, verbose_name='đã xóa')),
                ('words', models.CharField(blank=True, db_default='', max_length=500, verbose_name='lời của cán bộ')),
            ],
            options={
                'verbose_name': 'yêu cầu xóa dữ liệu',
                'verbose_name_plural': 'yêu cầu xóa dữ liệu',
                'ordering': ['asked_at'],
            },
        ),
        migrations.CreateModel(
            name='PhotoHandover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='SupplementRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('items', models.JSONField(default=list, verbose_name='cần bổ sung')),
                ('words', models.CharField(blank=True, max_length=500, verbose_name='lời của cán bộ')),
                ('asked_at', models.DateTimeField(auto_now_add=True, verbose_name='yêu cầu lúc')),
                ('due_at', models.DateTimeField(verbose_name='hạn bổ sung')),
                ('reminded_at', models.DateTimeField(blank=True, null=True, verbose_name='nhắc lúc')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='bổ sung lúc')),
            ],
            options={
                'verbose_name': 'yêu cầu bổ sung',
                'verbose_name_plural': 'yêu cầu bổ sung',
                'ordering': ['-pk'],
            },
        ),
        migrations.AddField(
            model_name='declaration',
            name='erased_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='xóa dữ liệu lúc'),
        ),
        migrations.AddField(
            model_name='declaration',
            name='helper_name',
            field=models.CharField(blank=True, db_default='', max_length=100, verbose_name='người khai giúp'),
        ),
        migrations.AddField(
            model_name='declaration',
            name='helper_relation',
            field=models.CharField(blank=True, choices=[('relative', 'Người trong gia đình'), ('youth', 'Đoàn viên, tổ hỗ trợ của phường/xã'), ('neighbour', 'Hàng xóm, người quen'), ('other', 'Người khác')], db_default='', max_length=10, verbose_name='quan hệ với người khai giúp'),
        ),
        migrations.AddField(
            model_name='declaration',
            name='papers_deleted_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='xóa ảnh giấy tờ lúc'),
        ),
        migrations.AddField(
            model_name='declaration',
            name='reminded_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='nhắc lúc'),
        ),
        migrations.AddField(
            model_name='photo',
            name='crop',
            field=models.JSONField(blank=True, null=True, verbose_name='khung cắt'),
        ),
        migrations.AddField(
            model_name='photo',
            name='hints',
            field=models.CharField(blank=True, db_default='', max_length=120, verbose_name='lưu ý của máy'),
        ),
        migrations.AddField(
            model_name='photo',
            name='qr',
            field=models.JSONField(blank=True, null=True, verbose_name='đọc từ mã QR trong ảnh'),
        ),
        migrations.AddField(
            model_name='photo',
            name='source',
            field=models.FileField(blank=True, db_default='', upload_to=registration.models.photo.photo_path, verbose_name='ảnh trước khi cắt'),
        ),
        migrations.AlterField(
            model_name='declaration',
            name='refusal_reason',
            field=models.CharField(blank=True, choices=[('photo_unclear', 'Ảnh không rõ, không đối chiếu được'), ('photo_mismatch', 'Ảnh chân dung không khớp giấy tờ'), ('data_mismatch', 'Thông tin khai không khớp giấy tờ hoặc sổ tham gia'), ('paper_invalid', 'Giấy tờ không hợp lệ hoặc hết hạn'), ('not_in_register', 'Mã số BHXH không có trong sổ tham gia'), ('account_exists', 'Mã số BHXH đã có tài khoản'), ('not_supplemented', 'Quá hạn mà chưa bổ sung'), ('other', 'Lý do khác (cán bộ ghi rõ)')], max_length=20, verbose_name='lý do từ chối'),
        ),
        migrations.AlterField(
            model_name='declaration',
            name='state',
            field=django_fsm.FSMField(choices=[('draft', 'Bản nháp'), ('filed', 'Chờ tiếp nhận'), ('received', 'Đã tiếp nhận'), ('supplement', 'Yêu cầu bổ sung'), ('accepted', 'Chấp nhận'), ('refused', 'Từ chối'), ('withdrawn', 'Đã rút')], default='draft', max_length=50, protected=True, verbose_name='trạng thái'),
        ),
        migrations.AddField(
            model_name='erasurerequest',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='cán bộ'),
        ),
        migrations.AddField(
            model_name='erasurerequest',
            name='declaration',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='erasure', to='registration.declaration'),
        ),
        migrations.AddField(
            model_name='photohandover',
            name='declaration',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='handovers', to='registration.declaration'),
        ),
        migrations.AddField(
            model_name='supplementrequest',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='cán bộ'),
        ),
        migrations.AddField(
            model_name='supplementrequest',
            name='declaration',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='supplements', to='registration.declaration'),
        ),
        migrations.AddIndex(
            model_name='supplementrequest',
            index=models.Index(condition=models.Q(('answered_at__isnull', True)), fields=['due_at'], name='supplement_unanswered'),
        ),
        migrations.AddConstraint(
            model_name='supplementrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('answered_at__isnull', True)), fields=('declaration',), name='supplement_one_open_of_a_file'),
        ),
    ]
