"""The part of a browser's cookie that changes at every login: a copy of it is worth nothing after the next one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Device, Message, User
from tests import factories
from tests.accounts.signing_in import ANDROID, CODE, browser, sign_in
from tests.accounts.taking_over import TAKE_OVER_PAGE

pytestmark = pytest.mark.django_db


def copy_of(client: Client) -> Client:
    copy = browser(ANDROID)
    copy.cookies["device"] = client.cookies["device"].value
    return copy


def a_while_passes() -> None:
    for device in Device.objects.exclude(rotated_at=None):
        Device.objects.filter(pk=device.pk).update(rotated_at=device.rotated_at - timedelta(minutes=6))


def test_each_login_changes_the_secret_and_keeps_the_key(first: Client) -> None:
    key, proof = first.cookies["device"].value.split(".")
    sign_in(first)
    same_key, other_proof = first.cookies["device"].value.split(".")
    assert same_key == key
    assert other_proof != proof
    assert key not in "".join(Device.objects.values_list("digest", flat=True))


def test_a_copied_cookie_needs_the_code_after_the_next_login_of_its_owner(first: Client) -> None:
    copy = copy_of(first)
    sign_in(first)
    a_while_passes()
    assert sign_in(copy).url == TAKE_OVER_PAGE
    assert sign_in(first).url == "/the-bhyt/"


def test_a_copied_cookie_is_a_stranger_too_when_the_account_is_free(first: Client) -> None:
    copy = copy_of(first)
    sign_in(first)
    first.post("/dang-xuat/")
    a_while_passes()
    before = Message.objects.count()
    sign_in(copy)
    assert Message.objects.count() == before + 1  # the owner is told


def test_an_answer_lost_on_the_way_does_not_make_a_browser_a_stranger(first: Client) -> None:
    lost = copy_of(first)
    sign_in(first)
    assert sign_in(lost).url == "/the-bhyt/"
    assert lost.cookies["device"].value == first.cookies["device"].value


def test_a_browser_of_a_family_keeps_a_proof_for_each_account_and_eight_at_most(citizen: User, first: Client) -> None:
    for number in range(2, 12):
        factories.citizen(factories.person(f"99000000{number:02d}"))
        sign_in(first, f"99000000{number:02d}")
    assert len(first.cookies["device"].value.split(".")) == 1 + 8
    a_while_passes()
    assert sign_in(first, "9900000011").url == "/the-bhyt/"
    assert sign_in(first, CODE).url == TAKE_OVER_PAGE  # the oldest of the eleven


def test_a_turn_from_before_there_were_proofs_goes_on_and_gets_one(citizen: User, first: Client) -> None:
    Device.objects.update(rotated_at=None)
    first.cookies["device"] = first.cookies["device"].value.split(".")[0]
    assert sign_in(first).url == "/the-bhyt/"
    assert "." in first.cookies["device"].value
    copy = browser()
    copy.cookies["device"] = first.cookies["device"].value.split(".")[0]
    a_while_passes()
    assert sign_in(copy).url == TAKE_OVER_PAGE


@pytest.mark.parametrize("rubbish", [f"{'k' * 43}.x-y", f"{'k' * 43}.{'9' * 30}-1-{'0' * 32}", "." * 4000, "\x00"])
def test_rubbish_behind_the_key_is_left_out(citizen: User, rubbish: str) -> None:
    client = browser()
    client.cookies["device"] = rubbish
    assert client.get("/dang-nhap/").status_code == 200
    assert sign_in(client).url == "/the-bhyt/"


def test_the_place_of_first_use_stays_the_browsers_own(citizen: User, first: Client) -> None:
    Device.objects.update(place="Huế, Việt Nam")
    first.post("/dang-xuat/")
    sign_in(first)
    assert citizen.devices.latest("pk").place == "Huế, Việt Nam"
    assert timezone.now() - citizen.devices.latest("pk").started_at < timedelta(minutes=1)
