"""«Không phải tôi» in a browser that several accounts of a family were taken over from, and pressed twice."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import AccountAlert, User
from tests import factories
from tests.accounts.codes import newest_code
from tests.accounts.signing_in import CODE, WINDOWS, browser, sign_in
from tests.accounts.taking_over import ask_for_code, enter

pytestmark = pytest.mark.django_db

PRESS = "/dang-nhap/khong-phai-toi/"
OTHER = "9900000002"


@pytest.fixture
def other() -> User:
    return factories.citizen(factories.person(OTHER), phone="+84999000002")


def take(code: str) -> None:
    client = browser(WINDOWS)
    sign_in(client, code)
    ask_for_code(client)
    enter(client, newest_code())


@pytest.fixture
def shared(citizen: User, other: User) -> Client:
    """Both accounts were open here, and both were taken elsewhere: the citizen's last."""
    client = browser()
    for code in (CODE, OTHER):
        sign_in(client, code)
        del client.cookies["sessionid"]
    take(OTHER)
    take(CODE)
    return client


def turn_on(page: str) -> str:
    found = re.search(r'name="turn" value="(\d+)"', page)
    assert found is not None
    return found[1]


def is_locked(user: User) -> bool:
    user.refresh_from_db()
    return user.locked_at is not None


def test_the_account_the_page_shows_is_the_one_that_is_locked(shared: Client, citizen: User, other: User) -> None:
    first = shared.get("/dang-nhap/").content.decode()
    shared.post(PRESS, {"own": "1", "turn": turn_on(first)})
    second = shared.get("/dang-nhap/").content.decode()
    assert turn_on(first) != turn_on(second)
    shared.post(PRESS, {"turn": turn_on(second)})
    shown = CODE if f'numeral">{CODE[-3:]}<' in second else OTHER
    assert [is_locked(citizen), is_locked(other)] == [shown == CODE, shown == OTHER]


def test_a_turn_of_another_browser_locks_nothing(shared: Client, citizen: User, other: User) -> None:
    shared.post(PRESS, {"turn": str(citizen.devices.latest("pk").pk)})
    assert not is_locked(citizen)
    assert not is_locked(other)


def test_pressed_twice_it_leads_to_the_code_and_says_nothing_else(shared: Client) -> None:
    turn = turn_on(shared.get("/dang-nhap/").content.decode())
    assert shared.post(PRESS, {"turn": turn}).url == "/quen-mat-khau/ma/"
    assert shared.post(PRESS, {"turn": turn}).url == "/quen-mat-khau/ma/"
    assert "Không có gì thay đổi" not in shared.get("/quen-mat-khau/ma/").content.decode()
    assert AccountAlert.objects.count() == 1
