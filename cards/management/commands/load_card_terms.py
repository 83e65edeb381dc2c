from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cards.services.terms import load_terms

OWN_DATA = Path(__file__).resolve().parents[2] / "data"


class Command(BaseCommand):
    help = "Nạp nhóm đối tượng và mức hưởng của thẻ BHYT."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=OWN_DATA, help="thư mục chứa hai tệp CSV")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        load_terms(folder)
