"""The demo's register feed, loaded once for each test database, and who looks at it."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from django.core.management import call_command

from accounts.models import Facility, Office, Person, Province, User, Ward
from cards.management.commands.load_card_terms import OWN_DATA
from cards.selectors import CardState
from tests import factories

DEMO = OWN_DATA / "demo"
TODAY = date(2026, 11, 22)
NOT_ACTIVE = {
    "9900000008": CardState.EXPIRED,
    "9900000015": CardState.NOT_STARTED,
    "9900000016": CardState.REVOKED,
    "9900000020": CardState.NONE,
}


def named(file: str, column: str) -> set[str]:
    with (DEMO / f"{file}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return {row[column] for row in csv.DictReader(stream)}


@pytest.fixture
def today() -> date:
    return TODAY


@pytest.fixture
def still(monkeypatch) -> None:
    """The cards' day."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: TODAY)


@pytest.fixture
def terms(db: None) -> None:
    """Terms and the corner of the directory that the demo's feed names, but nobody insured."""
    province = Province.objects.create(code="01", name="Hà Nội", full_name="Thành phố Hà Nội")
    Ward.objects.bulk_create(
        Ward(code=code, province=province, name=code, full_name=code) for code in named("persons", "ward_code")
    )
    Office.objects.create(
        code="00101", name="Bảo hiểm xã hội cơ sở Ba Đình", level=Office.Level.LOCAL, province=province
    )
    Facility.objects.bulk_create(Facility(code=code, name=code) for code in named("cards", "facility_code"))
    call_command("load_card_terms", verbosity=0)


@pytest.fixture
def register(terms: None) -> None:
    files = {name: DEMO / f"{name}.csv" for name in ("persons", "cards", "participation")}
    call_command("import_register", verbosity=0, **files)


@pytest.fixture
def citizen(client):
    """Signs the client in as the person of a code."""

    def signed_in(code: str) -> User:
        person = Person.objects.get(bhxh_code=code)
        user = User.objects.create(
            username=code, bhxh_code=code, kind=User.Kind.CITIZEN, person=person, phone="+84999000001"
        )
        factories.signed_in(user, client)
        return user

    return signed_in


@pytest.fixture
def desk() -> User:
    """Account of a clinic's desk."""
    return factories.desk()
