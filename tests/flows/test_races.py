"""Many hands at once on a real PostgreSQL: one account, one number, one decision, and no gap."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile

from accounts.models import Event, Message, User
from registration.models import Declaration, Photo
from registration.services import intake, photos, review
from registration.workflow import RefusalReason, State
from tests import factories
from tests.races import at_once, refusals

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("broker_in_memory"),
]

ROUNDS = 5


def credentials() -> int:
    return Message.objects.filter(kind=Message.Kind.CREDENTIALS).count()


def accounts() -> int:
    return User.objects.filter(kind=User.Kind.CITIZEN).count()


def people_and_files(turn: int, *, files: int = 1) -> list[Declaration]:
    """One registered person of this turn and as many filed declarations for that code."""
    code, paper = f"99000001{turn:02d}", f"0010859991{turn:02d}"
    factories.person(code, id_number=paper)
    return [factories.filed(bhxh_code=code, id_number=paper) for _ in range(files)]


def test_two_officers_accept_one_file_and_there_is_one_account() -> None:
    first, second = factories.officer("canbo1"), factories.officer("canbo2")
    for turn in range(ROUNDS):
        (filed,) = people_and_files(turn)
        outcomes = at_once(
            lambda pk=filed.pk: review.accept(pk, officer=first), lambda pk=filed.pk: review.accept(pk, officer=second)
        )
        assert refusals(outcomes) == ["already_decided"]
        assert (accounts(), credentials()) == (turn + 1, turn + 1)
        assert Event.objects.filter(action="declaration.accept", object_id=str(filed.pk)).count() == 1


def test_two_declarations_of_one_code_are_accepted_and_there_is_one_account() -> None:
    officers = factories.officer("canbo1"), factories.officer("canbo2")
    for turn in range(ROUNDS):
        files = people_and_files(turn, files=2)
        outcomes = at_once(
            *(lambda pk=f.pk, o=o: review.accept(pk, officer=o) for f, o in zip(files, officers, strict=True))
        )
        assert refusals(outcomes) in (["cannot_accept"], ["account_exists"])
        assert (accounts(), credentials()) == (turn + 1, turn + 1)
        states = set(Declaration.objects.filter(pk__in=[f.pk for f in files]).values_list("state", flat=True))
        assert states == {State.ACCEPTED, State.FILED}


def test_accepting_and_refusing_at_once_leaves_one_decision_and_its_message_only() -> None:
    first, second = factories.officer("canbo1"), factories.officer("canbo2")
    for turn in range(ROUNDS):
        (filed,) = people_and_files(turn)
        outcomes = at_once(
            lambda pk=filed.pk: review.accept(pk, officer=first),
            lambda pk=filed.pk: review.refuse(pk, officer=second, reason=RefusalReason.OTHER, words="x"),
        )
        assert refusals(outcomes) == ["already_decided"]
        is_accepted = Declaration.objects.get(pk=filed.pk).state == State.ACCEPTED
        has_account = User.objects.filter(bhxh_code=filed.bhxh_code).exists()
        was_refused = Message.objects.filter(dedupe_key=f"refused:{filed.pk}").exists()
        assert (is_accepted, not is_accepted) == (has_account, was_refused)


def test_receiving_and_deciding_at_once_never_reopens_a_decided_file() -> None:
    first, second = factories.officer("canbo1"), factories.officer("canbo2")
    for turn in range(ROUNDS):
        (filed,) = people_and_files(turn)
        at_once(
            lambda pk=filed.pk: review.accept(pk, officer=first), lambda pk=filed.pk: review.receive(pk, officer=second)
        )
        decided = Declaration.objects.get(pk=filed.pk)
        assert (decided.state, decided.reviewer) == (State.ACCEPTED, first)


def test_a_filing_that_fails_takes_no_number() -> None:
    drafts = [factories.draft(bhxh_code=f"99000000{number}").pk for number in range(10, 20)]
    incomplete = [factories.draft(address="").pk for _ in range(10)]
    outcomes = at_once(*(lambda pk=pk: intake.file_declaration(pk) for pk in [*drafts, *incomplete]))
    assert refusals(outcomes) == ["incomplete"] * 10
    numbers = Declaration.objects.exclude(file_number=None).values_list("file_number", flat=True)
    assert sorted(int(number.split("/")[0]) for number in numbers) == list(range(1, 11))


def test_one_picture_sent_eight_times_at_once_leaves_one_row_and_its_files() -> None:
    draft = factories.draft()
    data = factories.jpeg()
    kind = Photo.Kind.PORTRAIT
    outcomes = at_once(*[lambda: photos.save_photo(draft.pk, kind=kind, file=ContentFile(data))] * 8)
    assert refusals(outcomes) == []
    photo = draft.photos.get(kind=kind)
    gone = [made for made in outcomes if made.pk != photo.pk]
    assert photo.file.storage.exists(photo.file.name)
    assert not [made for made in gone if made.file.storage.exists(made.file.name)]


def test_a_picture_and_ghi_nhan_at_once_leave_a_file_with_its_pictures() -> None:
    for turn in range(ROUNDS):
        draft = factories.draft(bhxh_code=f"990000001{turn}")
        at_once(
            lambda pk=draft.pk: intake.file_declaration(pk),
            lambda pk=draft.pk: photos.save_photo(pk, kind=Photo.Kind.PORTRAIT, file=ContentFile(factories.jpeg())),
        )
        draft.refresh_from_db()
        assert draft.state == State.FILED
        assert draft.photos.count() == 3
        assert all(photo.file.storage.exists(photo.file.name) for photo in draft.photos.all())
