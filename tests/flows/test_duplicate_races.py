"""One phone files the same code at the same moment, and two tasks tell one owner, on a real PostgreSQL."""

from __future__ import annotations

import pytest

from accounts.models import Message
from registration.models import Declaration
from registration.services import duplicates, intake
from registration.workflow import State
from tests import factories
from tests.races import at_once, refusals

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("broker_in_memory"),
]

ROUNDS = 10


def drafts(phone: str, **fields: object) -> list[int]:
    """Of one phone, in two offices: what they share is neither a row nor a counter."""
    offices = [factories.office(), factories.office("00102", "Bảo hiểm xã hội cơ sở Hoàn Kiếm")]
    return [factories.draft(phone=phone, office=office, **fields).pk for office in offices]


def test_of_two_drafts_of_one_phone_and_code_filed_at_once_one_is_filed_and_the_other_is_kept_and_asks() -> None:
    for turn in range(ROUNDS):
        pks = drafts(f"+8499900010{turn}")
        outcomes = at_once(*[lambda pk=pk: intake.file_declaration(pk) for pk in [*pks, *reversed(pks)]])
        # Each is pressed twice, and a second press of the one that was filed gives that file.
        assert refusals(outcomes) == ["open_file_there"] * 2
        states = sorted(Declaration.objects.filter(pk__in=pks).values_list("state", flat=True))
        assert states == [State.DRAFT, State.FILED]


def test_whoever_ticked_the_box_in_both_gets_both() -> None:
    pks = drafts("+84999000101")
    outcomes = at_once(*[lambda pk=pk: intake.file_declaration(pk, again=True) for pk in pks])
    assert refusals(outcomes) == []
    assert Declaration.objects.filter(state=State.FILED).count() == 2


def test_a_stranger_with_the_same_code_waits_for_nobody() -> None:
    for turn in range(ROUNDS):
        pks = [*drafts(f"+8499900010{turn}")[:1], *drafts(f"+8499900020{turn}")[:1]]
        outcomes = at_once(*[lambda pk=pk: intake.file_declaration(pk) for pk in pks])
        assert refusals(outcomes) == []


def test_tasks_that_run_at_once_tell_an_owner_once() -> None:
    factories.citizen(factories.person())
    for turn in range(3):
        factories.filed(phone=f"+8499900010{turn}")
    looked_at = at_once(*[duplicates.tell_owners] * 4)
    assert sum(looked_at) == 3
    assert Message.objects.filter(purpose="code_declared").count() == 1
