"""The demo's register feed, loaded once for each test database."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import Person, User
from cards.management.commands.load_card_terms import OWN_DATA

DEMO = OWN_DATA / "demo"
TODAY = date(2026, 11, 22)


@pytest.fixture
def today() -> date:
    return TODAY


@pytest.fixture
def terms(db: None) -> None:
    """Directory and terms, but nobody insured."""
    call_command("load_directory", verbosity=0)
    call_command("load_card_terms", verbosity=0)


@pytest.fixture
def register(terms: None) -> None:
    files = {name: DEMO / f"{name}.csv" for name in ("persons", "cards", "participation")}
    call_command("import_register", verbosity=0, **files)


@pytest.fixture
def demo_files() -> dict[str, Path]:
    return {name: DEMO / f"{name}.csv" for name in ("persons", "cards", "participation")}


@pytest.fixture
def citizen(client):  # type: ignore[no-untyped-def]
    """Signs the client in as the person of a code."""

    def signed_in(code: str) -> User:
        person = Person.objects.get(bhxh_code=code)
        user = User.objects.create(
            username=code, bhxh_code=code, kind=User.Kind.CITIZEN, person=person, phone="+84999000001"
        )
        client.force_login(user)
        return user

    return signed_in
