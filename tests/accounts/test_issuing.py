from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts.models import Event, Message, Person, User
from accounts.services.issuing import (
    ISSUED_PASSWORD_LENGTH,
    AccountExists,
    has_account,
    issue_account,
    issued_password,
    prepared,
)
from tests import factories
from tests.accounts.conftest import text_of

pytestmark = pytest.mark.django_db

PROVED = "+84999000077"
REGISTERS = "+84999000001"


def issue(person: Person, phone: str = PROVED, portrait: bytes = b"jpeg") -> User:
    actor = factories.officer(f"cb{person.pk}{phone[-2:]}")
    with prepared(ContentFile(portrait)) as ready, transaction.atomic():
        return issue_account(person, phone=phone, ready=ready, actor=actor)


def password_sent() -> str:
    found = re.search(r"mat khau: (\w+)", text_of(Message.objects.get()))
    assert found is not None
    return found[1]


def kept_files() -> list[str]:
    try:
        return default_storage.listdir("persons")[1]
    except FileNotFoundError:
        return []


def test_every_issued_password_passes_the_policy_and_is_one_word() -> None:
    user = factories.citizen(factories.person())
    passwords = {issued_password() for _ in range(500)}
    assert len(passwords) == 500
    for password in passwords:
        validate_password(password, user)
        assert re.fullmatch(r"[A-Za-z0-9]+", password)
        assert len(password) == ISSUED_PASSWORD_LENGTH


def test_an_issued_password_holds_nothing_that_is_misread() -> None:
    assert not set("".join(issued_password() for _ in range(500))) & set("0O1lIoSs5Zz2Bb8")


def test_the_account_is_the_persons_and_opens_with_the_password_sent() -> None:
    person = factories.person()
    user = issue(person)
    assert (user.kind, user.username, user.bhxh_code, user.person) == ("citizen", *(["9900000001"] * 2), person)
    assert user.check_password(password_sent())
    assert has_account(person.bhxh_code)


def test_the_password_must_be_changed_within_72_hours() -> None:
    user = issue(factories.person())
    assert user.must_change_password
    assert user.issued_password_expires_at is not None
    left = user.issued_password_expires_at - timezone.now()
    assert timedelta(hours=71, minutes=59) < left <= timedelta(hours=72)
    assert not user.issued_password_expired
    user.issued_password_expires_at = timezone.now() - timedelta(seconds=1)
    assert user.issued_password_expired
    user.must_change_password = False
    assert not user.issued_password_expired


def test_the_credentials_go_to_the_number_proved_and_never_to_the_registers() -> None:
    user = issue(factories.person(phone=REGISTERS))
    message = Message.objects.get()
    assert str(message.to) == str(user.phone) == PROVED
    assert message.kind == Message.Kind.CREDENTIALS
    assert timedelta(hours=23) < message.not_after - timezone.now() <= timedelta(hours=24)


def test_the_password_is_nowhere_in_clear() -> None:
    user = issue(factories.person())
    password = password_sent()
    assert password not in str(User.objects.filter(pk=user.pk).values().get())
    stored = Message.objects.values().get()
    assert password.encode() not in bytes(stored.pop("body"))
    assert password not in str(stored)
    assert password not in str(list(Event.objects.values()))


def test_the_person_keeps_a_portrait_of_their_own() -> None:
    person = factories.person()
    issue(person, portrait=factories.jpeg())
    person.refresh_from_db()
    with person.portrait.open("rb") as file:
        assert file.read() == factories.jpeg()
    assert re.fullmatch(r"persons/[0-9a-f]{32}\.jpg", person.portrait.name)


def test_the_event_holds_ids_and_nothing_of_the_person() -> None:
    person = factories.person()
    user = issue(person)
    event = Event.objects.get(action="account.issued")
    assert (event.person_id, event.object_type, event.object_id) == (person.pk, "user", str(user.pk))
    assert event.detail == {"office": factories.office().pk}
    written = str(Event.objects.filter(pk=event.pk).values().get())
    for word in (person.full_name, person.bhxh_code, person.id_number, PROVED):
        assert word not in written


def test_a_second_account_is_refused_and_leaves_nothing_behind() -> None:
    person = factories.person()
    first = issue(person)
    person.refresh_from_db()
    before = (person.portrait.name, first.password, kept_files())
    with pytest.raises(AccountExists):
        issue(Person.objects.get(pk=person.pk), phone="+84999000088", portrait=b"another")
    person.refresh_from_db()
    first.refresh_from_db()
    assert (person.portrait.name, first.password, kept_files()) == before
    assert str(first.phone) == PROVED
    assert User.objects.filter(kind="citizen").count() == 1
    assert Message.objects.count() == 1
    assert Event.objects.filter(action="account.issued").count() == 1


def test_an_account_made_before_for_the_code_is_enough_to_refuse() -> None:
    person = factories.person()
    assert not has_account(person.bhxh_code)
    factories.citizen(person)
    with pytest.raises(AccountExists):
        issue(person)
    assert not Message.objects.exists()
    assert kept_files() == []


class Undo(Exception):
    pass


def issue_and_fail(person: Person) -> None:
    with prepared(ContentFile(b"jpeg")) as ready, transaction.atomic():
        issue_account(person, phone=PROVED, ready=ready, actor=factories.officer())
        raise Undo


def test_when_the_callers_transaction_fails_no_account_message_or_event_stays() -> None:
    person = factories.person()
    with pytest.raises(Undo):
        issue_and_fail(person)
    assert not has_account(person.bhxh_code)
    assert not Message.objects.exists()
    assert not Event.objects.filter(action="account.issued").exists()
    assert Person.objects.get().portrait.name == ""


def test_when_the_callers_transaction_fails_no_portrait_stays_in_the_storage() -> None:
    with pytest.raises(Undo):
        issue_and_fail(factories.person())
    assert kept_files() == []


def test_a_one_time_password_the_rules_refuse_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter("9999999999" + "deerhunter" + "k7mQx4wPnr")
    monkeypatch.setattr("secrets.choice", lambda letters: next(drawn))
    assert issued_password() == "k7mQx4wPnr"
