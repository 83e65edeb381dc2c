from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.errors import PortalError
from accounts.services import demo


class Command(BaseCommand):
    help = "Refuse a database demo mode may not migrate; run before migrate by `./portal up`."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            demo.refuse_before_migrating()
        except PortalError as error:
            raise CommandError(str(error)) from error
