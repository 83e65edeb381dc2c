from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.core.management.base import BaseCommand, CommandError

from accounts.services import roles


class Command(BaseCommand):
    help = (
        "Đưa các vai trò vào cơ sở dữ liệu đúng như bảng trong accounts/services/roles.py, và giao vai trò cho tài "
        "khoản cán bộ, cơ sở KCB chưa có, theo nơi làm việc. Chạy sau migrate; chạy lại bao nhiêu lần cũng được."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            given = roles.load()
        except Permission.DoesNotExist as error:
            raise CommandError(f"Chạy migrate trước: chưa có quyền {error}.") from error
        if options["verbosity"]:
            self.stdout.write(f"Đã nạp {len(roles.Role)} vai trò, giao vai trò cho {given} tài khoản.")
