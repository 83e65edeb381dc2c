"""Same answer for a known and an unknown code, byte for byte, at every door; tests/bench compares the times."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Message, OneTimeCode, User
from tests import factories
from tests.accounts import resetting
from tests.accounts.codes import newest_code, run_out, some_time_ago
from tests.accounts.conftest import another, text_of
from tests.accounts.in_vain import IN_VAIN
from tests.accounts.signing_in import CODE, browser, is_in, sign_in
from tests.registration import walking
from tests.registration.walking import TRACK

pytestmark = pytest.mark.django_db

WRONG = "sai-mật-khẩu"
OF_THE_MOMENT = {"Expires", "Content-Length"}  # the length is of the page, which is compared itself


def seen(answer: Any, *typed: str) -> str:
    """All that a stranger can compare: without the anti-forgery token, the clock and what they typed themselves."""
    headers = sorted((name, value) for name, value in answer.headers.items() if name not in OF_THE_MOMENT)
    cookies = sorted(
        (name, morsel["path"], morsel["max-age"], morsel["httponly"]) for name, morsel in answer.cookies.items()
    )
    page = re.sub(
        r'(name="(?:csrfmiddlewaretoken|code|altcha|draft|shown)" value=")[\w+/=:.-]+', r"\1", answer.content.decode()
    )
    page = re.sub(r'(?<=/\?)[0-9a-f]+|\d+(?= giây)|(?<=data-wait=")\d+">\d+', "", page)
    told = f"{answer.status_code} {headers} {cookies} {page}"
    for text in typed:
        told = told.replace(text, "…")
    return told


def first_difference(one: list[str], other: list[str]) -> str:
    for step, (left, right) in enumerate(zip(one, other, strict=True)):
        if left != right:
            lines = zip(left.splitlines(), right.splitlines(), strict=False)
            return f"step {step}: {next((pair for pair in lines if pair[0] != pair[1]), 'one is longer')}"
    return ""


def owner(number: str, **fields: Any) -> User:
    return factories.citizen(factories.person(number), **fields)


def by_code(citizen: User) -> str:
    return citizen.username


def by_personal_number(citizen: User) -> str:
    assert citizen.person is not None
    return citizen.person.id_number


def closed(citizen: User) -> str:
    return owner("9900000002", is_active=False).username


def locked(citizen: User) -> str:
    return owner("9900000003", locked_at=timezone.now()).username


def without_phone(citizen: User) -> str:
    return owner("9900000004", phone="").username


def expired(citizen: User) -> str:
    return owner("9900000005", must_change_password=True, issued_password_expires_at=timezone.now()).username


def without_account(citizen: User) -> str:
    return factories.person("9900000006").bhxh_code


EVERYBODY = [by_code, by_personal_number, closed, locked, without_phone, expired, without_account]


def wrong_logins(name: str) -> list[str]:
    """The page, five wrong passwords, and two more that come too late."""
    client = browser()
    return [seen(client.get("/dang-nhap/")), *(seen(sign_in(client, name, WRONG), name) for _ in range(7))]


@pytest.mark.parametrize("whose", EVERYBODY)
def test_same_answer_at_login(citizen: User, whose: Any) -> None:
    """Same answer, same time for a known and an unknown code at login."""
    name = whose(citizen)
    unknown = "001085000077" if len(name) == 12 else "9900000077"
    known = wrong_logins(name)
    assert first_difference(known, wrong_logins(unknown)) == ""
    assert known[0].startswith("200")
    assert known[7].startswith("429")


def test_same_answer_at_login_for_a_closed_account_with_the_right_password(citizen: User) -> None:
    """Same answer, same time … at login, with the right password of an account that is closed."""
    User.objects.update(is_active=False)
    client = browser()
    answers = [seen(sign_in(who, name), name) for who, name in ((client, CODE), (browser(), "9900000077"))]
    assert answers[0] == answers[1]
    assert not is_in(client)


def reset_steps(name: str) -> list[str]:
    """Every page of a forgotten password, without the right code: too soon, again, wrong, burnt, anew, expired."""
    client = browser()
    told = [resetting.ask(client, name), resetting.ask(client, name), client.get(resetting.ENTER)]
    row = OneTimeCode.objects.latest("pk")
    told.append(client.post(resetting.ENTER, {"resend": "1"}, follow=True))
    some_time_ago(row, 31)
    told.append(client.post(resetting.ENTER, {"resend": "1"}, follow=True))
    code = newest_code()
    told += [resetting.enter(client, another(code, step)) for step in range(1, 7)]
    told.append(client.get(resetting.ENTER))
    told.append(client.post(resetting.ENTER, {"resend": "1"}, follow=True))
    run_out(OneTimeCode.objects.latest("pk"))
    told += [resetting.enter(client, "000000"), resetting.set_new(client), client.get(resetting.SET)]
    told += [resetting.ask(browser(), name) for _ in range(4)]
    return [seen(answer, name, resetting.echo(name)) for answer in told]


@pytest.mark.parametrize("in_vain", IN_VAIN)
def test_same_answer_at_reset(citizen: User, in_vain: Any) -> None:
    """Same answer, same time for a known and an unknown code at reset, at all its steps."""
    assert citizen.person is not None
    name = in_vain(citizen.person)
    known = reset_steps(citizen.person.id_number if len(name) == 12 else CODE)
    assert first_difference(known, reset_steps(name)) == ""
    assert (known[0][:3], known[-1][:3]) == ("302", "429")


def looks_at_status(number: str, phone: str) -> list[str]:
    client = Client(REMOTE_ADDR=f"203.0.113.{int(number[:2])}")
    told = [client.post(TRACK, {"file_number": number, "phone": phone}) for _ in range(21)]
    return [seen(answer, number, phone) for answer in told]


def test_same_answer_at_status() -> None:
    """Same answer, same time … at status: an unknown file number and a wrong phone."""
    filed = factories.filed()
    year = timezone.localdate().year
    wrong_phone = looks_at_status(filed.file_number, "0999 000 002")
    assert first_difference(wrong_phone, looks_at_status(f"99999/{year}/00101", "0999 000 001")) == ""
    assert "Không tìm thấy hồ sơ" in wrong_phone[0]
    assert wrong_phone[20].startswith("429")


def registers(phone: str, **answers: str) -> list[str]:
    """From the phone page to the page that shows every answer."""
    client, number = browser(), f"0{phone[3:]}"
    told = [client.post(walking.PHONE, {"phone": number}), client.get(walking.CODE)]
    code = walking.newest_code(phone)
    told += [client.post(walking.CODE, {"code": another(code)}), client.post(walking.CODE, {"code": code})]
    told += [client.get(walking.IDENTITY), client.post(walking.IDENTITY, {**walking.ANSWERS, **answers})]
    told += [client.get(walking.IDENTITY), client.post(walking.PHOTOS, walking.pictures())]
    told += [client.post(walking.ADDRESS, walking.places()), client.get(walking.CHECK)]
    halves = [f"<span>{half}</span>" for code in answers.values() for half in (code[:5], code[5:])]
    grouped = f"{number[:4]} {number[4:7]} {number[7:]}"
    return [seen(answer, phone, number, grouped, *answers.values(), *halves) for answer in told]


def test_same_answer_at_registration_for_a_number_with_an_account(citizen: User) -> None:
    """Same answer, same time … at registration: a number that has an account, and one that has none.

    For its own code the number is told (docs/adr/0027-duplicates.md): who reads that has proved it.
    """
    other = {"bhxh_code": "9900000077"}
    assert first_difference(registers("+84999000001", **other), registers("+84988000001", **other)) == ""
    texts = {re.sub(r"\d{6}", "…", text_of(message)) for message in Message.objects.all()}
    assert len(texts) == 1


@pytest.mark.parametrize("other", ["9900000008", "9900000077"], ids=["in the register", "in no register"])
def test_same_answer_at_registration_for_a_code_with_an_account(citizen: User, other: str) -> None:
    """Same answer, same time … at registration: a code that has an account, and one that has none."""
    factories.person("9900000008")
    with_account = registers("+84988000001", bhxh_code=CODE)
    assert first_difference(with_account, registers("+84978000001", bhxh_code=other)) == ""
    assert with_account[-1].startswith("200")
    assert "tài khoản" not in with_account[5]
