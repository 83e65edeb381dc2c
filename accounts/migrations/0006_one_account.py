import django.db.models.deletion
import phonenumber_field.modelfields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    # One short lock after the other: a login locks its account and then its device, and must not wait in a ring.
    atomic = False

    dependencies = [
        ('accounts', '0005_events_by_actor'),
    ]

    operations = [
        migrations.CreateModel(
            name='EventSeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_id', models.BigIntegerField(unique=True)),
                ('last_id', models.BigIntegerField(unique=True)),
                ('count', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('previous', models.CharField(blank=True, max_length=64)),
                ('sealed_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AlterModelOptions(
            name='user',
            options={'ordering': ['username'], 'permissions': [('end_device', 'Cho thiết bị của người dân thoát khỏi tài khoản'), ('reset_second_factor', 'Đặt lại xác thực hai bước của người khác'), ('check_card', 'Kiểm tra thẻ BHYT ở cơ sở KCB'), ('see_facility_looks', 'Xem lượt kiểm tra thẻ của cơ sở KCB mình')], 'verbose_name': 'tài khoản', 'verbose_name_plural': 'tài khoản'},
        ),
        migrations.AddField(
            model_name='device',
            name='disputed_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='device',
            name='place',
            field=models.CharField(blank=True, db_default='', max_length=60, verbose_name='nơi dùng lần đầu'),
        ),
        migrations.AddField(
            model_name='device',
            name='rotated_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='device',
            name='rotation',
            field=models.IntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name='message',
            name='email',
            field=models.EmailField(blank=True, db_default='', max_length=254, verbose_name='tới thư điện tử'),
        ),
        migrations.AddField(
            model_name='user',
            name='email',
            field=models.EmailField(blank=True, db_default='', max_length=254, verbose_name='thư điện tử nhận thông báo'),
        ),
        migrations.AddField(
            model_name='user',
            name='locked_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='khóa lúc'),
        ),
        migrations.AlterField(
            model_name='device',
            name='ended_by',
            field=models.CharField(blank=True, choices=[('sign_out', 'đăng xuất'), ('take_over', 'chuyển sang thiết bị khác'), ('dispute', 'chủ tài khoản bấm «Không phải tôi»'), ('staff', 'cơ quan BHXH cho thoát'), ('crowded', 'đăng nhập ở quá nhiều nơi')], max_length=12, verbose_name='vì'),
        ),
        migrations.AlterField(
            model_name='message',
            name='to',
            field=phonenumber_field.modelfields.PhoneNumberField(blank=True, max_length=128, region=None, verbose_name='tới số'),
        ),
        migrations.AlterField(
            model_name='onetimecode',
            name='purpose',
            field=models.CharField(choices=[('register', 'xác nhận số điện thoại'), ('status', 'xem hồ sơ'), ('take_over', 'chuyển thiết bị'), ('reset', 'đặt lại mật khẩu'), ('recovery', 'tạo mã dự phòng'), ('phone_old', 'đổi số điện thoại, gửi số đang dùng'), ('phone_new', 'đổi số điện thoại, gửi số mới')], max_length=12),
        ),
        migrations.CreateModel(
            name='AccountAlert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('dispute', 'chủ tài khoản bấm «Không phải tôi»')], max_length=12, verbose_name='việc')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='lúc')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='xong lúc')),
                ('outcome', models.CharField(blank=True, choices=[('mistake', 'bấm nhầm, đúng là chủ tài khoản'), ('stolen', 'người khác đã vào tài khoản, đã hướng dẫn chủ tài khoản'), ('unreached', 'chưa liên lạc được với chủ tài khoản')], max_length=12, verbose_name='kết quả')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='cán bộ')),
                ('device', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.device', verbose_name='thiết bị bị báo')),
                ('office', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='accounts.office', verbose_name='cơ quan BHXH')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to=settings.AUTH_USER_MODEL, verbose_name='tài khoản')),
            ],
            options={
                'verbose_name': 'cảnh báo tài khoản',
                'verbose_name_plural': 'cảnh báo tài khoản',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='tạo lúc')),
                ('used_at', models.DateTimeField(null=True, verbose_name='dùng lúc')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recovery_codes', to=settings.AUTH_USER_MODEL, verbose_name='tài khoản')),
            ],
            options={
                'verbose_name': 'mã dự phòng',
                'verbose_name_plural': 'mã dự phòng',
            },
        ),
        migrations.AddIndex(
            model_name='accountalert',
            index=models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['office', '-id'], name='alert_open'),
        ),
    ]
