"""How fast SMS leave, counted minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Message, MessageMinute, MessageState
from accounts.services import message_speed
from accounts.services.message_speed import Share, measure, share_this_week, share_today
from accounts.sms import outbox
from accounts.tasks import measure_messages
from tests.races import at_once

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 8, 5, 0, tzinfo=UTC)  # in Vietnam
A_SECOND, A_MINUTE = timedelta(seconds=1), timedelta(minutes=1)
PHONE = "+84999000001"


def sms(at: datetime, *, after: float | None = None, **fields: object) -> Message:
    """Made then, and taken by a provider so many seconds later."""
    sent_at = None if after is None else at + timedelta(seconds=after)
    values = {"to": PHONE, "kind": "code", "purpose": "test", "not_after": at, "sweep_at": at, "sent_at": sent_at}
    made = Message.objects.create(dedupe_key=f"test:{Message.objects.count()}", **{**values, **fields})
    Message.objects.filter(pk=made.pk).update(created_at=at)
    return made


def counted() -> dict[datetime, tuple[int, int]]:
    """Without the minutes in which nothing was sent."""
    return {row.minute: (row.made, row.in_time) for row in MessageMinute.objects.filter(made__gt=0)}


def test_a_minute_is_counted_by_when_its_messages_were_made_and_how_soon_they_were_taken() -> None:
    for at, after in ((0, 0.5), (30, 10), (59.999, 10.001), (59.999, None)):
        sms(NOON + timedelta(seconds=at), after=after)
    sms(NOON + A_MINUTE, after=1)
    measure(NOON + 3 * A_MINUTE)
    assert counted() == {NOON: (4, 2), NOON + A_MINUTE: (1, 1)}


def test_only_whole_minutes_that_ended_ten_seconds_ago_are_counted() -> None:
    sms(NOON, after=1)
    measure(NOON + A_MINUTE + 9.9 * A_SECOND)
    assert counted() == {}
    measure(NOON + A_MINUTE + 10 * A_SECOND)
    assert counted() == {NOON: (1, 1)}


def test_letters_decoys_and_withdrawn_messages_are_not_counted() -> None:
    sms(NOON, to="", email="a@example.vn")
    sms(NOON, to="")
    sms(NOON, state=MessageState.EXPIRED, failure="withdrawn")
    sms(NOON, state=MessageState.EXPIRED, failure="no_gateway")
    sms(NOON, state=MessageState.FAILED, failure="withdrawn")
    measure(NOON + 2 * A_MINUTE)
    assert counted() == {NOON: (2, 0)}


def test_what_the_outbox_withdraws_is_not_counted() -> None:
    message = outbox.put(kind=Message.Kind.NOTICE, purpose="x", to=PHONE, text="BHXH: 1", dedupe_key="credentials:1:a")
    outbox.replace(dedupe_prefix="credentials:1:")
    measure(message.created_at + 2 * A_MINUTE)
    assert counted() == {}


def test_counting_again_changes_nothing_and_writes_no_more_rows() -> None:
    sms(NOON, after=1)
    for _ in range(3):
        measure(NOON + 3 * A_MINUTE)
    assert counted() == {NOON: (1, 1)}
    assert MessageMinute.objects.count() == 2  # and the newest, in which nothing was sent


def test_what_was_saved_late_is_counted_with_the_next_minute() -> None:
    measure(NOON + A_MINUTE + 10 * A_SECOND)
    sms(NOON, after=1)
    measure(NOON + 2 * A_MINUTE + 10 * A_SECOND)
    assert counted() == {NOON: (1, 1)}


def test_after_a_stop_the_last_day_is_caught_up_with_and_no_more() -> None:
    days = timedelta(days=1)
    for at in (NOON - 1.5 * days, NOON - 0.5 * days, NOON - A_MINUTE):
        sms(at, after=1)
    assert measure(NOON + 30 * A_SECOND) == 24 * 60
    assert set(counted()) == {NOON - 0.5 * days, NOON - A_MINUTE}
    assert measure(NOON + 5 * A_MINUTE + 30 * A_SECOND) == 6  # the newest again, and five more


def test_a_clock_that_was_put_back_counts_nothing() -> None:
    measure(NOON)
    assert measure(NOON - timedelta(hours=1)) == 0


def test_minutes_are_forgotten_after_eight_days() -> None:
    for days in (7, 8, 9):
        MessageMinute.objects.create(minute=NOON - timedelta(days=days), made=1, in_time=1)
    measure(NOON)
    assert set(counted()) == {NOON - timedelta(days=7), NOON - timedelta(days=8)}


def test_any_number_of_messages_costs_the_same_queries(django_assert_num_queries) -> None:
    for number in range(30):
        sms(NOON + number * A_MINUTE, after=1)
    with django_assert_num_queries(4):  # what was reached, the messages, the rows, what is forgotten
        measure(NOON + 40 * A_MINUTE)
    assert len(counted()) == 30


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_count_once() -> None:
    for number in range(30):
        sms(NOON + number * A_MINUTE, after=1)
    at_once(*[lambda: measure(NOON + 40 * A_MINUTE)] * 4)
    assert list(counted().values()) == [(1, 1)] * 30


def test_the_shares_are_of_today_and_of_the_last_seven_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    for before, made, in_time in (
        (A_MINUTE, 10, 9),
        (timedelta(hours=12), 10, 10),  # midnight in Vietnam
        (timedelta(hours=12, minutes=1), 100, 98),
        (timedelta(days=7), 10, 10),
        (timedelta(days=7, minutes=1), 1000, 0),
    ):
        MessageMinute.objects.create(minute=NOON - before, made=made, in_time=in_time)
    assert share_today() == Share(20, 19, NOON)
    assert share_this_week() == Share(130, 127, NOON)
    assert share_this_week().percent == 97.6


@pytest.mark.parametrize(("made", "in_time", "percent"), [(2000, 1999, 99.9), (1, 1, 100.0), (3, 2, 66.6), (7, 0, 0.0)])
def test_a_share_is_cut_off_after_one_decimal_and_never_flatters(made: int, in_time: int, percent: float) -> None:
    assert Share(made, in_time, None).percent == percent


def test_with_nothing_counted_there_is_nothing_to_tell(django_assert_num_queries) -> None:
    with django_assert_num_queries(2):
        assert (share_today(), share_this_week()) == (Share(0, 0, None), Share(0, 0, None))


def test_what_counting_has_reached_is_kept_even_if_nothing_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    measure(NOON + 15 * A_SECOND)
    monkeypatch.setattr(timezone, "now", lambda: NOON + 20 * A_SECOND)
    assert share_today() == Share(0, 0, NOON)


def test_the_worker_counts_every_minute(settings) -> None:
    made = sms(timezone.now() - 2 * A_MINUTE, after=1)
    measure_messages()
    assert sum(row.made for row in MessageMinute.objects.all()) == 1
    assert Message.objects.get(pk=made.pk).state == MessageState.QUEUED  # it only looks
    assert settings.CELERY_BEAT_SCHEDULE["accounts.tasks.measure_messages"]["schedule"] == 60
    assert message_speed.KEPT_FOR > message_speed.SHOWN_FOR
