"""Codes go to another number only after the password, the number before and the new number have all agreed."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.limits import DAY
from accounts.models import Event, Message, OneTimeCode, Person, User
from tests import factories
from tests.accounts.changing_phone import (
    NEW,
    NEW_PHONE,
    OLD,
    PAPER,
    START,
    TYPED,
    at_the_new_number,
    prove_new,
    prove_old,
    start,
)
from tests.accounts.codes import newest_code
from tests.accounts.conftest import PHONE, Clock, another, text_of
from tests.accounts.signing_in import CODE, browser, sign_in
from tests.accounts.taking_over import is_in, take_over

pytestmark = pytest.mark.django_db


def number_of(user: User) -> str:
    return str(User.objects.get(pk=user.pk).phone)


def sent_to(number: str) -> int:
    return Message.objects.filter(to=number).count()


def test_after_password_and_both_codes_the_codes_go_to_the_new_number(citizen: User, first: Client) -> None:
    assert start(first).url == OLD
    old = Message.objects.latest("pk")
    assert (str(old.to), sent_to(NEW_PHONE)) == (PHONE, 0)
    assert f"la ma bo so nay khoi tai khoan *{CODE[-3:]}," in text_of(old)
    assert prove_old(first).url == NEW
    new = Message.objects.latest("pk")
    assert str(new.to) == NEW_PHONE
    assert f"la ma dung so nay cho tai khoan *{CODE[-3:]}," in text_of(new)
    assert number_of(citizen) == PHONE
    assert prove_new(first).url == "/tai-khoan/"
    assert number_of(citizen) == NEW_PHONE
    assert "Đã đổi số nhận mã" in first.get("/tai-khoan/").content.decode()


def test_both_numbers_are_told_and_it_is_written_down(citizen: User, first: Client) -> None:
    prove_new(at_the_new_number(first))
    told = Message.objects.filter(kind=Message.Kind.NOTICE, purpose="phone")
    assert {str(message.to) for message in told} == {PHONE, NEW_PHONE}
    assert all("ba so cuoi 055." in text_of(message) for message in told)
    event = Event.objects.latest("pk")
    assert (event.action, event.actor_id, event.person_id, event.detail) == (
        "phone.changed",
        citizen.pk,
        citizen.person_id,
        {},
    )


def test_this_session_goes_on_with_a_new_id_and_every_other_ends(citizen: User, first: Client) -> None:
    stolen = Client()
    stolen.cookies["sessionid"] = first.cookies["sessionid"].value
    assert is_in(stolen)
    prove_new(at_the_new_number(first))
    assert is_in(first)
    assert not is_in(stolen)


def test_the_person_in_the_register_keeps_the_number_that_stands_there(person: Person, first: Client) -> None:
    prove_new(at_the_new_number(first))
    assert str(Person.objects.get(pk=person.pk).phone) == PHONE


def test_the_next_take_over_and_reset_ask_the_new_number(citizen: User, first: Client, second: Client) -> None:
    prove_new(at_the_new_number(first))
    before = sent_to(PHONE)
    take_over(second)
    assert is_in(second)
    browser().post("/quen-mat-khau/", {"username": CODE})
    assert sent_to(PHONE) == before


def test_members_of_a_family_may_share_a_number(citizen: User, first: Client) -> None:
    factories.citizen(factories.person("9900000002"), phone=NEW_PHONE)
    prove_new(at_the_new_number(first))
    assert number_of(citizen) == NEW_PHONE


@pytest.mark.parametrize(
    ("phone", "password", "said"),
    [
        (TYPED, "sai-mat-khau", "Mật khẩu đang dùng chưa đúng"),
        ("0999000001", factories.PASSWORD, "Đây là số đang nhận mã"),
        ("024 3936 1234", factories.PASSWORD, "Nhập số di động Việt Nam"),
        ("+1 202 555 0123", factories.PASSWORD, "Nhập số di động Việt Nam"),
        ("", factories.PASSWORD, "Nhập số điện thoại di động"),
    ],
)
def test_nothing_is_sent_before_password_and_number_are_in_order(
    citizen: User, first: Client, phone: str, password: str, said: str
) -> None:
    assert said in start(first, phone, password).content.decode()
    assert not OneTimeCode.objects.exists()
    assert first.get(OLD).url == START


def test_wrong_passwords_here_are_counted_apart_from_those_of_the_login(citizen: User, first: Client) -> None:
    for _ in range(5):
        start(first, password="sai-mat-khau")
    assert start(first).status_code == 429
    assert sign_in(browser()).url == "/dang-nhap/chuyen-thiet-bi/"


def test_the_new_number_gets_nothing_until_the_old_one_has_agreed(citizen: User, first: Client) -> None:
    start(first)
    code = newest_code()
    first.post(OLD, {"code": another(code)})
    first.post(NEW, {"send": "1"})
    first.post(NEW, {"resend": "1"})
    first.post(NEW, {"code": code})
    first.get(NEW)
    assert sent_to(NEW_PHONE) == 0
    assert number_of(citizen) == PHONE


def test_one_may_think_better_of_it_at_either_step(citizen: User, first: Client) -> None:
    start(first)
    assert first.post(OLD, {"cancel": "1"}).url == "/tai-khoan/"
    assert "Không có gì thay đổi" in first.get("/tai-khoan/").content.decode()
    at_the_new_number(first)
    code = newest_code()
    assert first.post(NEW, {"cancel": "1"}).url == "/tai-khoan/"
    assert first.post(NEW, {"code": code}).url == START
    assert not OneTimeCode.objects.filter(closed_at=None).exists()
    assert number_of(citizen) == PHONE


def test_an_account_changes_three_times_a_day_at_most(citizen: User, first: Client, clock: Clock) -> None:
    for number in range(3):
        assert start(first, f"09990000{number}9").url == OLD
        first.post(OLD, {"cancel": "1"})
    refused = start(first)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) <= DAY
    clock.forward(DAY)
    assert start(first).url == OLD


def test_beginning_again_with_the_same_number_counts_once(citizen: User, first: Client) -> None:
    for _ in range(5):
        assert start(first).url == OLD


def test_the_new_number_is_shown_whole_and_the_old_one_by_its_end(citizen: User, first: Client) -> None:
    start(first)
    page = first.get(OLD).content.decode()
    assert "0999 000 055" in page or "099 900 00 55" in page
    assert f'<span class="numeral">{PHONE[-3:]}</span>' in page
    assert PHONE[-4:] not in page


def test_a_lost_number_needs_a_printed_code_or_papers(citizen: User, first: Client) -> None:
    start(first)
    page = first.get(OLD).content.decode()
    assert "mang giấy tờ tùy thân đến cơ quan BHXH" in page
    assert PAPER not in page


def test_an_account_without_a_number_is_sent_to_the_office(citizen: User, first: Client) -> None:
    User.objects.filter(pk=citizen.pk).update(phone="")
    own = factories.signed_in(User.objects.get(pk=citizen.pk))
    assert "Mang giấy tờ đến cơ quan BHXH" in start(own).content.decode()
    assert not OneTimeCode.objects.exists()
