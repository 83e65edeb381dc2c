from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import Facility, FormerProvince, Office, Province, Ward
from accounts.services.directory import load_table

DATA = Path(__file__).resolve().parents[2] / "data"
# In the order their references need.
TABLES = {
    "provinces": (Province, "provinces.csv"),
    "former-provinces": (FormerProvince, "provinces_before_2025.csv"),
    "wards": (Ward, "wards.csv"),
    "offices": (Office, "offices.csv"),
    "facilities": (Facility, "facilities.csv"),
}


class Command(BaseCommand):
    help = "Load provinces, wards, offices and facilities; name a file to load your own of the same columns."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name, (_, filename) in TABLES.items():
            parser.add_argument(f"--{name}", type=Path, default=DATA / filename, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        for name, (model, _) in TABLES.items():
            count = load_table(model, options[name.replace("-", "_")])
            if options["verbosity"]:
                self.stdout.write(f"{name}: {count}")
