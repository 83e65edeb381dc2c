"""What becomes of a request that nobody answers: a reminder, a while of grace, a refusal that says why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Event, Message, User
from registration.models import Declaration, SupplementRequest
from registration.services import supplement, withdrawal
from registration.tasks import follow_supplements
from registration.workflow import RefusalReason, State
from tests import factories
from tests.registration.following import FILE, MEND, opened
from tests.registration.walking import Page, newest_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed() -> Declaration:
    return factories.filed()


@pytest.fixture
def officer() -> User:
    return factories.officer()


def ask(declaration: Declaration, officer: User, *items: str) -> SupplementRequest:
    supplement.ask(declaration.pk, officer=officer, items=items, words="Xem lại.")
    return declaration.supplements.get(answered_at=None)


def state(declaration: Declaration) -> str:
    return Declaration.objects.get(pk=declaration.pk).state


def run_out(asked: SupplementRequest, **ago: float) -> None:
    SupplementRequest.objects.filter(pk=asked.pk).update(
        due_at=timezone.now() - timedelta(**ago), asked_at=timezone.now() - timedelta(days=14)
    )


def test_late_by_an_hour_nothing_is_lost(filed: Declaration, officer: User) -> None:
    run_out(ask(filed, officer, "sex"), hours=1)
    follow_supplements()
    client = opened(filed)
    assert "đã qua" in client.get(MEND).content.decode()
    client.post(MEND, {"sex": "female"})
    assert state(filed) == State.RECEIVED
    follow_supplements()
    assert state(filed) == State.RECEIVED


def test_the_morning_after_the_file_is_refused_and_its_citizen_is_told_why_and_what_to_do(
    filed: Declaration, officer: User
) -> None:
    run_out(ask(filed, officer, "sex"), hours=9)
    follow_supplements()
    refused = Declaration.objects.get()
    assert (refused.state, refused.refusal_reason) == (State.REFUSED, RefusalReason.NOT_SUPPLEMENTED)
    assert refused.decided_at is not None
    assert "qua han bo sung" in newest_text(str(filed.phone))
    event = Event.objects.get(action="declaration.refuse")
    assert (event.actor_id, event.detail["reason"]) == (None, "not_supplemented")
    page = Page(opened(filed).get(FILE))
    assert "Quá hạn mà chưa bổ sung" in page.html
    assert page.all("a", href="/dang-ky/")
    follow_supplements()
    assert Message.objects.filter(purpose="declaration_refused").count() == 1


def test_only_what_ran_out_unanswered_is_refused(filed: Declaration, officer: User) -> None:
    answered = factories.filed(bhxh_code="9900000003")
    run_out(ask(answered, officer, "sex"), days=2)
    supplement.answer(answered.pk, fields={"sex": "male"})
    ask(filed, officer, "sex")
    withdrawn = factories.filed(bhxh_code="9900000004")
    run_out(ask(withdrawn, officer, "sex"), days=2)
    withdrawal.withdraw(withdrawn.pk)
    assert supplement.refuse_overdue() == 0
    assert [state(one) for one in (filed, answered, withdrawn)] == ["supplement", "received", "withdrawn"]


def test_one_run_refuses_no_more_than_it_may(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supplement, "AT_ONCE", 2)
    for number in range(3, 6):
        run_out(ask(factories.filed(bhxh_code=f"990000000{number}"), officer, "sex"), days=number)
    assert [supplement.refuse_overdue() for _run in range(3)] == [2, 1, 0]


def test_who_has_not_answered_is_reminded_once_before_the_time_is_up(filed: Declaration, officer: User) -> None:
    asked = ask(filed, officer, "sex")
    follow_supplements()
    assert not Message.objects.filter(purpose="supplement_due").exists()
    run_out(asked, days=-3)
    follow_supplements()
    follow_supplements()
    assert Message.objects.filter(purpose="supplement_due").count() == 1
    text = newest_text(str(filed.phone))
    asked.refresh_from_db()
    assert f"{timezone.localtime(asked.due_at):%d/%m/%Y}" in text
    assert filed.file_number in text
    assert asked.reminded_at is not None


def test_nobody_is_reminded_of_what_was_asked_today_or_is_answered(filed: Declaration, officer: User) -> None:
    asked = ask(filed, officer, "sex")
    SupplementRequest.objects.filter(pk=asked.pk).update(due_at=timezone.now() + timedelta(days=1))
    assert supplement.remind() == 0
    run_out(asked, days=-1)
    supplement.answer(filed.pk, fields={"sex": "male"})
    assert supplement.remind() == 0


def test_times_end_with_a_day_so_that_no_message_comes_at_night(officer: User, filed: Declaration) -> None:
    due = timezone.localtime(ask(filed, officer, "sex").due_at)
    assert 8 <= (due - supplement.REMINDED_BEFORE).hour < 20
    assert 7 <= (due + supplement.GRACE).hour < 20
