"""Loading the terms cards are written in; an operator may replace the files with their own."""

from __future__ import annotations

import csv
from pathlib import Path

from django.db import transaction

from cards.models import BenefitLevel, ObjectGroup


def load_terms(folder: Path) -> None:
    """From `card_benefit_levels.csv` and `card_object_groups.csv`; rows that are gone stay."""
    levels = [
        BenefitLevel(level=int(row["level"]), rate_percent=int(row["rate_percent"]), meaning=row["meaning_vi"])
        for row in _rows(folder / "card_benefit_levels.csv")
    ]
    groups = [
        ObjectGroup(
            code=row["code"],
            name=row["name_vi"],
            default_level_id=int(row["default_benefit_level"]),
            payer_group=int(row["payer_group_1to5"]),
        )
        for row in _rows(folder / "card_object_groups.csv")
    ]
    with transaction.atomic():
        BenefitLevel.objects.bulk_create(
            levels,
            update_conflicts=True,
            unique_fields=["level"],
            update_fields=["rate_percent", "meaning"],
        )
        ObjectGroup.objects.bulk_create(
            groups,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name", "default_level", "payer_group"],
        )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))
