"""Setting up the second factor: by its owner, before anything else, and never again by a password alone."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import Event, User
from accounts.services import recovery_codes
from accounts.services.second_factor import KeyReplaced, SecondFactorWrong
from tests import factories
from tests.accounts.authenticators import (
    ENROL,
    SEVERAL_MINUTES,
    App,
    after_the_wait,
    at_the_desk,
    enrolled,
)
from tests.accounts.signing_in import is_in, sign_in
from tests.registration.walking import Page

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "mua-rao-thang-bay-15"
TWO_MINUTES = 120  # seconds


@pytest.fixture(autouse=True)
def asked_for(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def officer() -> User:
    return factories.officer()


@pytest.fixture
def newcomer(officer: User, client: Client) -> Client:
    """An officer with a password and no authenticator."""
    at_the_desk(client)
    return client


def test_whoever_has_none_reaches_the_page_that_sets_one_up_and_nothing_else(newcomer: Client) -> None:
    for page in (
        "/",
        "/admin/",
        "/admin/login/",
        "/doi-mat-khau/",
        "/dang-nhap/",
        "/ho-so/",
        "/co-so-kcb/",
        "/khong-co/",
    ):
        assert newcomer.get(page).url == ENROL, page
        assert newcomer.post(page).url == ENROL, page
    assert newcomer.get(ENROL).status_code == 200
    newcomer.post("/dang-xuat/")
    assert not is_in(newcomer)


def test_a_clinic_without_one_is_led_there_too(client: Client) -> None:
    factories.desk()
    sign_in(client, "01020_BV")
    assert client.get("/co-so-kcb/").url == ENROL
    _, codes = enrolled(client)
    assert len(set(codes)) == 10
    assert client.get("/co-so-kcb/").status_code == 200


def test_a_one_time_password_is_changed_first(client: Client) -> None:
    factories.officer(must_change_password=True)
    at_the_desk(client)
    assert client.get(ENROL).url == "/doi-mat-khau/"
    assert not TOTPDevice.objects.exists()
    client.post("/doi-mat-khau/", {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD})
    assert client.get("/doi-mat-khau/").url == ENROL
    enrolled(client)
    assert client.get("/admin/").status_code == 200


def test_the_key_can_be_scanned_typed_and_opened_on_the_same_phone(newcomer: Client, settings: Any) -> None:
    page = Page(newcomer.get(ENROL))
    (picture,) = page.all("div", data_qr="")
    assert picture["role"] == "img"
    assert "<svg" in page.html
    assert "style=" not in page.html.split("<svg")[1].split("</svg>")[0]
    (link,) = [a for a in page.all("a") if (a.get("href") or "").startswith("otpauth:")]
    asked = parse_qs(urlsplit(link["href"]).query)
    (typed,) = page.all("p", data_key="")
    assert asked["secret"] == [typed.text.replace(" ", "")]
    assert asked["issuer"] == [settings.PORTAL_NAME]


def test_the_right_code_opens_the_desk_and_shows_ten_recovery_codes_once(newcomer: Client, officer: User) -> None:
    before = newcomer.session.session_key
    app, codes = enrolled(newcomer)
    assert len(set(codes)) == 10
    assert newcomer.session.session_key != before
    assert newcomer.get("/admin/").status_code == 200
    assert newcomer.get(ENROL).url == "/admin/"
    assert newcomer.post(ENROL, {"code": app.code(1)}).url == "/admin/"
    assert recovery_codes.left(officer) == 10
    assert at_the_desk(Client(), code=codes[3]).url == "/admin/"
    assert at_the_desk(Client(), code=app.code(1)).url == "/admin/"


def test_the_code_that_set_it_up_opens_nothing_afterwards(newcomer: Client) -> None:
    app = App.that_scanned(Page(newcomer.get(ENROL)))
    code = app.code()
    newcomer.post(ENROL, {"code": code})
    at_the_desk(stranger := Client(), code=code)
    assert not is_in(stranger)


@pytest.mark.parametrize("off", [TWO_MINUTES, -TWO_MINUTES])
def test_a_phone_two_minutes_off_is_taken_and_remembered_so(newcomer: Client, off: int) -> None:
    app = App.that_scanned(Page(newcomer.get(ENROL)), off)
    newcomer.post(ENROL, {"code": app.code()})
    assert TOTPDevice.objects.get().confirmed
    assert at_the_desk(Client(), code=app.code(1)).url == "/admin/"
    right_clock = App(app.key)
    assert at_the_desk(Client(), code=right_clock.code(1 if off < 0 else -1)).status_code == 200


def test_a_clock_is_allowed_to_be_off_at_the_first_code_only(newcomer: Client) -> None:
    app, _ = enrolled(newcomer)
    slow = App(app.key, TWO_MINUTES)
    answer = at_the_desk(Client(), code=slow.code())
    assert "ngày giờ tự động" in answer.content.decode()


def test_a_wrong_code_says_what_to_do_and_keeps_the_key(newcomer: Client) -> None:
    app = App.that_scanned(Page(newcomer.get(ENROL)))
    answer = newcomer.post(ENROL, {"code": app.code(SEVERAL_MINUTES)})
    assert str(SecondFactorWrong()) in answer.content.decode()
    assert "ngày giờ tự động" in str(SecondFactorWrong())
    assert App.that_scanned(Page(answer)).key == app.key
    assert newcomer.get("/admin/").url == ENROL
    assert not Event.objects.filter(action="authenticator.added").exists()
    after_the_wait()
    newcomer.post(ENROL, {"code": app.code()})
    assert newcomer.get("/admin/").status_code == 200


def test_guesses_while_setting_up_are_limited(newcomer: Client) -> None:
    app = App.that_scanned(Page(newcomer.get(ENROL)))
    for _ in range(10):
        assert newcomer.post(ENROL, {"code": app.code(SEVERAL_MINUTES)}).status_code == 200
        after_the_wait()
    assert newcomer.post(ENROL, {"code": app.code()}).status_code == 429
    assert not TOTPDevice.objects.get().confirmed


def test_a_page_opened_again_shows_the_same_key_and_nothing_piles_up(newcomer: Client) -> None:
    first, second = (App.that_scanned(Page(newcomer.get(ENROL))) for _ in range(2))
    assert first.key == second.key
    assert TOTPDevice.objects.count() == 1


def test_a_key_someone_else_was_shown_is_never_the_owners(newcomer: Client) -> None:
    """Whoever learnt the password first has seen a key, and must not know the codes of the owner's phone."""
    seen = App.that_scanned(Page(newcomer.get(ENROL)))
    at_the_desk(owner := Client())
    app, _ = enrolled(owner)
    assert app.key != seen.key
    assert TOTPDevice.objects.count() == 1
    newcomer.post(ENROL, {"code": seen.code()})
    assert newcomer.get("/admin/").status_code == 302
    assert TOTPDevice.objects.get().bin_key == app.key


