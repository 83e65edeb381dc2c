"""Who is told of a change, over which way, and in which words."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

import accounts
from accounts.models import Message, User
from accounts.services import notices
from accounts.sms import letters
from registration.services import review
from tests import factories
from tests.accounts.conftest import PHONE, text_of
from tests.accounts.mailing import ADDRESS

pytestmark = pytest.mark.django_db

SMS = "BHXH: tai khoan 9900000001 vua doi mat khau."
AT = datetime(2026, 3, 8, 17, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def mail_server(settings) -> None:
    settings.SENDS_LETTERS = True


@pytest.fixture
def citizen(citizen: User) -> User:
    citizen.email = ADDRESS
    citizen.save(update_fields=["email"])
    return citizen


def tell(user: User, number: int = 1, *, purpose: str = "password", to: str | None = None) -> None:
    notices.tell(user, purpose=purpose, text=SMS, dedupe_key=f"{purpose}:{number}", to=to)


def sent() -> list[tuple[str, str]]:
    """To which number or address, in the order of sending."""
    return [(str(row.to), row.email) for row in Message.objects.order_by("pk")]


def test_who_gave_an_address_is_told_by_sms_and_by_letter(citizen: User) -> None:
    tell(citizen)
    assert sent() == [(PHONE, ""), ("", ADDRESS)]
    sms, letter = Message.objects.order_by("pk")
    assert {(row.kind, row.purpose) for row in (sms, letter)} == {("notice", "password")}
    assert (sms.dedupe_key, letter.dedupe_key) == ("password:1", "password:1:letter")
    assert text_of(sms) == SMS
    assert text_of(letter).startswith("Cổng đăng ký BHXH số: Mật khẩu của tài khoản vừa được đổi\n\n")


def test_who_gave_no_address_is_told_by_sms_alone(citizen: User) -> None:
    citizen.email = ""
    tell(citizen)
    assert sent() == [(PHONE, "")]


def test_without_a_mail_server_no_letter_is_written(citizen: User, settings) -> None:
    settings.SENDS_LETTERS = False
    tell(citizen)
    assert sent() == [(PHONE, "")]


def test_the_same_thing_is_told_once_on_each_way(citizen: User) -> None:
    tell(citizen)
    tell(citizen)
    assert sent() == [(PHONE, ""), ("", ADDRESS)]


def test_the_number_an_account_has_left_is_told_by_sms_only_since_the_new_one_is_told_as_well(citizen: User) -> None:
    tell(citizen, to="+84999000009", purpose="phone")
    assert sent() == [("+84999000009", "")]


def test_an_account_without_a_number_gets_neither(citizen: User) -> None:
    citizen.phone = ""
    tell(citizen)
    assert sent() == []


def test_after_ten_of_one_purpose_in_a_day_neither_sms_nor_letters_follow(citizen: User) -> None:
    for number in range(12):
        tell(citizen, number)
    assert sent() == [(PHONE, ""), ("", ADDRESS)] * 10
    tell(citizen, purpose="locked")
    assert len(sent()) == 22
    Message.objects.filter(dedupe_key="password:0").update(created_at=timezone.now() - timedelta(days=1, seconds=1))
    tell(citizen, 12)
    assert len(sent()) == 24


def test_a_family_with_one_number_has_one_count(citizen: User) -> None:
    other = factories.citizen(factories.person("9900000002"))
    for number in range(10):
        tell(citizen, number)
    tell(other, 10)
    assert Message.objects.filter(to=PHONE).count() == 10


def test_what_is_rolled_back_is_told_to_nobody(citizen: User) -> None:
    with transaction.atomic():
        tell(citizen)
        transaction.set_rollback(True)
    assert sent() == []


def words(purpose: str) -> str:
    return letters.security_notice(purpose=purpose, login="9900000001", at=AT, language="vi")


def test_every_purpose_the_services_tell_of_has_words_of_its_own() -> None:
    services = (Path(accounts.__file__).parent / "services").glob("*.py")
    told = {purpose for file in services for purpose in re.findall(r'tell\([^)]*?purpose="(\w+)"', file.read_text())}
    assert {"device", "password", "locked"} <= told
    assert told <= set(letters._WORDS)


@pytest.mark.parametrize("purpose", [*letters._WORDS, "something_new"])
def test_a_letter_says_what_happened_when_and_where_to_go_and_holds_no_link_and_no_secret(
    purpose: str, settings
) -> None:
    settings.PORTAL_ORIGIN = "https://portal.example.vn:8443"
    subject, _, body = words(purpose).partition("\n\n")
    assert subject.startswith("Cổng đăng ký BHXH số: ")
    assert "\n" not in subject
    assert subject.removeprefix("Cổng đăng ký BHXH số: ") in body
    assert "00:05 ngày 09/03/2026" in body
    assert "portal.example.vn:8443" in body
    assert "://" not in body
    assert not re.search(r"\d{5}", body.replace(":8443", ""))


def test_a_letter_names_no_more_of_the_login_than_its_end() -> None:
    assert "9900000001" not in words("password")
    assert "kết thúc bằng 0001" in words("password")


def test_two_purposes_are_told_apart_by_their_subjects() -> None:
    subjects = {words(purpose).partition("\n")[0] for purpose in [*letters._WORDS, "something_new"]}
    assert len(subjects) == len(letters._WORDS) + 1


@pytest.mark.parametrize("address", [ADDRESS, ""])
def test_the_address_in_an_accepted_declaration_becomes_the_accounts(address: str) -> None:
    factories.person(id_number="001085999001")
    review.accept(factories.filed(email=address).pk, officer=factories.officer())
    assert User.objects.get(username="9900000001").email == address
    assert not Message.objects.exclude(email="").exists()  # its password went to the phone alone
    assert Message.objects.filter(kind=Message.Kind.CREDENTIALS, to=PHONE).count() == 1
