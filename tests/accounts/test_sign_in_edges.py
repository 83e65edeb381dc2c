"""Right passwords that open no door any more, or not by themselves."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import RequestFactory

from accounts.browsers import Browser
from accounts.models import Device, Event, Message, User
from accounts.services import devices, half_logins
from accounts.services.sessions import SessionOver
from tests import factories
from tests.accounts.signing_in import ANDROID

pytestmark = pytest.mark.django_db

PHONE_BROWSER = Browser(ANDROID, "k" * 43)


@pytest.fixture
def request_(rf: RequestFactory) -> HttpRequest:
    request = rf.post("/dang-nhap/")
    request.session = SessionStore()
    return request


@pytest.mark.parametrize("meanwhile", [{"password": "!"}, {"is_active": False}])
def test_a_password_proved_a_moment_before_it_was_changed_or_the_account_closed_opens_nothing(
    request_: HttpRequest, meanwhile: dict[str, Any]
) -> None:
    proved = factories.citizen(factories.person())
    User.objects.update(**meanwhile)
    with pytest.raises(SessionOver):
        devices.sign_in(request_, proved, browser=PHONE_BROWSER)
    assert not Device.objects.exists()
    assert not Event.objects.exists()
    assert list(request_.session.keys()) == []


def test_without_a_password_just_proved_no_code_is_sent_and_none_is_taken(request_: HttpRequest) -> None:
    factories.signed_in(factories.citizen(factories.person()))
    with pytest.raises(half_logins.HalfLoginOver):
        devices.send_code(request_, address="203.0.113.7")
    with pytest.raises(half_logins.HalfLoginOver):
        devices.take_over(request_, code="123456", browser=PHONE_BROWSER)
    assert not Message.objects.exists()
    assert Device.objects.count() == 1
