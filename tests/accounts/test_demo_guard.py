"""Demo mode touches only a database it made itself, and nobody else touches that one."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Installation, OneTimeCode, Person, User
from accounts.services.demo import (
    DEMO_PASSWORD,
    ForeignDatabase,
    claim_database,
    ensure_demo_accounts,
    refuse_before_migrating,
    refuse_foreign_database,
)
from tests import factories

pytestmark = pytest.mark.django_db

ROWS = [{"login": "canbo", "kind": "staff", "office_code": "00101", "ward_code": ""}]


@pytest.fixture
def demo(settings) -> None:
    settings.DEMO_MODE = True


@pytest.mark.usefixtures("demo")
def test_an_empty_database_is_claimed_once() -> None:
    claim_database()
    claim_database()
    assert Installation.objects.get().is_demo
    refuse_foreign_database()


@pytest.mark.usefixtures("demo")
def test_a_database_with_someone_in_it_is_not_claimed() -> None:
    factories.person("0123456789")
    with pytest.raises(ForeignDatabase):
        claim_database()
    assert not Installation.objects.exists()


@pytest.mark.usefixtures("demo")
def test_a_database_with_an_account_is_not_claimed_even_if_everybody_in_it_is_invented() -> None:
    factories.citizen(factories.person())
    with pytest.raises(ForeignDatabase):
        claim_database()
    assert not Installation.objects.exists()


@pytest.mark.usefixtures("demo")
def test_a_database_where_someone_has_only_asked_for_a_code_is_not_claimed() -> None:
    OneTimeCode.objects.create(purpose="register", phone="+84999000001", expires_at=timezone.now())
    with pytest.raises(ForeignDatabase):
        claim_database()
    assert not Installation.objects.exists()


@pytest.mark.usefixtures("demo")
def test_a_production_database_is_not_claimed_even_when_empty() -> None:
    Installation.objects.create(is_demo=False)
    with pytest.raises(ForeignDatabase):
        claim_database()
    assert not Installation.objects.filter(is_demo=True).exists()


@pytest.mark.usefixtures("demo")
def test_a_claimed_database_with_a_real_person_is_refused() -> None:
    claim_database()
    factories.person("9900000001")
    refuse_foreign_database()
    factories.person("0123456789")
    with pytest.raises(ForeignDatabase):
        refuse_foreign_database()
    with pytest.raises(ForeignDatabase):
        claim_database()


@pytest.mark.usefixtures("demo")
def test_an_unclaimed_database_is_refused() -> None:
    with pytest.raises(ForeignDatabase):
        refuse_foreign_database()


def test_outside_demo_mode_a_demo_database_is_refused(settings) -> None:
    refuse_foreign_database()
    settings.DEMO_MODE = True
    claim_database()
    settings.DEMO_MODE = False
    with pytest.raises(ForeignDatabase):
        refuse_foreign_database()


def test_outside_demo_mode_nothing_is_claimed_or_seeded() -> None:
    with pytest.raises(ForeignDatabase):
        claim_database()
    with pytest.raises(CommandError):
        call_command("seed_demo", verbosity=0)
    assert not Person.objects.exists()
    assert not User.objects.exists()
    assert not Installation.objects.filter(is_demo=True).exists()


@pytest.mark.usefixtures("demo")
def test_what_demo_mode_made_or_finds_empty_may_be_migrated() -> None:
    refuse_before_migrating()
    claim_database()
    factories.citizen(factories.person())
    refuse_before_migrating()


@pytest.mark.usefixtures("demo")
def test_a_database_that_others_have_filled_is_not_migrated() -> None:
    factories.person("0123456789")
    with pytest.raises(ForeignDatabase):
        refuse_before_migrating()


@pytest.mark.usefixtures("demo")
def test_tables_that_are_not_ours_are_neither_migrated_nor_trusted() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_installation RENAME TO somebody_elses")
    with pytest.raises(ForeignDatabase):
        refuse_before_migrating()
    with pytest.raises(ForeignDatabase):
        refuse_foreign_database()


@pytest.mark.usefixtures("demo")
def test_demo_logins_are_not_made_in_a_foreign_database() -> None:
    factories.office()
    with pytest.raises(ForeignDatabase):
        ensure_demo_accounts(ROWS)
    assert not User.objects.exists()


@pytest.mark.usefixtures("demo")
def test_demo_logins_are_made_once_and_a_changed_password_stays() -> None:
    claim_database()
    factories.office()
    ensure_demo_accounts(ROWS)
    user = User.objects.get()
    assert user.check_password(DEMO_PASSWORD)
    assert not user.is_superuser
    user.set_password("tre xanh bên sông")
    user.save()
    ensure_demo_accounts(ROWS)
    assert User.objects.get().check_password("tre xanh bên sông")


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("address", ["203.0.113.9", "10.0.0.4", "192.168.1.2", "2001:db8::1", "0.0.0.0"])
def test_in_demo_mode_another_machine_is_turned_away(address: str) -> None:
    response = Client(REMOTE_ADDR=address).post("/dang-nhap/", {"username": "canbo", "password": DEMO_PASSWORD})
    assert response.status_code == 403
    assert "sessionid" not in response.cookies


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_in_demo_mode_this_machine_is_answered(address: str) -> None:
    assert Client(REMOTE_ADDR=address).get("/dang-nhap/").status_code == 200


@pytest.mark.usefixtures("demo")
def test_in_demo_mode_a_header_does_not_make_a_stranger_local() -> None:
    client = Client(REMOTE_ADDR="203.0.113.9", headers={"X-Forwarded-For": "127.0.0.1"})
    assert client.get("/dang-nhap/").status_code == 403


def test_outside_demo_mode_other_machines_are_answered() -> None:
    assert Client(REMOTE_ADDR="203.0.113.9").get("/dang-nhap/").status_code == 200
