"""The persons part of the register feed: the truth a declaration is held against."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings

from accounts import partial_dates
from accounts.models import Person, Ward
from accounts.names import clean_name, name_key
from accounts.papers import PAPER_NUMBERS
from accounts.services.demo import DEMO_CODE_PREFIX
from accounts.services.feed import Feed, Refused, Row, checked, known

_PAPERS = {"": re.compile(""), **PAPER_NUMBERS}


def refuse_real_people(row: Row) -> None:
    """Demo mode holds invented people only."""
    if settings.DEMO_MODE and not row["bhxh_code"].startswith(DEMO_CODE_PREFIX):
        raise Refused("bhxh_code", "not_demo")


def person_ids(rows: list[Row]) -> dict[str, int]:
    """Ids of the persons these rows name by `bhxh_code`."""
    codes = {row["bhxh_code"] for row in rows}
    return dict(Person.objects.filter(bhxh_code__in=codes).values_list("bhxh_code", "pk"))


def _prepare(rows: list[Row]) -> Callable[[Row], Person]:
    wards = set(Ward.objects.filter(pk__in={row["ward_code"] for row in rows}).values_list("pk", flat=True))
    return lambda row: _person(row, wards=wards)


def _person(row: Row, *, wards: set[str]) -> Person:
    refuse_real_people(row)
    person = Person(
        bhxh_code=row["bhxh_code"],
        full_name=clean_name(row["full_name"]),
        name_key=name_key(row["full_name"]),
        birth_date=_birth_date(row),
        sex=row["sex"],
        id_kind=row["id_kind"],
        id_number=_id_number(row),
        phone=row["phone"],
        ward_id=known(row, "ward_code", wards | {""}) or None,
        address=row["address"],
        ethnic_code=row["ethnic_code"],
        parent_name=clean_name(row["parent_name"]),
        living_area=row["living_area"],
    )
    return checked(person, exclude={"ward", "portrait"})


def _birth_date(row: Row) -> str:
    try:
        return partial_dates.parse(row["birth_date"])
    except ValueError as error:
        raise Refused("birth_date", "date") from error


def _id_number(row: Row) -> str:
    known(row, "id_kind", _PAPERS)
    number = row["id_number"].upper()
    if not _PAPERS[row["id_kind"]].fullmatch(number):
        raise Refused("id_number", "invalid")
    return number


PERSONS = Feed(
    model=Person,
    columns=frozenset(
        [
            "bhxh_code",
            "full_name",
            "birth_date",
            "sex",
            "id_kind",
            "id_number",
            "phone",
            "ward_code",
            "address",
            "ethnic_code",
            "parent_name",
            "living_area",
        ]
    ),
    unique_fields=["bhxh_code"],
    # Everything the register says; the portrait is the person's own.
    update_fields=[
        "full_name",
        "name_key",
        "birth_date",
        "sex",
        "id_kind",
        "id_number",
        "phone",
        "ward",
        "address",
        "ethnic_code",
        "parent_name",
        "living_area",
        "updated_at",
    ],
    prepare=_prepare,
    conflict=("id_number", "taken"),
)
