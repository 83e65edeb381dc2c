"""Provinces, wards, offices and facilities from their public lists."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from accounts.models import Province, Ward
from accounts.services.directory import load_table
from tests import factories

pytestmark = pytest.mark.django_db


def table(folder: Path, *lines: str) -> Path:
    path = folder / "rows.csv"
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    return path


def test_a_row_is_closed_by_its_date_and_open_again_without_one(tmp_path: Path) -> None:
    factories.ward("00004")
    columns = "code,province_code,name,full_name,unit,valid_from,valid_to"
    ward = "00004,01,Ba Đình,Phường Ba Đình,Phường,2025-07-01"
    assert load_table(Ward, table(tmp_path, columns, f"{ward},2030-12-31")) == 1
    closed = Ward.objects.get()
    assert (closed.valid_from, closed.valid_to) == (date(2025, 7, 1), date(2030, 12, 31))
    load_table(Ward, table(tmp_path, columns, f"{ward},"))
    assert Ward.objects.get().valid_to is None


def test_what_a_list_does_not_name_stays_as_it_is(tmp_path: Path) -> None:
    kept, renamed = factories.province("01"), factories.province("79", "Hồ Chí Minh")
    Province.objects.update(valid_from=date(2025, 7, 1))
    load_table(Province, table(tmp_path, "code,name,full_name,unit", "79, Sài  Gòn,Thành phố Sài Gòn,Thành phố"))
    renamed.refresh_from_db()
    assert (renamed.name, renamed.valid_from) == ("Sài Gòn", date(2025, 7, 1))
    assert Province.objects.get(pk=kept.pk).name == "Hà Nội"


def test_a_list_that_cannot_be_read_changes_nothing(tmp_path: Path) -> None:
    columns = "code,name,full_name,unit,valid_to"
    with pytest.raises(ValueError, match="31/12/2030"):
        load_table(Province, table(tmp_path, columns, "01,Hà Nội,Hà Nội,-,", "04,Cao Bằng,Cao Bằng,-,31/12/2030"))
    assert not Province.objects.exists()
