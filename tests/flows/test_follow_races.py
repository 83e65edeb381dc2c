"""Officers and the citizen at one file at the same moment, on a real PostgreSQL: one wins, the other is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import Message, User
from registration.models import Declaration, Photo, SupplementRequest
from registration.services import photos, review, supplement, withdrawal
from registration.workflow import RefusalReason, State
from tests import factories
from tests.races import at_once, refusals

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("broker_in_memory"),
]

ROUNDS = 5
MENDED = {"full_name": "Nguyễn Văn Mậu"}


def ask(declaration: Declaration, officer: User, *items: str) -> None:
    supplement.ask(declaration.pk, officer=officer, items=items or ["full_name"], words="Ghi lại tên.", seen=0)


def refuse(declaration: Declaration, officer: User) -> Declaration:
    """As an officer whose page showed the file before any answer."""
    return review.refuse(declaration.pk, officer=officer, reason=RefusalReason.OTHER, words="x", seen=0)


def file_of(turn: int) -> Declaration:
    code, paper = f"99000001{turn:02d}", f"0010859991{turn:02d}"
    factories.person(code, id_number=paper)
    return factories.filed(bhxh_code=code, id_number=paper)


def messages(declaration: Declaration, purpose: str) -> int:
    keys = {"supplement_asked": "supplement", "declaration_refused": "refused", "file_withdrawn": "withdrawn"}
    return Message.objects.filter(purpose=purpose, dedupe_key__startswith=f"{keys[purpose]}:{declaration.pk}").count()


@pytest.fixture
def officers() -> tuple[User, User]:
    return factories.officer("canbo1"), factories.officer("canbo2")


def test_two_officers_ask_at_once_and_there_is_one_request(officers: tuple[User, User]) -> None:
    for turn in range(ROUNDS):
        filed = file_of(turn)
        outcomes = at_once(*(lambda officer=officer, filed=filed: ask(filed, officer) for officer in officers))
        assert refusals(outcomes) == ["wrong_state"]
        assert SupplementRequest.objects.filter(declaration=filed).count() == 1
        assert messages(filed, "supplement_asked") == 1


def test_an_officer_refuses_while_the_citizen_mends_and_one_of_them_wins(officers: tuple[User, User]) -> None:
    for turn in range(ROUNDS):
        filed = file_of(turn)
        ask(filed, officers[0])
        outcomes = at_once(
            lambda filed=filed: refuse(filed, officers[0]),
            lambda filed=filed: supplement.answer(filed.pk, fields=MENDED),
        )
        (refused,) = refusals(outcomes)
        now = Declaration.objects.get(pk=filed.pk)
        mended = (State.RECEIVED, "Nguyễn Văn Mậu", "mended_meanwhile", 0)
        ended = (State.REFUSED, "Nguyễn Văn Mẫu", "wrong_state", 1)
        assert (now.state, now.full_name, refused, messages(filed, "declaration_refused")) in (mended, ended)


def race(first: Callable[[], Any], second: Callable[[], Any]) -> list[str]:
    return refusals(at_once(first, second))


def test_the_citizen_withdraws_while_an_officer_accepts_and_one_of_them_wins(officers: tuple[User, User]) -> None:
    for turn in range(ROUNDS):
        filed = file_of(turn)
        lost = race(
            lambda filed=filed: withdrawal.withdraw(filed.pk),
            lambda filed=filed: review.accept(filed.pk, officer=officers[0], seen=0),
        )
        assert lost == ["wrong_state"]
        is_withdrawn = Declaration.objects.get(pk=filed.pk).state == State.WITHDRAWN
        has_account = User.objects.filter(bhxh_code=filed.bhxh_code).exists()
        assert (has_account, messages(filed, "file_withdrawn")) == (not is_withdrawn, int(is_withdrawn))


def test_the_citizen_mends_in_two_tabs_and_it_is_done_once(officers: tuple[User, User]) -> None:
    for turn in range(ROUNDS):
        filed = file_of(turn)
        ask(filed, officers[0])
        tabs = [lambda filed=filed: supplement.answer(filed.pk, fields=MENDED)] * 4
        assert refusals(at_once(*tabs)) == ["wrong_state"] * 3
        assert Declaration.objects.get(pk=filed.pk).state == State.RECEIVED


def test_mending_at_the_moment_it_is_refused_as_overdue_ends_in_one_of_both(officers: tuple[User, User]) -> None:
    for turn in range(ROUNDS):
        filed = file_of(turn)
        ask(filed, officers[0])
        filed.supplements.update(due_at=timezone.now() - 2 * supplement.GRACE)
        outcomes = at_once(supplement.refuse_overdue, lambda filed=filed: supplement.answer(filed.pk, fields=MENDED))
        is_refused = Declaration.objects.get(pk=filed.pk).state == State.REFUSED
        assert refusals(outcomes) == ["wrong_state"] * is_refused
        assert messages(filed, "declaration_refused") == int(is_refused)


def test_two_workers_refuse_and_remind_once(officers: tuple[User, User]) -> None:
    files = [file_of(turn) for turn in range(4)]
    for filed in files:
        ask(filed, officers[0])
    soon = timezone.now() - supplement.REMINDED_BEFORE
    SupplementRequest.objects.update(asked_at=soon, due_at=timezone.now() + supplement.GRACE)
    assert sum(at_once(*[supplement.remind] * 3)) == 4
    SupplementRequest.objects.update(due_at=timezone.now() - 2 * supplement.GRACE)
    assert sum(at_once(*[supplement.refuse_overdue] * 3)) == 4
    assert Message.objects.filter(purpose="supplement_due").count() == 4


def test_a_photo_and_a_decision_at_once_leave_a_file_with_its_pictures(officers: tuple[User, User]) -> None:
    for turn in range(ROUNDS):
        filed = file_of(turn)
        ask(filed, officers[0], "portrait")
        photo = ContentFile(factories.jpeg())
        outcomes = at_once(
            lambda filed=filed: refuse(filed, officers[0]),
            lambda filed=filed, photo=photo: photos.save_photo(filed.pk, kind=Photo.Kind.PORTRAIT, file=photo),
        )
        assert set(refusals(outcomes)) <= {"already_filed"}
        _has_its_pictures(filed)


def test_a_photo_and_the_answer_at_once_leave_a_file_with_its_pictures(officers: tuple[User, User]) -> None:
    for turn in range(ROUNDS):
        filed = file_of(turn)
        ask(filed, officers[0], "portrait")
        first, later = (ContentFile(factories.jpeg(colour=colour)) for colour in ("#aa0000", "#00aa00"))
        photos.save_photo(filed.pk, kind=Photo.Kind.PORTRAIT, file=first)
        outcomes = at_once(
            lambda filed=filed: supplement.answer(filed.pk, fields={}),
            lambda filed=filed, later=later: photos.save_photo(filed.pk, kind=Photo.Kind.PORTRAIT, file=later),
        )
        assert set(refusals(outcomes)) <= {"already_filed"}
        _has_its_pictures(filed)


def _has_its_pictures(filed: Declaration) -> None:
    """And no other that would still be sent."""
    now = Declaration.objects.get(pk=filed.pk)
    assert now.photos.count() == 3
    assert not now.replacements.exists()
    assert all(one.file.storage.exists(one.file.name) for one in now.photos.all())