def test_a_key_replaced_meanwhile_is_told_and_the_new_one_shown(newcomer: Client) -> None:
    old = App.that_scanned(Page(newcomer.get(ENROL)))
    at_the_desk(other := Client())
    other.get(ENROL)
    answer = Page(newcomer.post(ENROL, {"code": old.code()}))
    assert str(KeyReplaced()) in answer.html
    assert App.that_scanned(answer).key != old.key
    assert not TOTPDevice.objects.filter(confirmed=True).exists()


def test_an_account_that_has_one_never_sets_up_another_by_its_password(newcomer: Client, officer: User) -> None:
    at_the_desk(thief := Client())
    thief.get(ENROL)
    app, _ = enrolled(newcomer)
    stolen = App(TOTPDevice.objects.create(user=officer, name="-", confirmed=False).bin_key)
    session = thief.session
    session["enrolling"] = TOTPDevice.objects.get(confirmed=False).pk
    session.save()
    thief.post(ENROL, {"code": stolen.code()})
    assert [device.bin_key for device in TOTPDevice.objects.filter(confirmed=True)] == [app.key]
    assert thief.get("/admin/").status_code == 302


def test_the_secret_is_in_no_log_no_event_and_no_session(newcomer: Client, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    app, codes = enrolled(newcomer)
    at_the_desk(Client(), code=codes[0])
    device = TOTPDevice.objects.get()
    kept = f"{caplog.text} {[event.detail for event in Event.objects.all()]} {dict(newcomer.session)}"
    for secret in (device.key, *codes, app.code()):
        assert secret not in kept
    assert Event.objects.filter(action="authenticator.added", object_type="user").count() == 1
