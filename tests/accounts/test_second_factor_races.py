"""The same code, and the same new authenticator, at the same moment."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import User
from accounts.services import recovery_codes, second_factor
from tests import factories
from tests.accounts.authenticators import ENROL, App, app_of, at_the_desk
from tests.races import at_once
from tests.registration.walking import Page

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

AT_ONCE = 8


@pytest.fixture(autouse=True)
def asked_for(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True


def late(client: Client, user: User) -> HttpRequest:
    """A request of this browser that has passed every gate already."""
    request = RequestFactory().post(ENROL)
    request.session, request.user = client.session, user
    return request


@pytest.mark.parametrize("kind", ["app", "paper"])
def test_one_code_sent_many_times_at_once_opens_once(kind: str) -> None:
    desk = factories.desk()
    app = app_of(desk)
    code = app.code() if kind == "app" else recovery_codes.make(desk)[0]
    outcomes = at_once(*[partial(second_factor.check, desk, code)] * AT_ONCE)
    assert sum(isinstance(outcome, TOTPDevice) for outcome in outcomes) == 1


def test_one_authenticator_taken_into_use_many_times_at_once_shows_one_sheet() -> None:
    officer = factories.officer()
    at_the_desk(client := Client())
    app = App.that_scanned(Page(client.get(ENROL)))
    sends = [partial(second_factor.enrol, late(client, officer), officer, code=app.code()) for _ in range(AT_ONCE)]
    outcomes = at_once(*sends)
    assert sum(isinstance(outcome, list) for outcome in outcomes) == 1
    assert TOTPDevice.objects.filter(confirmed=True).count() == 1
    assert recovery_codes.left(officer) == 10


def test_two_pages_opened_at_once_leave_one_key() -> None:
    officer = factories.officer()
    clients = [Client(), Client()]
    for client in clients:
        at_the_desk(client)
    at_once(*[partial(second_factor.key_to_scan, late(client, officer), officer) for client in clients])
    assert TOTPDevice.objects.count() == 1
