"""Loading the public directory: provinces, wards, offices, facilities."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.db import models, transaction

from accounts.models import Facility, FormerProvince, Office, Province, Ward
from accounts.names import clean_name

# CSV column → model field, where they differ.
_RENAMED: dict[type[models.Model], dict[str, str]] = {
    Province: {},
    FormerProvince: {"old_code": "code", "old_name": "name", "new_code": "successor_id"},
    Ward: {"province_code": "province_id"},
    Office: {"province_code": "province_id", "parent_code": "parent_id"},
    Facility: {},
}


def load_table(model: type[models.Model], path: Path) -> int:
    """Insert or update every row of one CSV by its code, in one transaction; how many.

    Columns as in `accounts/data/`, plus optional `valid_from`, `valid_to`
    (ISO dates). Rows and columns missing from the file stay as they are: close a
    row with `valid_to`.
    """
    found = list(_fields(model, path))
    rows = [model(**fields) for fields in found]
    given = set(found[0]) if found else set()
    columns = [field.name for field in model._meta.concrete_fields if field.attname in given and not field.primary_key]
    with transaction.atomic():
        model._default_manager.bulk_create(
            rows, batch_size=1000, update_conflicts=True, unique_fields=["code"], update_fields=columns
        )
    return len(rows)


def _fields(model: type[models.Model], path: Path) -> Iterator[dict[str, Any]]:
    renamed = _RENAMED[model]
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield {renamed.get(name, name): _value(name, text) for name, text in row.items()}


def _value(column: str, text: str) -> str | date | None:
    cleaned = clean_name(text)
    if column in {"valid_from", "valid_to"}:
        return date.fromisoformat(cleaned) if cleaned else None
    if column == "parent_code":
        return cleaned or None
    return cleaned
