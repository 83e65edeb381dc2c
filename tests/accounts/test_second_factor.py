"""An administrator gives staff their second factor: made by the portal, shown once."""

from __future__ import annotations

import re
from base64 import b32decode

import pytest
from django.test import Client
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import Event, User
from tests import factories

pytestmark = pytest.mark.django_db

AUTHENTICATORS, RECOVERY = "/admin/otp_totp/totpdevice/", "/admin/otp_static/staticdevice/"


@pytest.fixture
def desk() -> Client:
    return factories.signed_in(factories.officer("quantri", office=None, is_superuser=True))


@pytest.fixture
def officer() -> User:
    return factories.officer()


def add(desk: Client, path: str, user: User) -> str:
    answer = desk.post(f"{path}add/", {"user": user.pk, "name": "điện thoại", "confirmed": "on"}, follow=True)
    return answer.content.decode()


def test_the_key_is_shown_once_as_authenticator_apps_take_it(desk: Client, officer: User) -> None:
    shown = re.search(r"chỉ hiện lần này: ([A-Z2-7 ]+)", add(desk, AUTHENTICATORS, officer))
    assert shown is not None
    device = TOTPDevice.objects.get(user=officer)
    assert b32decode(shown[1].replace(" ", "")) == device.bin_key
    for page in (AUTHENTICATORS, f"{AUTHENTICATORS}{device.pk}/change/"):
        text = desk.get(page).content.decode()
        assert shown[1] not in text
        assert device.key not in text


def test_recovery_codes_are_made_shown_once_and_let_their_owner_in(desk: Client, officer: User) -> None:
    shown = re.search(r"chỉ hiện lần này: ([a-z2-7, ]+)", add(desk, RECOVERY, officer))
    assert shown is not None
    codes = shown[1].strip().split(", ")
    device = StaticDevice.objects.get(user=officer)
    assert len(set(codes)) == 10
    assert device.verify_token(codes[0])
    assert codes[1] not in desk.get(f"{RECOVERY}{device.pk}/change/").content.decode()


@pytest.mark.parametrize("path", [AUTHENTICATORS, RECOVERY])
def test_whoever_gives_or_takes_one_is_written_down_and_no_secret_with_it(
    desk: Client, officer: User, path: str
) -> None:
    add(desk, path, officer)
    device = (TOTPDevice if path == AUTHENTICATORS else StaticDevice).objects.get()
    desk.post(f"{path}{device.pk}/delete/", {"post": "yes"})
    events = Event.objects.filter(object_type="user", object_id=str(officer.pk)).order_by("pk")
    assert [event.action.split(".")[1] for event in events] == ["added", "removed"]
    assert [event.detail for event in events] == [{}, {}]


@pytest.mark.parametrize("path", [AUTHENTICATORS, RECOVERY])
def test_only_staff_have_one(desk: Client, path: str) -> None:
    for user in (factories.citizen(factories.person()), factories.desk()):
        assert "Chỉ tài khoản cán bộ" in add(desk, path, user)
    assert not TOTPDevice.objects.exists()
    assert not StaticDevice.objects.exists()
