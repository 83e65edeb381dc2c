"""Another administrator takes a second factor away, for a reason that stays; nobody sees or takes their own."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import Event, Message, User
from accounts.services import recovery_codes, second_factor
from accounts.services.second_factor import OwnSecondFactor, ResetReason
from tests import factories
from tests.accounts.authenticators import ENROL, app_of, at_the_clinic, at_the_desk, enrolled
from tests.accounts.conftest import text_of
from tests.registration.walking import Page

pytestmark = pytest.mark.django_db

LIST = "/admin/otp_totp/totpdevice/"


@pytest.fixture(autouse=True)
def asked_for(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def administrator() -> User:
    return factories.officer("quantri", office=None, is_superuser=True)


@pytest.fixture
def desk(administrator: User) -> Client:
    at_the_desk(client := Client(), "quantri", app_of(administrator).code())
    return client


@pytest.fixture
def officer() -> User:
    return factories.officer(phone="+84999000009")


def page_of(user: User, page: str = "reset") -> str:
    return f"{LIST}{TOTPDevice.objects.get(user=user).pk}/{page}/"


def test_the_list_says_whose_and_when_and_shows_no_secret(desk: Client, officer: User, administrator: User) -> None:
    app_of(officer)
    half_made = TOTPDevice.objects.create(user=factories.desk(), name="-", confirmed=False)
    for address in (LIST, page_of(officer, "change"), page_of(officer)):
        page = Page(desk.get(address))
        assert "canbo" in page.html
        assert str(half_made.user) not in page.html
        for device in TOTPDevice.objects.all():
            assert device.key not in page.html
            assert second_factor.typed_key(device) not in page.html
    links = {a["href"] for a in Page(desk.get(LIST)).all("a")}
    assert page_of(officer) in links
    assert page_of(administrator) not in links


def test_nothing_is_made_changed_or_deleted_there(desk: Client, officer: User) -> None:
    app_of(officer)
    before = list(TOTPDevice.objects.values_list("pk", "key", "confirmed", "user_id"))
    assert desk.post(f"{LIST}add/", {"user": officer.pk, "name": "x", "confirmed": "on"}).status_code == 403
    assert desk.post(page_of(officer, "change"), {"name": "x", "confirmed": ""}).status_code == 403
    assert desk.post(page_of(officer, "delete"), {"post": "yes"}).status_code == 403
    assert list(TOTPDevice.objects.values_list("pk", "key", "confirmed", "user_id")) == before


def test_a_reset_ends_everything_the_old_phone_and_sheet_opened(desk: Client, officer: User) -> None:
    at_the_desk(theirs := Client())
    app, codes = enrolled(theirs)
    assert theirs.get("/admin/").status_code == 200
    assert desk.post(page_of(officer), {"reason": "lost_phone"}).url == LIST
    assert theirs.get("/admin/").status_code == 302
    assert "_auth_user_id" not in theirs.session
    assert {device.ended_by for device in officer.devices.all()} == {"staff"}
    assert not TOTPDevice.objects.filter(user=officer).exists()
    assert recovery_codes.left(officer) == 0
    for code in ("", app.code(1), codes[0]):  # none of them is looked at: the session leads to setting up anew
        at_the_desk(again := Client(), code=code)
        assert again.get("/admin/").url == ENROL
    assert len(enrolled(again)[1]) == 10


def test_a_clinics_desk_is_reset_alike(desk: Client) -> None:
    clinic = factories.desk()
    app = app_of(clinic)
    at_the_clinic(theirs := Client(), app.code())
    desk.post(page_of(clinic), {"reason": "new_holder"})
    assert theirs.get("/co-so-kcb/").url.startswith("/dang-nhap/")
    assert theirs.post("/dang-nhap/", {"username": "01020_BV", "password": factories.PASSWORD}).url == "/co-so-kcb/"
    assert theirs.get("/co-so-kcb/").url == ENROL


def test_who_did_it_and_why_is_written_down_and_its_owner_is_told(
    desk: Client, officer: User, administrator: User
) -> None:
    app_of(officer)
    desk.post(page_of(officer), {"reason": "authenticator_misuse"})
    (event,) = Event.objects.filter(action="second_factor.reset")
    assert (event.actor_id, event.object_type, event.object_id) == (administrator.pk, "user", str(officer.pk))
    assert event.detail == {"reason": "authenticator_misuse"}
    (message,) = Message.objects.filter(to=officer.phone)
    assert "canbo" in text_of(message)


@pytest.mark.parametrize("typed", [{"reason": ""}, {"reason": "vì thích"}])
def test_without_a_reason_of_the_list_nothing_happens(desk: Client, officer: User, typed: dict[str, str]) -> None:
    app_of(officer)
    assert Page(desk.post(page_of(officer), typed)).alert
    assert TOTPDevice.objects.filter(user=officer).exists()
    assert not Event.objects.filter(action="second_factor.reset").exists()


def test_nobody_resets_their_own(desk: Client, administrator: User) -> None:
    for ask in (desk.get, desk.post):
        assert ask(page_of(administrator), {"reason": "new_phone"}).status_code == 403
    with pytest.raises(OwnSecondFactor):
        second_factor.reset(administrator, reason=ResetReason.NEW_PHONE, actor=administrator)
    assert TOTPDevice.objects.filter(user=administrator).exists()


def test_whoever_lacks_the_right_neither_sees_nor_resets(officer: User, administrator: User) -> None:
    app = app_of(officer)
    app_of(administrator)
    at_the_desk(client := Client(), code=app.code())
    assert client.get("/admin/").status_code == 200
    for page in (LIST, page_of(administrator, "change"), page_of(administrator)):
        assert client.get(page).status_code == 403
    assert client.post(page_of(administrator), {"reason": "new_phone"}).status_code == 403
    assert TOTPDevice.objects.filter(user=administrator).exists()


def test_an_administrator_by_role_resets_no_superuser(administrator: User, officer: User) -> None:
    by_role = factories.administrator("quantrivai")
    for user in (administrator, officer):
        app_of(user)
    at_the_desk(client := Client(), "quantrivai", app_of(by_role).code())
    links = {a["href"] for a in Page(client.get(LIST)).all("a")}
    assert page_of(officer) in links
    assert not {page_of(administrator), page_of(by_role)} & links
    for ask in (client.get, client.post):
        assert ask(page_of(administrator), {"reason": "authenticator_misuse"}).status_code == 403
    assert TOTPDevice.objects.filter(user=administrator).exists()
    assert client.post(page_of(officer), {"reason": "authenticator_misuse"}).url == LIST


def test_a_superuser_resets_another(desk: Client) -> None:
    other = factories.officer("truongphong", office=None, is_superuser=True)
    app_of(other)
    assert page_of(other) in {a["href"] for a in Page(desk.get(LIST)).all("a")}
    assert desk.post(page_of(other), {"reason": "new_phone"}).url == LIST
    assert not TOTPDevice.objects.filter(user=other).exists()


def test_an_administrator_who_has_proved_a_password_only_resets_nothing(officer: User, administrator: User) -> None:
    app_of(officer)
    at_the_desk(client := Client(), "quantri")
    assert client.post(page_of(officer), {"reason": "lost_phone"}).url == ENROL
    assert TOTPDevice.objects.filter(user=officer).exists()
