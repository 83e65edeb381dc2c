"""Looks after the messages as a whole: whether they leave in time, and how much of the day's budget is left."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import alarms, limits
from accounts.event_words import subject_in_words
from accounts.models import Alarm, Message, MessageState, User
from accounts.services import access
from accounts.services.one_time_codes import CODE_LASTS
from accounts.sms import letters, outbox

# What the whole portal may send in a day.
BUDGETS = ("code.portal", "code.stranger.portal", "code.named.portal")
NEARLY = 0.8  # of a budget
TOO_LONG = timedelta(seconds=60)
TOLD_AT_MOST = 20
COUNTED_AT_MOST = 100


def watch() -> None:
    """Sound what is wrong now, and write to the administrators about alarms they do not know of."""
    _watch_budgets()
    _watch_waiting()
    _tell()


def budget_used() -> float:
    """The largest part used of the day's budgets of codes; 1 is all of it."""
    return max(limits.part_used(name) for name in BUDGETS)


def _watch_budgets() -> None:
    """That one is used up is told by whoever is refused."""
    for name in BUDGETS:
        if NEARLY <= limits.part_used(name) < 1:
            alarms.sound(Alarm.Kind.BUDGET_LOW, name)


def _watch_waiting() -> None:
    """Codes that have not left, or notices that should have been looked at long ago: nobody hands them over."""
    now = timezone.now()
    unfinished = Message.objects.filter(final_at=None, state=MessageState.QUEUED)
    codes = unfinished.filter(kind=Message.Kind.CODE, created_at__gte=now - CODE_LASTS)
    if codes.filter(created_at__lt=now - TOO_LONG).exists():
        alarms.sound(Alarm.Kind.SLOW, "otp")
    if unfinished.filter(sweep_at__lt=now - 2 * TOO_LONG).exists():
        alarms.sound(Alarm.Kind.SLOW, "notices")


def _tell() -> None:
    """One letter about each new alarm to each address of the settings."""
    if not (settings.ALARM_EMAILS and settings.SENDS_LETTERS):
        return
    for alarm in Alarm.objects.filter(told_at=None, closed_at=None).order_by("pk")[:TOLD_AT_MOST]:
        words, subject = str(alarm.get_kind_display()), subject_in_words(alarm.subject)
        for number, address in enumerate(settings.ALARM_EMAILS):
            outbox.put(
                kind=Message.Kind.NOTICE,
                purpose="alarm",
                to="",
                email=address,
                text=letters.alarm(words=words, subject=subject, at=alarm.first_at),
                dedupe_key=f"alarm:{alarm.pk}:{number}",
            )
        Alarm.objects.filter(pk=alarm.pk).update(told_at=timezone.now())


def close_alarm(alarm_id: int, *, actor: User) -> None:
    """By whoever has seen to it; one that is closed already stays as it is."""
    with transaction.atomic():
        closed = Alarm.objects.filter(pk=alarm_id, closed_at=None).update(closed_at=timezone.now(), closed_by=actor)
        if closed:
            access.record("alarm.closed", actor=actor, object_type="alarm", object_id=alarm_id)


def open_alarms() -> int:
    """Looked at from the desk too: what watches is done by the very workers that may stand still."""
    _watch_waiting()
    return Alarm.objects.filter(closed_at=None)[:COUNTED_AT_MOST].count()
