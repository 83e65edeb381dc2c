"""The cards and participation parts of the register feed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from accounts.models import Facility, Office
from accounts.services.feed import Feed, Refused, Row, checked, day, known, optional_day
from accounts.services.register import person_ids, refuse_real_people
from cards.models import BenefitLevel, Card, ObjectGroup, ParticipationPeriod

LONGEST_NUMBER = 12  # digits of an amount in đồng


def _prepare_cards(rows: list[Row]) -> Callable[[Row], Card]:
    people = person_ids(rows)
    terms = {
        "object_group": set(ObjectGroup.objects.values_list("pk", flat=True)),
        "benefit_level": {str(level) for level in BenefitLevel.objects.values_list("pk", flat=True)},
        "facility_code": _codes(Facility, rows=rows, column="facility_code"),
        "office_code": _codes(Office, rows=rows, column="office_code"),
    }
    return lambda row: _card(row, people=people, terms=terms)


def _codes(model: type[Facility] | type[Office], *, rows: list[Row], column: str) -> set[str]:
    named = {row[column] for row in rows}
    return set(model._default_manager.filter(pk__in=named).values_list("pk", flat=True))


def _card(row: Row, *, people: dict[str, int], terms: dict[str, set[str]]) -> Card:
    refuse_real_people(row)
    card = Card(
        person_id=people[known(row, "bhxh_code", people)],
        card_number=row["card_number"].upper(),
        object_group_id=known(row, "object_group", terms["object_group"]),
        benefit_level_id=int(known(row, "benefit_level", terms["benefit_level"])),
        facility_id=known(row, "facility_code", terms["facility_code"]),
        office_id=known(row, "office_code", terms["office_code"]),
        issuing_place=row["issuing_place"],
        issued_on=day(row, "issued_on"),
        valid_from=day(row, "valid_from"),
        valid_to=optional_day(row, "valid_to"),
        five_years_from=optional_day(row, "five_years_from"),
        status=row["status"],
    )
    if not card.card_number.endswith(row["bhxh_code"]):
        raise Refused("card_number", "other_person")
    if card.valid_to and card.valid_to < card.valid_from:
        raise Refused("valid_to", "before_start")
    return checked(card, exclude={"person", "object_group", "benefit_level", "facility", "office"})


def _prepare_periods(rows: list[Row]) -> Callable[[Row], ParticipationPeriod]:
    people = person_ids(rows)
    return lambda row: _period(row, people=people)


def _period(row: Row, *, people: dict[str, int]) -> ParticipationPeriod:
    refuse_real_people(row)
    period = ParticipationPeriod(
        person_id=people[known(row, "bhxh_code", people)],
        scheme=row["scheme"],
        from_month=_month(row, "from_month"),
        to_month=_month(row, "to_month") if row["to_month"] else None,
        employer=row["employer"],
        occupation=row["occupation"],
        salary_vnd=_count(row, "salary_vnd"),
        contribution_vnd=_count(row, "contribution_vnd"),
        late_months=_count(row, "late_months") or 0,
    )
    if period.to_month and period.to_month < period.from_month:
        raise Refused("to_month", "before_start")
    return checked(period, exclude={"person"})


def _month(row: Row, column: str) -> date:
    """`YYYY-MM` as its first day."""
    return day({column: f"{row[column]}-01"}, column)


def _count(row: Row, column: str) -> int | None:
    text = row[column]
    if text and not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise Refused(column, "number")
    return int(text) if text else None


CARDS = Feed(
    model=Card,
    columns=frozenset(
        [
            "bhxh_code",
            "card_number",
            "object_group",
            "benefit_level",
            "facility_code",
            "valid_from",
            "valid_to",
            "issued_on",
            "five_years_from",
            "office_code",
            "issuing_place",
            "status",
        ]
    ),
    unique_fields=["card_number", "valid_from"],
    update_fields=[
        "object_group",
        "benefit_level",
        "facility",
        "office",
        "issuing_place",
        "issued_on",
        "valid_to",
        "five_years_from",
        "status",
        "updated_at",
    ],
    prepare=_prepare_cards,
    conflict=("card_number", "taken"),
)

PARTICIPATION = Feed(
    model=ParticipationPeriod,
    columns=frozenset(
        [
            "bhxh_code",
            "scheme",
            "from_month",
            "to_month",
            "employer",
            "occupation",
            "salary_vnd",
            "contribution_vnd",
            "late_months",
        ]
    ),
    unique_fields=["person_id", "scheme", "from_month", "employer"],
    update_fields=["to_month", "occupation", "salary_vnd", "contribution_vnd", "late_months"],
    prepare=_prepare_periods,
    conflict=("from_month", "taken"),
)
