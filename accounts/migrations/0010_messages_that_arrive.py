import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    # One short lock after the other: a request locks its account and then a message, and must not wait in a ring.
    atomic = False

    dependencies = [
        ('accounts', '0009_devices_by_browser'),
    ]

    operations = [
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('budget_low', 'sắp hết hạn mức tin nhắn'), ('budget_gone', 'hết hạn mức tin nhắn'), ('address', 'một địa chỉ mạng xin mã không dứt'), ('slow', 'tin nhắn chậm hoặc không gửi đi được'), ('unknown_report', 'nhà cung cấp báo về mã chưa biết'), ('credentials_lost', 'mật khẩu cấp cho người dân không tới nơi')], max_length=20, verbose_name='việc')),
                ('subject', models.CharField(blank=True, max_length=40, verbose_name='của')),
                ('times', models.PositiveIntegerField(default=1, verbose_name='số lần')),
                ('first_at', models.DateTimeField(auto_now_add=True, verbose_name='lần đầu')),
                ('last_at', models.DateTimeField(verbose_name='lần cuối')),
                ('told_at', models.DateTimeField(null=True, verbose_name='báo qua thư lúc')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='đóng lúc')),
            ],
            options={
                'verbose_name': 'cảnh báo hệ thống',
                'verbose_name_plural': 'cảnh báo hệ thống',
                'ordering': ['-last_at'],
            },
        ),
        migrations.CreateModel(
            name='MessageMinute',
            fields=[
                ('minute', models.DateTimeField(primary_key=True, serialize=False)),
                ('made', models.PositiveIntegerField()),
                ('in_time', models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='UnknownReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('gateway', models.CharField(max_length=20, verbose_name='nhà cung cấp')),
                ('code', models.CharField(max_length=20, verbose_name='mã báo về')),
                ('times', models.PositiveIntegerField(default=1, verbose_name='số lần')),
                ('first_at', models.DateTimeField(auto_now_add=True, verbose_name='lần đầu')),
                ('last_at', models.DateTimeField(verbose_name='lần cuối')),
            ],
            options={
                'verbose_name': 'mã báo về chưa biết',
                'verbose_name_plural': 'mã báo về chưa biết',
                'ordering': ['-last_at'],
            },
        ),
        migrations.AddField(
            model_name='message',
            name='delivered_at',
            field=models.DateTimeField(null=True, verbose_name='tới máy lúc'),
        ),
        migrations.AddField(
            model_name='message',
            name='provider_reference',
            field=models.CharField(blank=True, db_default='', max_length=64, verbose_name='số của nhà cung cấp'),
        ),
        migrations.AddField(
            model_name='user',
            name='language',
            field=models.CharField(choices=[('vi', 'Tiếng Việt (không dấu)'), ('en', 'English')], db_default='vi', default='vi', max_length=2, verbose_name='ngôn ngữ tin nhắn'),
        ),
        migrations.AlterField(
            model_name='message',
            name='gateway',
            field=models.CharField(blank=True, max_length=20, verbose_name='nhà cung cấp'),
        ),
        migrations.AlterField(
            model_name='message',
            name='sent_at',
            field=models.DateTimeField(null=True, verbose_name='nhà cung cấp nhận lúc'),
        ),
        migrations.AlterField(
            model_name='message',
            name='sweep_at',
            field=models.DateTimeField(verbose_name='xem lại lúc'),
        ),
        migrations.AddField(
            model_name='alarm',
            name='closed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người đóng'),
        ),
        migrations.AlterModelOptions(
            name='message',
            options={'ordering': ['-id'], 'permissions': [('resend_message', 'Gửi lại tin nhắn không tới nơi')], 'verbose_name': 'tin nhắn', 'verbose_name_plural': 'tin nhắn'},
        ),
        migrations.AddField(
            model_name='message',
            name='office',
            field=models.CharField(blank=True, db_default='', max_length=5, verbose_name='cơ quan BHXH'),
        ),
        migrations.AddField(
            model_name='message',
            name='replaced_at',
            field=models.DateTimeField(null=True, verbose_name='có tin khác thay lúc'),
        ),
        migrations.AddConstraint(
            model_name='unknownreport',
            constraint=models.UniqueConstraint(fields=('gateway', 'code'), name='unknown_report_once'),
        ),
        migrations.AddConstraint(
            model_name='alarm',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('kind', 'subject'), name='alarm_open_once'),
        ),
    ]
