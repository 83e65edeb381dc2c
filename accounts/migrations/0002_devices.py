from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class AddConstraintBesideReaders(AddConstraintNotValid):
    """PostgreSQL holds the rule from now on and looks at old rows later (0004); SQLite writes its small table anew."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        else:
            migrations.AddConstraint.database_forwards(self, app_label, schema_editor, from_state, to_state)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.AlterField(
            model_name='onetimecode',
            name='purpose',
            field=models.CharField(choices=[('register', 'xác nhận số điện thoại'), ('status', 'xem hồ sơ'), ('take_over', 'chuyển thiết bị')], max_length=12),
        ),
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='tên')),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('started_at', models.DateTimeField(auto_now_add=True, verbose_name='dùng từ')),
                ('last_used_at', models.DateTimeField(verbose_name='dùng lần cuối')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ngừng lúc')),
                ('ended_by', models.CharField(blank=True, choices=[('sign_out', 'đăng xuất'), ('take_over', 'chuyển sang thiết bị khác')], max_length=12, verbose_name='vì')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='devices', to=settings.AUTH_USER_MODEL, verbose_name='tài khoản')),
            ],
            options={
                'verbose_name': 'thiết bị',
                'verbose_name_plural': 'thiết bị',
            },
        ),
        migrations.AddField(
            model_name='user',
            name='active_device',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.device', verbose_name='thiết bị đang dùng'),
        ),
        AddConstraintBesideReaders(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('active_device__isnull', True), ('kind', 'citizen'), _connector='OR'), name='user_device_of_a_citizen'),
        ),
    ]
