"""The owner of an account hears that somebody declared its code from another phone: once a day, and nothing of whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Message, MessageMinute, User
from accounts.sealing import unseal
from accounts.services import message_speed
from registration import deadlines, tasks
from registration.models import Declaration
from registration.services import duplicates, withdrawal
from registration.tasks import tell_owners
from tests import factories

pytestmark = pytest.mark.django_db

OWNER, STRANGER = "+84999000001", "+84999000002"


@pytest.fixture
def owner(db: None) -> User:
    return factories.citizen(factories.person())


@pytest.fixture(autouse=True)
def by_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "is_daytime", lambda now: True)


def told() -> list[str]:
    messages = Message.objects.filter(purpose="code_declared", email="").order_by("pk")
    return [str(message.to) for message in messages]


def text() -> str:
    return unseal(bytes(Message.objects.get(purpose="code_declared").body))


@pytest.mark.usefixtures("owner")
def test_the_owner_is_told_and_of_the_stranger_nothing() -> None:
    filed = factories.filed(phone=STRANGER, full_name="Lê Thị Lạ")
    tell_owners()
    assert told() == [OWNER]
    assert "tai khoan 9900000001 " in text()
    assert not [word for word in ("La", "999000002", "002", str(filed.file_number)) if word in text()]


def test_in_the_owners_language(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(language="en")
    factories.filed(phone=STRANGER)
    tell_owners()
    assert "tell the BHXH office" in text()


def test_by_letter_too_for_whoever_gave_an_address(owner: User, settings) -> None:
    settings.SENDS_LETTERS = True
    User.objects.filter(pk=owner.pk).update(email="mau@example.vn")
    factories.filed(phone=STRANGER)
    tell_owners()
    letter = Message.objects.get(email="mau@example.vn")
    assert "từ một số điện thoại khác" in unseal(bytes(letter.body))


@pytest.mark.usefixtures("owner")
def test_once_a_day_however_many_files_come_and_again_on_another(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        factories.filed(phone=f"+8499900010{number}")
        tell_owners()
    assert told() == [OWNER]
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    factories.filed(phone="+84999000104")
    tell_owners()
    assert told() == [OWNER] * 2


@pytest.mark.usefixtures("owner")
def test_each_file_is_looked_at_once() -> None:
    factories.filed(phone=STRANGER)
    assert [duplicates.tell_owners() for _ in range(2)] == [1, 0]
    Message.objects.all().delete()
    assert duplicates.tell_owners() == 0
    assert told() == []


@pytest.mark.usefixtures("owner")
def test_ones_own_declaration_is_no_news() -> None:
    factories.filed(phone=OWNER)
    assert duplicates.tell_owners() == 1
    assert told() == []


def test_an_account_that_is_closed_or_has_no_phone_is_not_written_to(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)
    factories.filed(phone=STRANGER)
    tell_owners()
    User.objects.filter(pk=owner.pk).update(is_active=True, phone="")
    factories.filed(phone="+84999000003")
    tell_owners()
    assert told() == []


@pytest.mark.usefixtures("owner")
def test_drafts_decided_files_and_old_ones_are_no_news() -> None:
    factories.draft(phone=STRANGER)
    withdrawal.withdraw(factories.filed(phone="+84999000003").pk)
    old = factories.filed(phone="+84999000004")
    Declaration.objects.filter(pk=old.pk).update(filed_at=timezone.now() - timedelta(days=2))
    assert duplicates.tell_owners() == 0
    assert told() == []


def test_the_phone_of_an_older_file_is_not_told() -> None:
    """Filing first proves nothing: a stranger could lay a file in wait for the owner's."""
    factories.filed(phone=STRANGER)
    factories.filed(phone=OWNER)
    assert duplicates.tell_owners() == 2
    assert told() == []


@pytest.mark.usefixtures("owner")
def test_a_run_looks_at_so_many_and_the_next_one_at_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "FILES_AT_ONCE", 2)
    for number in range(3):
        factories.filed(bhxh_code=f"990000002{number}", phone=STRANGER)
    assert [duplicates.tell_owners() for _ in range(3)] == [2, 1, 0]


@pytest.mark.usefixtures("owner")
def test_the_public_count_of_messages_says_nothing_of_it() -> None:
    factories.filed(phone=STRANGER)
    tell_owners()
    Message.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    message_speed.measure(timezone.now())
    assert sum(MessageMinute.objects.values_list("made", flat=True)) == 1


@pytest.mark.usefixtures("owner")
def test_nobodys_telephone_rings_by_night_and_in_the_morning_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    factories.filed(phone=STRANGER)
    monkeypatch.setattr(tasks, "is_daytime", lambda now: False)
    tell_owners()
    assert told() == []
    monkeypatch.setattr(tasks, "is_daytime", lambda now: True)
    tell_owners()
    assert told() == [OWNER]


@pytest.mark.parametrize(("hour", "is_day"), [(7, False), (8, True), (19, True), (20, False), (3, False)])
def test_the_day_is_from_eight_to_eight_here(hour: int, is_day: bool) -> None:
    assert deadlines.is_daytime(timezone.localtime().replace(hour=hour)) == is_day


@pytest.mark.usefixtures("owner")
def test_a_rush_of_files_is_gone_through_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "FILES_AT_ONCE", 2)
    for number in range(5):
        factories.filed(bhxh_code=f"990000002{number}", phone=STRANGER)
    tell_owners()
    assert not Declaration.objects.filter(owner_sought_at=None).exists()
