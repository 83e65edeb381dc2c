"""An officer or a clinic desk that forgot its password gets a one-time one from an administrator."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Event, Message, User
from tests import factories
from tests.accounts.conftest import PHONE
from tests.accounts.signing_in import sign_in

pytestmark = pytest.mark.django_db

ONE_TIME = "tre xanh 47"


@pytest.fixture
def administrator() -> Client:
    return factories.signed_in(factories.administrator())


def change(administrator: Client, user: User, **typed: str) -> int:
    place = {"office": user.office_id or "", "ward": user.ward_id or "", "facility": user.facility_id or ""}
    sent = {**place, "role": "", "phone": "", "is_active": "on", **typed}
    return administrator.post(f"/admin/accounts/user/{user.pk}/change/", sent).status_code


def test_it_opens_once_must_be_changed_and_ends_what_was_open(administrator: Client) -> None:
    officer = factories.officer(phone=PHONE)
    at_work = factories.signed_in(officer)
    assert change(administrator, officer, password=ONE_TIME, phone=PHONE) == 302
    assert at_work.get("/admin/").status_code == 302
    desk = Client()
    desk.post("/admin/login/", {"username": "canbo", "password": ONE_TIME})
    assert desk.get("/admin/").url == "/doi-mat-khau/"
    assert Message.objects.filter(purpose="password", to=PHONE).count() == 1
    event = Event.objects.get(action="staff.password_issued")
    assert (event.object_id, event.detail) == (str(officer.pk), {})


def test_an_empty_field_leaves_the_password_and_the_sessions_as_they_are(administrator: Client) -> None:
    clinic = factories.desk()
    at_work = factories.signed_in(clinic)
    assert change(administrator, clinic, password="") == 302
    assert at_work.get("/co-so-kcb/").status_code == 200
    assert sign_in(Client(), "01020_BV").url == "/co-so-kcb/"
    assert not Event.objects.filter(action="staff.password_issued").exists()


@pytest.mark.parametrize("password", ["ngan", "12345678", "canbo2026"])
def test_one_that_breaks_the_rules_is_not_given(administrator: Client, password: str) -> None:
    officer = factories.officer()
    assert change(administrator, officer, password=password) == 200
    officer.refresh_from_db()
    assert officer.check_password(factories.PASSWORD)


@pytest.mark.parametrize("typed", [{"password": ONE_TIME}, {"is_active": ""}, {"phone": "0999000009"}])
def test_an_administrator_by_role_changes_no_superuser(administrator: Client, typed: dict[str, str]) -> None:
    chief = factories.officer("truongphong", office=None, is_superuser=True)
    at_work = factories.signed_in(chief)
    before = User.objects.filter(pk=chief.pk).values().get()
    assert change(administrator, chief, **typed) == 403
    assert User.objects.filter(pk=chief.pk).values().get() == before
    assert at_work.get("/admin/").status_code == 200


def test_a_superuser_changes_another(administrator: Client) -> None:
    chief, other = (factories.officer(name, office=None, is_superuser=True) for name in ("truongphong", "phophong"))
    assert change(factories.signed_in(chief), other, password=ONE_TIME) == 302
    other.refresh_from_db()
    assert other.check_password(ONE_TIME)


def test_an_account_that_is_only_read_shows_no_trace_of_its_password(administrator: Client) -> None:
    chief = factories.officer("truongphong", office=None, is_superuser=True)
    own = User.objects.get(username="quantri")
    for user in (chief, own):
        page = administrator.get(f"/admin/accounts/user/{user.pk}/change/")
        assert page.status_code == 200
        assert user.username in page.content.decode()
        assert user.password not in page.content.decode()


def test_nobody_gives_a_citizen_one(administrator: Client) -> None:
    citizen = factories.citizen(factories.person())
    assert change(administrator, citizen, password=ONE_TIME) == 403
    citizen.refresh_from_db()
    assert citizen.check_password(factories.PASSWORD)
