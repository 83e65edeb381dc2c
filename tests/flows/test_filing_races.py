"""A crowd at Ghi nhận on a real PostgreSQL: one file of one draft, and numbers without a gap."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Event, Message
from registration.models import Declaration, ErasureRequest, FileCounter, Photo
from registration.services import erasure, intake, photos, review
from registration.workflow import RefusalReason, State
from tests import factories
from tests.races import at_once, refusals
from tests.registration.walking import AGREED, CHECK, DONE, fill

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("broker_in_memory"),
]

NO_DRAFT, DISCARD = "/dang-ky/ca-nhan/?chua-co-to-khai", "/dang-ky/ca-nhan/xoa/"
ROUNDS = 5
PRESSES = 50
CROWD = 500
AT_A_TIME = 20  # connections


def drafts(count: int) -> list[int]:
    """Complete drafts of one office, each of another phone; of their photos only the rows, which filing looks at."""
    model = factories.draft()
    fields = [field.attname for field in Declaration._meta.concrete_fields if not field.primary_key]
    values = {name: getattr(model, name) for name in fields}
    phones = [f"+84999{number:06d}" for number in range(count)]
    made = Declaration.objects.bulk_create([Declaration(**{**values, "phone": phone}) for phone in phones])
    Photo.objects.bulk_create(
        Photo(
            declaration=draft, kind=kind, file=f"{draft.pk}-{kind}", thumbnail=f"{draft.pk}-{kind}-s", width=6, height=8
        )
        for draft in made
        for kind in photos.required_photos(draft)
    )
    model.delete()
    return [draft.pk for draft in made]


def crowd(pks: list[int]) -> list[str]:
    """All of them filed, AT_A_TIME at once; the numbers they got."""

    def run(share: list[int]) -> list[str]:
        try:
            return [str(intake.file_declaration(pk).file_number) for pk in share]
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        return [number for share in pool.map(run, (pks[at::AT_A_TIME] for at in range(AT_A_TIME))) for number in share]


def assert_filed_once(pk: int) -> None:
    filed = Declaration.objects.get(pk=pk)
    assert (filed.state, filed.file_number) == (State.FILED, f"00001/{timezone.localdate().year}/00101")
    assert FileCounter.objects.get().last == 1
    assert Message.objects.filter(purpose="declaration_filed").count() == 1
    assert Event.objects.filter(action="declaration.file").count() == 1


def test_fifty_presses_at_once_of_one_draft_give_one_file_and_one_message() -> None:
    pk = factories.draft().pk
    outcomes = at_once(*[lambda: intake.file_declaration(pk)] * PRESSES)
    assert refusals(outcomes) == []
    assert {outcome.file_number for outcome in outcomes} == {f"00001/{timezone.localdate().year}/00101"}
    assert_filed_once(pk)


def test_fifty_presses_of_the_button_each_lead_to_the_confirmation() -> None:
    client = Client()
    draft = fill(client)

    def press() -> str:
        tab = Client()
        tab.cookies = client.cookies
        return str(tab.post(CHECK, AGREED).url)

    assert set(at_once(*[press] * PRESSES)) == {DONE}
    assert_filed_once(draft.pk)


def test_five_hundred_at_once_in_one_office_get_numbers_without_a_gap() -> None:
    pks = drafts(CROWD)
    numbers = crowd(pks)
    year = timezone.localdate().year
    assert sorted(numbers) == [f"{number:05d}/{year}/00101" for number in range(1, CROWD + 1)]
    assert FileCounter.objects.get().last == CROWD
    assert Message.objects.filter(purpose="declaration_filed").count() == CROWD


def test_those_refused_in_the_crowd_leave_no_gap_either() -> None:
    pks = drafts(60)
    Declaration.objects.filter(pk__in=pks[::3]).update(address="")
    calls = [lambda pk=pk: intake.file_declaration(pk) for pk in pks]
    outcomes = [outcome for at in range(0, 60, AT_A_TIME) for outcome in at_once(*calls[at : at + AT_A_TIME])]
    assert refusals(outcomes) == ["incomplete"] * 20
    numbers = Declaration.objects.exclude(file_number=None).values_list("file_number", flat=True)
    assert sorted(int(number.split("/")[0]) for number in numbers) == list(range(1, 41))


def test_ghi_nhan_and_deleting_at_once_leave_a_whole_file_or_nothing() -> None:
    for _ in range(ROUNDS):
        client = Client()
        draft = fill(client)

        def press(path: str, sent: dict[str, str], cookies: Any = client.cookies) -> str:
            tab = Client()
            tab.cookies = cookies
            return str(tab.post(path, sent).url)

        led = at_once(lambda press=press: press(CHECK, AGREED), lambda press=press: press(DISCARD, {}))
        left = Declaration.objects.filter(pk=draft.pk).first()
        if left is None:
            assert led == [NO_DRAFT, "/dang-ky/"]
        else:
            assert (led, left.state, left.photos.count()) == ([DONE, DONE], State.FILED, 3)


def test_two_officers_answer_one_request_to_erase_and_one_answer_counts() -> None:
    officers = factories.officer("canbo1"), factories.officer("canbo2")
    for _ in range(ROUNDS):
        filed = factories.filed()
        review.refuse(filed.pk, officer=officers[0], reason=RefusalReason.PHOTO_UNCLEAR, words="")
        asked = erasure.ask(filed.pk)
        outcomes = at_once(
            lambda pk=asked.pk: erasure.grant(pk, officer=officers[0]),
            lambda pk=asked.pk: erasure.refuse(pk, officer=officers[1], words="Đang có khiếu nại."),
        )
        assert refusals(outcomes) == ["already_answered"]
        asked.refresh_from_db()
        left = Declaration.objects.get(pk=filed.pk)
        assert asked.is_granted == (left.full_name == "") == (left.photos.count() == 0) == (left.erased_at is not None)
        told = Message.objects.filter(purpose__in=["erasure_granted", "erasure_refused"]).count()
        assert told == ErasureRequest.objects.count()
