"""The second factor at the desk's and the clinic's login: nothing opens without it, and nothing opens with it twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import Event, User
from accounts.services import recovery_codes
from accounts.services.second_factor import SecondFactorWrong
from tests import factories
from tests.accounts.authenticators import (
    CLINIC_CODE,
    ENROL,
    SEVERAL_MINUTES,
    App,
    after_the_wait,
    app_of,
    at_the_clinic,
    at_the_desk,
)
from tests.accounts.signing_in import is_in, sign_in
from tests.registration.walking import Page

pytestmark = pytest.mark.django_db

WRONG = str(SecondFactorWrong())


@pytest.fixture(autouse=True)
def asked_for(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def officer() -> User:
    return factories.officer()


@pytest.fixture
def desk() -> User:
    return factories.desk()


def test_an_officer_comes_in_with_password_and_code(client: Client, officer: User) -> None:
    assert at_the_desk(client, code=app_of(officer).code()).url == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert client.get("/doi-mat-khau/").status_code == 200


@pytest.mark.parametrize("code", ["", "000000", "khong-phai-ma", "０１２３４５"])
def test_a_password_alone_opens_nothing_at_the_desk(client: Client, officer: User, code: str) -> None:
    app_of(officer)
    answer = at_the_desk(client, code=code)
    (field,) = Page(answer).controls("otp_token")
    assert field["aria-invalid"] == "true"
    assert not is_in(client)
    assert client.get("/admin/").status_code == 302


def test_a_code_alone_opens_nothing_either_and_is_not_used_up_by_a_wrong_password(
    client: Client, officer: User
) -> None:
    code = app_of(officer).code()
    assert at_the_desk(client, code=code, password="sai-mat-khau").status_code == 200
    assert not is_in(client)
    assert at_the_desk(client, code=code).url == "/admin/"


def test_a_clinic_is_asked_for_its_code_before_any_session_of_its_account(client: Client, desk: User) -> None:
    app = app_of(desk)
    assert sign_in(client, "01020_BV").url == CLINIC_CODE
    assert not is_in(client)
    assert not desk.devices.exists()
    assert client.get("/co-so-kcb/").url.startswith("/dang-nhap/")
    assert client.post(CLINIC_CODE, {"code": app.code()}).url == "/co-so-kcb/"
    assert client.get("/co-so-kcb/").status_code == 200
    assert desk.devices.count() == 1


def test_a_code_opens_once(desk: User, officer: User) -> None:
    clinic, staff = app_of(desk).code(), app_of(officer).code()
    for first in (True, False):
        for answer in (at_the_clinic(Client(), clinic), at_the_desk(Client(), code=staff)):
            assert answer.status_code == (302 if first else 200)
            assert (WRONG in answer.content.decode()) is not first


def test_a_recovery_code_stands_in_for_the_phone_once(desk: User, officer: User) -> None:
    app_of(desk), app_of(officer)
    clinic, staff = recovery_codes.make(desk)[0], recovery_codes.make(officer)[0]
    for first in (True, False):
        for answer in (at_the_clinic(Client(), clinic), at_the_desk(Client(), code=staff)):
            assert answer.status_code == (302 if first else 200)
            assert (WRONG in answer.content.decode()) is not first
    assert recovery_codes.left(desk) == recovery_codes.left(officer) == 9
    assert Event.objects.filter(action="recovery_codes.used").count() == 2


def test_whoever_came_in_by_a_recovery_code_has_proved_it(client: Client, officer: User) -> None:
    app_of(officer)
    at_the_desk(client, code=recovery_codes.make(officer)[0].upper())
    assert client.get("/admin/").status_code == 200


def test_codes_of_others_open_nothing(client: Client, desk: User) -> None:
    app_of(desk)
    other = factories.desk("01021_BV", facility=factories.facility("01021", "Bệnh viện Khác"))
    assert WRONG in at_the_clinic(client, app_of(other).code()).content.decode()
    after_the_wait()
    assert WRONG in at_the_clinic(client, recovery_codes.make(other)[0]).content.decode()
    assert not is_in(client)


def test_an_app_that_is_still_being_set_up_proves_nothing(client: Client, desk: User) -> None:
    app_of(desk)
    unconfirmed = TOTPDevice.objects.create(user=desk, name="-", confirmed=False)
    assert WRONG in at_the_clinic(client, App(unconfirmed.bin_key).code()).content.decode()


def test_wrong_codes_are_limited_and_a_right_one_waits_too(client: Client, desk: User) -> None:
    app = app_of(desk)
    sign_in(client, "01020_BV")
    for _ in range(10):
        assert WRONG in client.post(CLINIC_CODE, {"code": app.code(SEVERAL_MINUTES)}).content.decode()
        after_the_wait()
    refused = client.post(CLINIC_CODE, {"code": app.code()})
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert not is_in(client)


def test_a_code_that_comes_too_soon_after_a_wrong_one_is_told_to_wait(client: Client, desk: User) -> None:
    app = app_of(desk)
    at_the_clinic(client, app.code(SEVERAL_MINUTES))
    TOTPDevice.objects.update(throttling_failure_count=6)  # half a minute
    refused = client.post(CLINIC_CODE, {"code": app.code()})
    assert refused.status_code == 429
    assert 25 < int(refused["Retry-After"]) <= 32
    assert WRONG not in refused.content.decode()
    after_the_wait()
    assert client.post(CLINIC_CODE, {"code": app.code()}).url == "/co-so-kcb/"


def test_a_form_without_a_code_is_no_try(client: Client, desk: User, officer: User) -> None:
    app = app_of(desk), app_of(officer)
    sign_in(client, "01020_BV")
    for _ in range(12):
        assert client.post(CLINIC_CODE, {"code": " "}).status_code == 200
        at_the_desk(Client())
    assert client.post(CLINIC_CODE, {"code": app[0].code()}).url == "/co-so-kcb/"
    assert at_the_desk(Client(), code=app[1].code()).url == "/admin/"


@pytest.mark.parametrize("meanwhile", ["another password", "closed", "a quarter of an hour", "cancelled"])
def test_a_half_login_dies(client: Client, desk: User, meanwhile: str) -> None:
    app = app_of(desk)
    sign_in(client, "01020_BV")
    if meanwhile == "another password":
        desk.set_password("mat-khau-moi-66")
    desk.is_active = meanwhile != "closed"
    desk.save()
    if meanwhile == "a quarter of an hour":
        session = client.session
        session["half_login"] = {**session["half_login"], "at": session["half_login"]["at"] - 15 * 60 - 1}
        session.save()
    if meanwhile == "cancelled":
        assert client.post(CLINIC_CODE, {"cancel": "1"}).url == "/dang-nhap/"
    assert client.post(CLINIC_CODE, {"code": app.code()}).url.startswith("/dang-nhap/")
    assert not is_in(client)


def test_a_login_that_waits_for_a_code_of_the_app_is_not_finished_by_a_code_to_the_phone(
    client: Client, desk: User
) -> None:
    app_of(desk)
    User.objects.update(phone="+84999000001")
    sign_in(client, "01020_BV")
    assert client.post("/dang-nhap/chuyen-thiet-bi/", {"send": "1"}).url.startswith("/dang-nhap/")
    assert not is_in(client)


def test_citizens_are_never_asked(client: Client) -> None:
    citizen = factories.citizen(factories.person())
    app_of(citizen)
    assert sign_in(client).url == "/the-bhyt/"
    assert client.get("/the-bhyt/").status_code == 200
    assert client.get(ENROL).url == "/the-bhyt/"


def test_where_the_setting_is_off_nothing_is_asked_for(client: Client, settings: Any, desk: User) -> None:
    settings.STAFF_SECOND_FACTOR = False
    app_of(desk), app_of(factories.officer())
    assert not Page(client.get("/admin/login/")).all("input", name="otp_token")
    assert at_the_desk(client).url == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert sign_in(Client(), "01020_BV").url == "/co-so-kcb/"
    assert client.get(ENROL).url == "/admin/"


def test_a_session_from_before_it_was_asked_for_proves_it_at_a_new_login(
    client: Client, settings: Any, desk: User
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    app = app_of(desk)
    sign_in(client, "01020_BV")
    settings.STAFF_SECOND_FACTOR = True
    assert client.get("/co-so-kcb/").url == ENROL
    assert client.get(ENROL).url == "/co-so-kcb/"
    assert not is_in(client)
    assert at_the_clinic(client, app.code()).url == "/co-so-kcb/"
