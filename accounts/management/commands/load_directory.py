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
    help = "Load the bundled provinces, wards, offices and facilities, or only the files you name (same columns)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name, (_model, filename) in TABLES.items():
            parser.add_argument(f"--{name}", type=Path, metavar="FILE", help=f"instead of {filename}")

    def handle(self, *args: Any, **options: Any) -> None:
        given = {name: options[name.replace("-", "_")] for name in TABLES}
        wanted = {name: path for name, path in given.items() if path} or {
            name: DATA / filename for name, (_model, filename) in TABLES.items()
        }
        for name, path in wanted.items():
            count = load_table(TABLES[name][0], path)
            if options["verbosity"]:
                self.stdout.write(f"{name}: {count}")
