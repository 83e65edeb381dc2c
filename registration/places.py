"""Provinces, wards and offices as the address page needs them. All of it is public."""

from __future__ import annotations

import re
import time
from functools import lru_cache
from typing import TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import FormerProvince, Office, Province, Ward
from accounts.names import name_key
from registration import ward_search
from registration.models import Declaration
from registration.ward_search import WardIndex

Place = TypeVar("Place", Province, Ward, Office)
INDEX_LASTS = 600  # seconds: a new ward is found by its name that much later, in the list of its province at once

# What people say beside the names of today and of before 2025, by the code of today's province.
SAID = (
    ("Sài Gòn", "79"),
    ("Vũng Tàu", "79"),
    ("Bà Rịa", "79"),
    ("HCM", "79"),
    ("TPHCM", "79"),
    ("Hà Tây", "01"),  # became part of Hà Nội in 2008 (Resolution 15/2008/QH12)
)


def provinces() -> list[Province]:
    return _by_name(Province.objects.in_force())


def wards_of(province: Province) -> list[Ward]:
    return _by_name(Ward.objects.in_force().filter(province=province))


def offices_of(province: Province) -> list[Office]:
    """The province office first, then its local offices by name."""
    offices = _by_name(Office.objects.in_force().filter(province=province))
    return sorted(offices, key=lambda office: office.level != Office.Level.PROVINCE)


def _by_name(places: QuerySet[Place]) -> list[Place]:
    """As people look a name up: Đ beside D, Huế after Hà Nội; the database sorts by bytes."""
    return sorted(places, key=lambda place: (name_key(place.name), place.name))


def suggested_office(offices: list[Office], *, ward: Ward | None) -> Office | None:
    """The local office whose name ends in the ward's, else the province office. No ward → office list is public."""
    if ward is not None:
        ending = f" {name_key(ward.name)}"
        for office in offices:
            if office.level == Office.Level.LOCAL and name_key(office.name).endswith(ending):
                return office
    return next((office for office in offices if office.level == Office.Level.PROVINCE), None)


def ward_in_force(code: str) -> Ward | None:
    return _wards_in_force().filter(pk=code).first()


def find_wards(typed: str) -> list[Ward]:
    """At most `ward_search.MOST_FOUND` wards in force, the likeliest first, with their provinces: one query."""
    codes = _index(int(time.time()) // INDEX_LASTS).find(typed)
    wards = _wards_in_force().in_bulk(codes) if codes else {}
    return [wards[code] for code in codes if code in wards]


def _wards_in_force() -> QuerySet[Ward]:
    return Ward.objects.in_force().filter(province__in=Province.objects.in_force()).select_related("province")


@lru_cache(maxsize=1)
def _index(_age: int) -> WardIndex:
    rows = _wards_in_force().order_by("pk").values_list("pk", "name", "unit", "province_id")
    names = (*Province.objects.values_list("name", "code"), *_former_names(), *SAID)
    return _index_of(tuple(ward_search.Ward(*row) for row in rows), names)


@lru_cache(maxsize=1)
def _index_of(wards: tuple[ward_search.Ward, ...], names: tuple[tuple[str, str], ...]) -> WardIndex:
    """Made anew only when something has changed: it takes ten times what reading the rows does."""
    return WardIndex(wards, names)


def _former_names() -> list[tuple[str, str]]:
    """One row may tell two names: `Thành phố Huế (trước 2025: Tỉnh Thừa Thiên Huế)`."""
    rows = FormerProvince.objects.values_list("name", "successor_id")
    return [
        (name.strip(), code) for row, code in rows for name in re.findall(r"(?:Tỉnh|Thành phố) [^(:)]+", row) or [row]
    ]


def closed_places(declaration: Declaration) -> list[Province | Ward | Office]:
    """Which of the chosen places is in force no more, or belongs to another province now."""
    chosen = (declaration.province, declaration.ward, declaration.office)
    return [place for place in chosen if place is not None and not _still_there(place, declaration.province_id)]


def _still_there(place: Province | Ward | Office, province_code: str | None) -> bool:
    return place.is_in_force and (isinstance(place, Province) or place.province_id == province_code)


def office_note(office: Office) -> str:
    """What of the office is inferred, in words; nothing where its list does not say so."""
    if not office.provenance:
        return ""
    words = {
        "code and name public": _("mã và tên đã được công bố."),
        "code public (office before 2025), name by the rule since 2025-07": _(
            "mã đã được công bố trước 2025, tên suy ra theo quy tắc từ 07/2025; chỉ để minh họa."
        ),
        "name by rule, code inferred": _("tên và mã suy ra theo quy tắc, chưa thấy công bố; chỉ để minh họa."),
    }
    return f"{office.name}: " + words.get(office.provenance, _("một phần thông tin là suy ra; chỉ để minh họa."))
