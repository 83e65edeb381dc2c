"""Who began a declaration is told once, by day and in time, before it is deleted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Message
from accounts.sms.recognise import judge
from registration.models import Declaration
from registration.services import intake, retention
from registration.services.retention import REMINDED_BEFORE
from registration.workflow import DRAFT_LASTS
from tests import factories
from tests.accounts.conftest import text_of

pytestmark = pytest.mark.django_db

NOON = timezone.make_aware(datetime(2026, 11, 26, 12, 0))
DUE = DRAFT_LASTS - REMINDED_BEFORE
AN_HOUR = timedelta(hours=1)


def draft(*, untouched: timedelta, **fields: Any) -> Declaration:
    """With an address typed, last touched so long before NOON."""
    values = {"phone": "+84999000001", "phone_proved_at": NOON, "address": "Số 12", **fields}
    made = Declaration.objects.create(**values)
    Declaration.objects.filter(pk=made.pk).update(updated_at=NOON - untouched)
    made.refresh_from_db()
    return made


def reminders() -> list[Message]:
    return list(Message.objects.filter(purpose="draft_ends").order_by("pk"))


def test_a_reminder_goes_three_days_before_the_draft_does() -> None:
    due = draft(untouched=DUE + AN_HOUR)
    draft(untouched=DUE - AN_HOUR, phone="+84999000002")
    factories.filed()
    assert retention.remind_of_drafts(NOON) == 1
    (message,) = reminders()
    assert (message.kind, str(message.to), message.office) == ("notice", "+84999000001", "")
    text = text_of(message)
    assert "se bi xoa ngay 29/11/2026" in text
    assert judge(text).kind == Message.Kind.NOTICE
    due.refresh_from_db()
    assert (due.reminded_at, due.updated_at) == (NOON, NOON - DUE - AN_HOUR)


def test_of_a_draft_that_is_filed_or_gone_while_the_others_are_told_nothing_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draft(untouched=DUE + AN_HOUR * 2)
    other = draft(untouched=DUE + AN_HOUR, phone="+84999000002")
    tell = retention.sms.tell_draft_ends

    def tell_and_delete_the_other(due: Declaration) -> None:
        tell(due)
        Declaration.objects.filter(pk=other.pk).delete()

    monkeypatch.setattr(retention.sms, "tell_draft_ends", tell_and_delete_the_other)
    assert retention.remind_of_drafts(NOON) == 1
    assert [str(message.to) for message in reminders()] == ["+84999000001"]


def test_it_is_sent_once_however_often_the_task_runs() -> None:
    draft(untouched=DUE + AN_HOUR)
    assert [retention.remind_of_drafts(NOON + AN_HOUR * hour) for hour in range(4)] == [1, 0, 0, 0]
    assert len(reminders()) == 1


def test_a_draft_gone_on_with_is_reminded_of_again_when_its_time_comes_again() -> None:
    due = draft(untouched=DUE + AN_HOUR)
    retention.remind_of_drafts(NOON)
    intake.save_answers(due.pk, address="Số 14")
    Declaration.objects.update(updated_at=NOON + AN_HOUR)
    later = NOON + timedelta(hours=2)
    assert retention.remind_of_drafts(later) == 0
    assert retention.remind_of_drafts(later + DUE) == 1
    assert len(reminders()) == 2


@pytest.mark.parametrize("hour", [0, 7, 20, 23])
def test_no_telephone_rings_by_night(hour: int) -> None:
    draft(untouched=DUE + 6 * AN_HOUR)
    assert retention.remind_of_drafts(NOON.replace(hour=hour)) == 0
    assert reminders() == []
    assert retention.remind_of_drafts(NOON.replace(hour=8)) == 1


def test_of_a_draft_with_nothing_in_it_nobody_is_told() -> None:
    draft(untouched=DUE + AN_HOUR, address="")
    assert retention.remind_of_drafts(NOON) == 0


def test_a_photo_alone_is_worth_a_word() -> None:
    bare = factories.draft(**dict.fromkeys(retention.TYPED, ""), province=None, ward=None, office=None)
    Declaration.objects.filter(pk=bare.pk).update(updated_at=NOON - DUE - AN_HOUR)
    assert retention.remind_of_drafts(NOON) == 1


def test_what_the_purge_takes_next_is_not_announced_any_more() -> None:
    draft(untouched=DRAFT_LASTS + AN_HOUR)
    assert retention.remind_of_drafts(NOON) == 0


def test_the_reminder_is_in_the_language_of_the_draft() -> None:
    draft(untouched=DUE + AN_HOUR, language="en")
    retention.remind_of_drafts(NOON)
    assert "will be deleted on 29/11/2026" in text_of(reminders()[0])


def test_one_run_is_bounded_and_the_next_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 4)
    for _ in range(6):
        draft(untouched=DUE + AN_HOUR)
    assert [retention.remind_of_drafts(NOON) for _ in range(3)] == [4, 2, 0]


@pytest.fixture
def administrator() -> Client:
    return factories.signed_in(factories.administrator())


def lost_reminder() -> Message:
    (message,) = reminders()
    Message.objects.filter(pk=message.pk).update(state="failed", body=b"", final_at=timezone.now())
    return message


def test_a_lost_reminder_is_written_anew_while_the_draft_still_waits(administrator: Client) -> None:
    draft(untouched=DUE + AN_HOUR)
    retention.remind_of_drafts(NOON)
    lost = lost_reminder()
    for _press in range(2):
        administrator.post(f"/admin/accounts/message/{lost.pk}/resend/")
    assert len(reminders()) == 2
    assert "29/11/2026" in text_of(reminders()[1])


def test_no_lost_reminder_goes_out_once_the_draft_is_gone_on_with_or_filed(administrator: Client) -> None:
    due = draft(untouched=DUE + AN_HOUR)
    retention.remind_of_drafts(NOON)
    lost = lost_reminder()
    Declaration.objects.filter(pk=due.pk).update(updated_at=timezone.now() + AN_HOUR)
    administrator.post(f"/admin/accounts/message/{lost.pk}/resend/")
    assert len(reminders()) == 1
