"""The account's own history: every event about who can get in, in its owner's words."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from accounts.event_words import ACTIONS
from accounts.models import Device, Person, User
from accounts.services import access, history
from accounts.services.history import PAGE, SHOWN_SIGN_INS, STEPS
from tests import factories
from tests.accounts.looks import seen, signed_in

pytestmark = pytest.mark.django_db

SIGNED_IN, TAKEN_OVER = (str(STEPS[action]) for action in history.SIGN_INS)
# Prefixes of what is done with an account, and what of it is no citizen's.
OF_ACCOUNTS = (
    "account.",
    "credentials.",
    "device.",
    "email.",
    "language.",
    "password.",
    "phone.",
    "recovery_codes.",
    "session.",
)


def device(user: User, name: str = "Chrome trên Android", **fields: object) -> Device:
    return Device.objects.create(user=user, name=name, last_used_at=timezone.now(), **fields)


def test_sign_ins_are_told_newest_first_with_their_device(person: Person) -> None:
    user = factories.citizen(person)
    old, new = device(user, "Firefox trên Windows"), device(user)
    signed_in(user, None)
    signed_in(user, old)
    signed_in(user, old)
    signed_in(user, new, "device.taken_over")
    rows = history.sign_ins(user)
    assert [(row.device, row.what, row.is_latest) for row in rows] == [
        (new, TAKEN_OVER, True),
        (old, SIGNED_IN, True),
        (old, SIGNED_IN, False),
        (None, SIGNED_IN, False),
    ]


def test_only_sign_ins_of_this_account_and_only_its_own_devices_are_told(person: Person) -> None:
    user, other = factories.citizen(person), factories.citizen(factories.person("9900000002"))
    signed_in(other, device(other))
    seen(person, factories.officer())
    assert history.sign_ins(user) == []
    signed_in(user, device(other))
    assert [row.device for row in history.sign_ins(user)] == [None]


def test_the_latest_sign_ins_only_and_in_two_queries(person: Person, django_assert_num_queries) -> None:
    user = factories.citizen(person)
    for _ in range(SHOWN_SIGN_INS + 5):
        signed_in(user, device(user))
    with django_assert_num_queries(2):
        rows = history.sign_ins(user)
    assert len(rows) == SHOWN_SIGN_INS
    assert rows[0].at > rows[-1].at


def test_an_account_of_no_person_has_no_sign_ins_to_tell() -> None:
    officer = factories.officer()
    signed_in(officer, None)
    assert history.sign_ins(officer) == []


def test_everything_that_is_done_with_an_account_has_its_owners_words() -> None:
    written = {action for action in ACTIONS if action.startswith(OF_ACCOUNTS)}
    of_staff_alone = {f"recovery_codes.{what}" for what in ("added", "changed", "removed")}
    assert written - of_staff_alone == set(STEPS)


@pytest.mark.parametrize("action", STEPS)
def test_each_step_is_told_in_words_without_a_code(person: Person, action: str) -> None:
    user = factories.citizen(person)
    access.record(action, actor=user, person_id=person.pk)
    (step,) = history.steps(user).steps
    assert step.what == str(STEPS[action])
    assert not re.search(r"[a-z]_[a-z]|[a-z]\.[a-z]", step.what)
    assert (step.device, step.other, step.who) == (None, "", "")


def test_what_staff_did_is_told_by_their_office_and_reason_and_never_by_a_login_name(person: Person) -> None:
    user, officer = factories.citizen(person), factories.officer("ten-dang-nhap")
    own = device(user)
    access.record(
        "device.ended_by_staff", actor=officer, person_id=person.pk, detail={"device": own.pk, "reason": "other"}
    )
    access.record(
        "account.issued", actor=factories.officer("quantri", office=None, is_superuser=True), person_id=person.pk
    )
    officer.delete()
    access.record("credentials.reissued", actor=factories.officer(), person_id=person.pk)
    rows = history.steps(user).steps
    assert [row.who for row in rows] == [
        "Cán bộ Bảo hiểm xã hội cơ sở Ba Đình",
        "Quản trị viên hệ thống",
        "Một tài khoản không còn nữa",
    ]
    assert [row.device for row in rows] == [None, None, own]


def test_a_take_over_names_the_device_before_and_a_dispute_the_one_that_took_over(person: Person) -> None:
    user = factories.citizen(person)
    old, new = device(user, "Firefox trên Windows", place="Đà Nẵng"), device(user)
    took = access.record(
        "device.taken_over", actor=user, person_id=person.pk, detail={"device": new.pk, "from": old.pk}
    )
    access.record("device.disputed", actor=None, person_id=person.pk, detail={"device": old.pk, "taker": new.pk})
    disputed, taken = history.steps(user).steps
    assert (taken.at, taken.device, taken.other) == (took.at, new, "thiết bị trước: Firefox trên Windows · Đà Nẵng")
    assert (disputed.device, disputed.other, disputed.who) == (old, "thiết bị bị báo: Chrome trên Android", "")


def test_looks_and_other_accounts_are_not_in_it(person: Person) -> None:
    user, other = factories.citizen(person), factories.citizen(factories.person("9900000002"))
    seen(person, factories.officer())
    signed_in(other, device(other))
    signed_in(factories.officer("canbo2"), None)
    assert history.steps(user).steps == []
    signed_in(user, device(other))
    assert [row.device for row in history.steps(user).steps] == [None]


def test_pages_follow_one_another_and_lose_nothing(person: Person) -> None:
    user = factories.citizen(person)
    ids = [signed_in(user, None).pk for _ in range(2 * PAGE)]
    first = history.steps(user)
    second = history.steps(user, before=first.older)
    assert first.older == ids[PAGE]
    assert (len(first.steps), len(second.steps), second.older) == (PAGE, PAGE, None)
    assert first.steps[-1].at > second.steps[0].at
    assert history.steps(user, before=ids[0]).steps == []


def test_any_number_of_devices_and_officers_costs_three_queries(person: Person, django_assert_num_queries) -> None:
    user = factories.citizen(person)
    for count, shown in ((1, 2), (30, PAGE)):
        for number in range(count):
            officer = factories.officer(f"canbo-{count}-{number}", office=factories.office(f"{count:02d}{number:03d}"))
            signed_in(user, device(user), "device.taken_over")
            access.record("device.ended_by_staff", actor=officer, person_id=person.pk)
        with django_assert_num_queries(3):
            assert len(history.steps(user).steps) == shown
