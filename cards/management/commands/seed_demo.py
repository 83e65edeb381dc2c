from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from accounts.errors import PortalError
from accounts.services import demo

DEMO_DATA = Path(__file__).resolve().parents[2] / "data" / "demo"


class Command(BaseCommand):
    help = "Nạp danh mục, người tham gia giả định và tài khoản dùng thử; chỉ trong chế độ dùng thử."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_MODE:
            raise CommandError("Chỉ chạy được khi DEMO_MODE bật.")
        try:
            demo.claim_database()
        except PortalError as error:
            raise CommandError(str(error)) from error
        call_command("load_directory", verbosity=0)
        call_command("load_card_terms", verbosity=0)
        call_command("load_roles", verbosity=0)
        files = {name: DEMO_DATA / f"{name}.csv" for name in ("persons", "cards", "participation")}
        call_command("import_register", verbosity=0, **files)
        with (DEMO_DATA / "accounts.csv").open(encoding="utf-8-sig", newline="") as stream:
            demo.ensure_demo_accounts(list(csv.DictReader(stream)))
