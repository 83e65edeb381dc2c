"""«Là tôi»: whoever moved the account on their own hides the question, and nothing else happens by it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import AccountAlert, Device, Event, Message, User
from tests import factories
from tests.accounts.signing_in import WINDOWS, browser, sign_in
from tests.accounts.taking_over import is_in, take_over

pytestmark = pytest.mark.django_db

PRESS = "/dang-nhap/khong-phai-toi/"
BUTTON = "Là tôi, ẩn thông báo này"
OF_FAMILY = "9900000456"


@pytest.fixture
def taken(citizen: User, first: Client, second: Client) -> User:
    take_over(second)
    first.get("/the-bhyt/")
    return citizen


@pytest.fixture
def other() -> User:
    return factories.citizen(factories.person(OF_FAMILY), phone="+84988777666")


def login_page(client: Client) -> str:
    return client.get("/dang-nhap/").content.decode()


def say_it_was_me(client: Client) -> str:
    assert BUTTON in login_page(client)
    assert client.post(PRESS, {"own": "1"}).url == "/dang-nhap/"
    return login_page(client)


def test_the_box_is_gone_and_nothing_is_locked(taken: User, first: Client, second: Client) -> None:
    events, messages = Event.objects.count(), Message.objects.count()
    assert "data-put-out" not in say_it_was_me(first)
    taken.refresh_from_db()
    assert taken.locked_at is None
    assert is_in(second)
    assert not is_in(first)
    assert not AccountAlert.objects.exists()
    assert not Device.objects.filter(disputed_at__isnull=False).exists()
    assert (Event.objects.count(), Message.objects.count()) == (events, messages)


def test_it_needs_no_session(taken: User, first: Client) -> None:
    del first.cookies["sessionid"]
    assert "data-put-out" not in say_it_was_me(first)


def test_the_browser_keeps_its_proof_but_names_no_turn(taken: User, first: Client) -> None:
    key, proof = first.cookies[settings.DEVICE_COOKIE_NAME].value.split(".")
    say_it_was_me(first)
    kept_key, kept = first.cookies[settings.DEVICE_COOKIE_NAME].value.split(".")
    assert kept_key == key
    assert kept == f"0-{proof.partition('-')[2]}"
    assert first.cookies[settings.DEVICE_COOKIE_NAME]["httponly"]


def test_it_does_not_come_back_when_another_of_the_family_has_been_here(
    taken: User, first: Client, other: User
) -> None:
    say_it_was_me(first)
    assert sign_in(first, OF_FAMILY).url == "/the-bhyt/"
    first.post("/dang-xuat/")
    assert "data-put-out" not in login_page(first)


def test_without_it_the_next_of_the_family_is_still_asked(taken: User, first: Client, other: User) -> None:
    """What the button is for."""
    sign_in(first, OF_FAMILY)
    first.post("/dang-xuat/")
    assert BUTTON in login_page(first)


def test_afterwards_nobody_can_lock_the_account_from_here(taken: User, first: Client) -> None:
    say_it_was_me(first)
    first.post(PRESS)
    taken.refresh_from_db()
    assert taken.locked_at is None
    assert "Không có gì thay đổi" in login_page(first)


def test_another_account_put_out_of_the_same_browser_may_still_be_locked(
    citizen: User, first: Client, second: Client, other: User
) -> None:
    """The box is of the latest; hidden, it makes room for the one before."""
    sign_in(first, OF_FAMILY)
    take_over(second)
    take_over(browser(WINDOWS), OF_FAMILY)
    first.get("/the-bhyt/")
    page = login_page(first)
    assert '<span class="numeral">456</span>' in page
    page = say_it_was_me(first)
    assert '<span class="numeral">001</span>' in page
    first.post(PRESS)
    citizen.refresh_from_db()
    other.refresh_from_db()
    assert citizen.locked_at is not None
    assert other.locked_at is None


def test_a_browser_that_was_put_out_of_nothing_may_press_it_too(taken: User, second: Client) -> None:
    stranger = browser()
    assert stranger.post(PRESS, {"own": "1"}).url == "/dang-nhap/"
    assert second.post(PRESS, {"own": "1"}).url == "/dang-nhap/"
    assert is_in(second)


def test_it_is_no_link(taken: User, first: Client) -> None:
    assert first.get(f"{PRESS}?own=1").status_code == 405
    assert BUTTON in login_page(first)


def test_the_box_names_the_account_by_its_end_and_not_the_phone(other: User) -> None:
    first = browser()
    sign_in(first, OF_FAMILY)
    take_over(browser(WINDOWS), OF_FAMILY)
    first.get("/the-bhyt/")
    page = login_page(first)
    assert '<span class="numeral">456</span>' in page
    assert "666" not in page
    assert OF_FAMILY not in page
