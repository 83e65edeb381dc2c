"""What the services refuse by themselves, whatever the page before them has asked already."""

from __future__ import annotations

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import Client, RequestFactory

from accounts.models import Event, Message, User
from accounts.services import devices, phones, put_outs, recovery, second_factor
from tests import factories
from tests.accounts.codes import ADDRESS
from tests.accounts.resetting import ENTER

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(citizen: User) -> HttpRequest:
    """A request of the signed-in citizen whose session holds nothing half done."""
    request = RequestFactory().post("/")
    request.session, request.user = SessionStore(), citizen
    return request


def test_an_account_that_is_open_nowhere_is_signed_out_of_nothing(citizen: User) -> None:
    devices.end_by_staff(citizen, actor=factories.officer(), reason="phone_lost")
    assert not Event.objects.exists()
    assert not Message.objects.exists()


def test_no_number_is_changed_without_a_change_begun_and_the_old_number_proved(
    citizen: User, late: HttpRequest
) -> None:
    with pytest.raises(phones.ChangeOver):
        phones.send_code(late, citizen, address=ADDRESS)
    phones.start(late, citizen, password=factories.PASSWORD, phone="+84999000055")
    with pytest.raises(phones.ChangeOver):
        phones.finish(late, citizen, code="123456")
    citizen.refresh_from_db()
    assert str(citizen.phone) != "+84999000055"


def test_no_password_is_set_and_no_code_sent_again_without_the_right_to_it(citizen: User, late: HttpRequest) -> None:
    with pytest.raises(recovery.ResetOver):
        recovery.set_password(late, new_password="Con trâu đi trước cái cày")
    citizen.refresh_from_db()
    assert citizen.check_password(factories.PASSWORD)
    assert Client().post(ENTER, {"resend": "1"}).url == "/quen-mat-khau/"
    assert not Message.objects.exists()


def test_paper_stands_in_for_no_authenticator_that_is_not_there() -> None:
    with pytest.raises(second_factor.SecondFactorWrong):
        second_factor.check(factories.officer(), "22222-22222-22222")


def test_an_account_locked_by_hand_has_its_codes(citizen: User) -> None:
    """No browser disputed it, so nothing speaks against its number."""
    User.objects.filter(pk=citizen.pk).update(locked_at="2026-11-01T00:00:00Z")
    citizen.refresh_from_db()
    assert not put_outs.is_phone_in_doubt(citizen)
