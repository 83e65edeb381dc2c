"""A change of number that is late, doubled, foreign, or overtaken by something else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Event, Message, OneTimeCode, User
from accounts.services import phones, recovery_codes
from tests.accounts.changing_phone import (
    NEW,
    NEW_PHONE,
    OLD,
    PAPER,
    START,
    at_the_new_number,
    prove_new,
    prove_old,
    start,
)
from tests.accounts.codes import newest_code, run_out, some_time_ago
from tests.accounts.conftest import PHONE, another
from tests.accounts.resetting import ENTER, ask, enter
from tests.accounts.resetting import SET as SET_PASSWORD
from tests.accounts.signing_in import browser
from tests.accounts.taking_over import is_in, take_over

pytestmark = pytest.mark.django_db


def number_of(user: User) -> str:
    return str(User.objects.get(pk=user.pk).phone)


def test_a_code_typed_at_the_wrong_step_does_nothing(citizen: User, first: Client) -> None:
    start(first)
    old = newest_code()
    assert first.post(NEW, {"code": old}).url == OLD
    assert first.post(OLD, {"code": old}).url == NEW
    new = newest_code()
    if new != old:
        assert first.post(NEW, {"code": old}).status_code == 200
    assert first.post(OLD, {"code": new}).url == NEW
    assert number_of(citizen) == PHONE
    assert prove_new(first).url == "/tai-khoan/"


def test_the_last_form_sent_twice_is_one_change(citizen: User, first: Client) -> None:
    at_the_new_number(first)
    code = newest_code()
    assert first.post(NEW, {"code": code}).url == "/tai-khoan/"
    assert first.post(NEW, {"code": code}).url == START
    assert Event.objects.filter(action="phone.changed").count() == 1


def test_a_code_of_a_change_given_up_in_another_tab_changes_nothing(citizen: User, first: Client) -> None:
    at_the_new_number(first)
    first_code = newest_code()
    session = first.session
    session["phone_change"] = {**session["phone_change"], "phone": "+84999000066"}
    session.save()
    page = first.post(NEW, {"code": first_code}, follow=True).content.decode()
    assert "làm lại từ đầu" in page
    assert number_of(citizen) == PHONE


def test_a_code_to_a_number_the_account_had_left_before_proves_nothing(citizen: User, first: Client) -> None:
    start(first)
    OneTimeCode.objects.update(phone="+84999000044")
    first.post(OLD, {"code": newest_code()})
    assert first.get(NEW).url == OLD
    assert not Message.objects.filter(to=NEW_PHONE).exists()


def test_a_quarter_of_an_hour_is_all_there_is(citizen: User, first: Client) -> None:
    at_the_new_number(first)
    code = newest_code()
    session = first.session
    session["phone_change"] = {**session["phone_change"], "at": session["phone_change"]["at"] - 15 * 60 - 1}
    session.save()
    page = first.post(NEW, {"code": code}, follow=True).content.decode()
    assert "quá 15 phút" in page
    assert number_of(citizen) == PHONE


def test_burnt_and_expired_codes_are_replaced_only_by_asking_again(citizen: User, first: Client) -> None:
    start(first)
    code = newest_code()
    pages = [first.post(OLD, {"code": another(code, step)}).content.decode() for step in range(1, 6)]
    assert "nhập sai 5 lần" in pages[4]
    assert first.post(OLD, {"code": code}).status_code == 200
    first.post(OLD, {"resend": "1"})
    run_out(OneTimeCode.objects.latest("pk"))
    assert "quá 10 phút" in first.post(OLD, {"code": newest_code()}).content.decode()
    assert number_of(citizen) == PHONE


def test_a_password_set_meanwhile_ends_the_change(citizen: User, first: Client) -> None:
    at_the_new_number(first)
    code = newest_code()
    new = "Con trâu đi trước cái cày"
    first.post("/doi-mat-khau/", {"old_password": "cau-vong-sau-mua-88", "new_password1": new, "new_password2": new})
    assert is_in(first)
    assert first.post(NEW, {"code": code}).url == START
    assert number_of(citizen) == PHONE


def test_a_browser_that_was_put_out_changes_nothing(citizen: User, first: Client, second: Client) -> None:
    at_the_new_number(first)
    code = newest_code()
    take_over(second)
    assert first.post(NEW, {"code": code}).url.startswith("/dang-nhap/")
    assert number_of(citizen) == PHONE


@pytest.mark.parametrize("change", [{"active_device": None}, {"is_active": False}, {"locked_at": timezone.now()}])
def test_what_happens_to_the_account_at_the_last_moment_is_seen_under_the_lock(
    citizen: User, first: Client, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]
) -> None:
    at_the_new_number(first)
    judge = phones.one_time_codes.check_code

    def judged_just_before(*args: Any, **kwargs: Any) -> OneTimeCode:
        row = judge(*args, **kwargs)
        User.objects.filter(pk=citizen.pk).update(**change)
        return row

    monkeypatch.setattr(phones.one_time_codes, "check_code", judged_just_before)
    assert prove_new(first).url == "/dang-nhap/"
    assert number_of(citizen) == PHONE
    assert not Event.objects.filter(action="phone.changed").exists()


def test_a_reset_code_on_its_way_to_the_number_before_is_worth_nothing_afterwards(citizen: User, first: Client) -> None:
    other = browser()
    ask(other)
    code = newest_code()
    prove_new(at_the_new_number(first))
    assert enter(other, code).url == "/quen-mat-khau/"
    assert other.get(SET_PASSWORD).url == "/quen-mat-khau/"
    assert other.get(ENTER).url == "/quen-mat-khau/"


def test_a_change_under_way_belongs_to_the_account_that_began_it(citizen: User, first: Client) -> None:
    start(first)
    session = first.session
    session["phone_change"] = {**session["phone_change"], "user": citizen.pk + 1}
    session.save()
    assert first.get(OLD).url == START


def test_a_printed_code_stands_in_for_the_lost_number(citizen: User, first: Client) -> None:
    code = recovery_codes.make(citizen)[0]
    start(first)
    assert PAPER in first.get(OLD).content.decode()
    old = newest_code()
    assert first.post(PAPER, {"code": code.upper()}).url == NEW
    assert first.post(PAPER, {"code": code}).url == NEW
    assert not OneTimeCode.objects.filter(purpose="phone_old", closed_at=None).exists()
    assert first.post(OLD, {"code": old}).url == NEW
    assert prove_new(first).url == "/tai-khoan/"
    assert number_of(citizen) == NEW_PHONE
    assert recovery_codes.left(citizen) == 9


def test_a_wrong_printed_code_sends_nothing_to_the_new_number(citizen: User, first: Client) -> None:
    recovery_codes.make(citizen)
    start(first)
    assert "Mã dự phòng chưa đúng" in first.post(PAPER, {"code": "k7mq-r3xb-t9fh"}).content.decode()
    for _ in range(4):
        first.post(PAPER, {"code": "k7mq-r3xb-t9fh"})
    assert first.post(PAPER, {"code": "k7mq-r3xb-t9fh"}).status_code == 429
    assert not Message.objects.filter(to=NEW_PHONE).exists()


def test_a_printed_code_without_a_change_under_way_is_not_used_up(citizen: User, first: Client) -> None:
    code = recovery_codes.make(citizen)[0]
    assert first.post(PAPER, {"code": code}).url == START
    assert recovery_codes.left(citizen) == 10


def test_when_the_old_number_has_had_its_codes_the_printed_one_still_does(citizen: User, first: Client) -> None:
    code = recovery_codes.make(citizen)[0]
    for _ in range(5):
        start(first)
        some_time_ago(OneTimeCode.objects.latest("pk"), 121)
    OneTimeCode.objects.update(closed_at=timezone.now())
    start(first)
    page = first.get(OLD).content.decode()
    assert "lấy mã quá nhiều lần" in page
    assert first.post(PAPER, {"code": code}).url == NEW
    assert prove_new(first).url == "/tai-khoan/"


def test_each_account_of_a_shared_phone_has_codes_of_its_own(citizen: User, first: Client) -> None:
    start(first)
    own = OneTimeCode.objects.get()
    assert (own.purpose, own.subject) == ("phone_old", str(citizen.pk))
    prove_old(first)
    assert OneTimeCode.objects.latest("pk").subject == str(citizen.pk)
