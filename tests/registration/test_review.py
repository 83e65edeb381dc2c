"""What one officer may decide, what stops it, and what an acceptance or a refusal leaves behind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Event, Message, Person, User
from accounts.sealing import unseal
from accounts.sms.texts import REFUSALS
from registration.models import Declaration
from registration.services import review, status
from registration.workflow import RefusalReason, State
from tests import factories
from tests.registration.walking import newest_text

pytestmark = pytest.mark.django_db

PERSONAL = ("Nguyễn", "Mẫu", "9900000001", "001085999001", "999000001", "1985")


@pytest.fixture
def officer() -> User:
    return factories.officer()


def registered(**changes: Any) -> Person:
    return factories.person(**{"id_number": "001085999001", **changes})


def everything() -> dict[str, Any]:
    """What a step that was stopped must leave as it was."""
    return {
        "declarations": list(Declaration.objects.order_by("pk").values()),
        "persons": list(Person.objects.order_by("pk").values()),
        "users": list(User.objects.order_by("pk").values_list("pk", "password", "phone")),
        "messages": list(Message.objects.order_by("pk").values_list("pk", "dedupe_key")),
        "events": Event.objects.count(),
    }


def refused_to_accept(declaration: Declaration, officer: User) -> list[str]:
    """The codes of what stops it; fails if anything changed."""
    before = everything()
    with pytest.raises(review.CannotAccept) as stopped:
        review.accept(declaration.pk, officer=officer)
    assert everything() == before
    assert all(str(blocker.sentence) in str(stopped.value) for blocker in stopped.value.blockers)
    return [blocker.code for blocker in stopped.value.blockers]


def test_a_code_that_is_not_in_the_register_is_not_accepted_and_makes_no_person(officer: User) -> None:
    assert refused_to_accept(factories.filed(), officer) == ["not_in_register"]
    assert not Person.objects.exists()


def test_a_code_that_came_with_the_feed_later_can_be_accepted_then(officer: User) -> None:
    declaration = factories.filed()
    refused_to_accept(declaration, officer)
    registered()
    assert review.accept(declaration.pk, officer=officer).state == State.ACCEPTED


def test_a_code_that_has_an_account_is_not_accepted(officer: User) -> None:
    factories.citizen(registered())
    assert refused_to_accept(factories.filed(), officer) == ["account_exists"]


@pytest.mark.parametrize(
    ("in_register", "blocker"),
    [
        ({"full_name": "Nguyễn Văn Khác"}, "name_differs"),
        ({"birth_date": "1985-08-16"}, "birth_date_differs"),
        ({"birth_date": "1985"}, "birth_date_differs"),
        ({"id_number": "001085999002"}, "paper_differs"),
    ],
)
def test_what_differs_from_the_register_is_not_accepted_by_one_officer(
    officer: User, in_register: dict[str, str], blocker: str
) -> None:
    registered(**in_register)
    assert refused_to_accept(factories.filed(), officer) == [blocker]


def test_everything_that_stops_a_file_is_said_at_once(officer: User) -> None:
    factories.citizen(registered(full_name="Trần Thị Khác", birth_date="1990", id_number="001085999002"))
    assert refused_to_accept(factories.filed(), officer) == [
        "account_exists",
        "name_differs",
        "birth_date_differs",
    ]


def test_to_whoever_does_not_know_the_name_nothing_is_said_of_the_paper(officer: User) -> None:
    registered(full_name="Trần Thị Khác", id_number="001085999002")
    assert refused_to_accept(factories.filed(), officer) == ["name_differs"]


@pytest.mark.parametrize(
    "in_register",
    [
        {"full_name": "NGUYEN VAN MAU"},
        {"full_name": "nguyễn văn mẫu"},
        {"id_kind": "cmnd", "id_number": "012345678"},
        {"id_kind": "", "id_number": ""},
        {"sex": "female"},
        {"phone": "+84999000009"},
        {"phone": ""},
        {"ward": None, "address": ""},
    ],
)
def test_case_diacritics_another_kind_of_paper_sex_and_phone_do_not_stop_it(
    officer: User, in_register: dict[str, Any]
) -> None:
    registered(**in_register)
    assert review.accept(factories.filed().pk, officer=officer).state == State.ACCEPTED


@pytest.mark.parametrize(
    ("declared", "in_register", "words"),
    [
        ({}, {"sex": "female"}, "Giới tính khai khác"),
        ({}, {"phone": "+84999000009"}, "Số điện thoại khai khác"),
        ({"sex": "female"}, {"sex": "female"}, "CCCD không khớp"),
        ({"birth_date": "1986"}, {"birth_date": "1986"}, "CCCD không khớp"),
        ({"id_kind": "cmnd", "id_number": "012345678"}, {}, "CMND 9 số"),
    ],
)
def test_what_deserves_a_second_look_warns(declared: dict[str, str], in_register: dict[str, str], words: str) -> None:
    person = registered(**in_register)
    (warning,) = review.warnings(factories.filed(**declared), person)
    assert words in str(warning)


@pytest.mark.parametrize(
    ("sex", "birth_date", "number"),
    [
        ("male", "1999-12-31", "001099999001"),
        ("female", "1900", "001100999001"),
        ("male", "2000-01-01", "001200999001"),
        ("female", "2024-02", "001324999001"),
    ],
)
def test_a_cccd_that_fits_its_century_sex_and_year_warns_of_nothing(sex: str, birth_date: str, number: str) -> None:
    declaration = factories.filed(sex=sex, birth_date=birth_date, id_number=number)
    assert review.warnings(declaration, None) == []
    changed = {"sex": {"male": "female", "female": "male"}[sex], "birth_date": birth_date, "id_number": number}
    other = factories.filed(phone="+84999000002", **changed)
    assert len(review.warnings(other, None)) == 1


def test_an_acceptance_issues_one_account_to_the_declared_phone_never_the_registers(officer: User) -> None:
    person = registered(phone="+84999000009")
    declaration = review.accept(factories.filed().pk, officer=officer)
    account = User.objects.get(kind=User.Kind.CITIZEN)
    assert (account.username, account.bhxh_code, account.person) == ("9900000001", "9900000001", person)
    assert str(account.phone) == "+84999000001"
    assert account.must_change_password
    (message,) = Message.objects.filter(kind=Message.Kind.CREDENTIALS)
    assert str(message.to) == "+84999000001"
    assert not Message.objects.filter(to="+84999000009").exists()
    assert (declaration.reviewer, declaration.decided_at is not None) == (officer, True)
    person.refresh_from_db()
    assert str(person.phone) == "+84999000009"


def test_the_credentials_open_the_account_and_hold_no_paper_number(officer: User) -> None:
    registered()
    review.accept(factories.filed().pk, officer=officer)
    text = newest_text("+84999000001")
    password = text.split("mat khau: ")[1].split()[0]
    assert User.objects.get(username="9900000001").check_password(password)
    assert "001085999001" not in text


def test_the_portrait_becomes_the_persons_own_file(officer: User) -> None:
    person = registered()
    declaration = factories.filed()
    review.accept(declaration.pk, officer=officer)
    person.refresh_from_db()
    declared = declaration.photos.get(kind="portrait").file
    assert person.portrait.name != declared.name
    assert person.portrait.read() == declared.read()
    declared.storage.delete(declared.name)
    assert person.portrait.storage.exists(person.portrait.name)


def test_a_refusal_sends_the_fixed_reason_and_never_the_officers_words(officer: User) -> None:
    for reason in RefusalReason:
        declaration = factories.filed()
        refused = review.refuse(declaration.pk, officer=officer, reason=reason, words="Số 001085999001 bị mờ")
        text = unseal(bytes(Message.objects.get(dedupe_key=f"refused:{declaration.pk}").body))
        assert str(REFUSALS[reason.value]) in text
        assert declaration.file_number in text
        assert "mờ" not in text
        assert "001085999001" not in text
        assert len(text) <= 160
        assert text.isascii()
        assert (refused.state, refused.refusal_words) == (State.REFUSED, "Số 001085999001 bị mờ")
    assert not User.objects.filter(kind=User.Kind.CITIZEN).exists()


def test_the_refusal_of_a_code_with_an_account_reads_the_same_as_of_an_unknown_code() -> None:
    assert REFUSALS[RefusalReason.ACCOUNT_EXISTS] == REFUSALS[RefusalReason.NOT_IN_REGISTER]


@pytest.mark.parametrize("first", ["accept", "refuse"])
@pytest.mark.parametrize("second", ["accept", "refuse", "receive"])
def test_the_second_officer_is_told_and_nothing_changes(officer: User, first: str, second: str) -> None:
    registered()
    declaration = factories.filed()
    steps = {
        "accept": lambda who: review.accept(declaration.pk, officer=who),
        "refuse": lambda who: review.refuse(declaration.pk, officer=who, reason=RefusalReason.OTHER, words="x"),
        "receive": lambda who: review.receive(declaration.pk, officer=who),
    }
    steps[first](officer)
    colleague = factories.officer("canbo2")
    before = everything()
    with pytest.raises(review.AlreadyDecided) as told:
        steps[second](colleague)
    assert "Cán bộ khác đã quyết định" in str(told.value)
    assert everything() == before


def test_receiving_twice_keeps_the_first_officer(officer: User) -> None:
    declaration = factories.filed()
    review.receive(declaration.pk, officer=officer)
    before = everything()
    with pytest.raises(status.WrongState):
        review.receive(declaration.pk, officer=factories.officer("canbo2"))
    assert everything()["declarations"] == before["declarations"]


def test_a_draft_can_be_neither_received_accepted_nor_refused(officer: User) -> None:
    registered()
    draft = factories.draft()
    for step in (review.receive, review.accept):
        with pytest.raises(review.NotYours):
            step(draft.pk, officer=officer)
    with pytest.raises(review.NotYours):
        review.refuse(draft.pk, officer=officer, reason=RefusalReason.OTHER, words="x")
    assert Declaration.objects.get().state == State.DRAFT


def test_an_officer_of_another_office_decides_nothing() -> None:
    registered()
    stranger = factories.officer("xa", office=factories.office("001", "Hà Nội", "province"))
    declaration = factories.filed()
    before = everything()
    with pytest.raises(review.NotYours):
        review.accept(declaration.pk, officer=stranger)
    with pytest.raises(review.NotYours):
        review.refuse(declaration.pk, officer=stranger, reason=RefusalReason.OTHER, words="x")
    with pytest.raises(review.NotYours):
        review.receive(declaration.pk, officer=stranger)
    assert everything() == before


def test_events_hold_ids_and_codes_never_a_name_or_number(officer: User) -> None:
    registered()
    accepted, refused = factories.filed(), factories.filed()
    review.receive(accepted.pk, officer=officer)
    review.accept(accepted.pk, officer=officer)
    review.refuse(refused.pk, officer=officer, reason=RefusalReason.PHOTO_UNCLEAR, words="Nguyễn Văn Mẫu 9900000001")
    written = Event.objects.order_by("pk")
    assert [event.action for event in written] == [
        "declaration.file",
        "declaration.file",
        "declaration.receive",
        "account.issued",
        "declaration.accept",
        "declaration.refuse",
    ]
    for event in written:
        whole = f"{event.action} {event.object_type} {event.object_id} {event.detail}"
        assert not [text for text in PERSONAL if text in whole]
    assert written.last().detail == {"state": "refused", "reason": "photo_unclear"}
    assert {event.actor_id for event in written[2:]} == {officer.pk}


def test_the_time_of_each_step_is_kept(officer: User) -> None:
    declaration = factories.filed()
    received = review.receive(declaration.pk, officer=officer).received_at
    refused = review.refuse(declaration.pk, officer=officer, reason=RefusalReason.OTHER, words="x")
    assert refused.received_at == received
    assert refused.filed_at <= received <= refused.decided_at <= timezone.now()
    assert refused.decided_at - refused.filed_at < timedelta(minutes=1)
