"""Looks after the messages as a whole: whether they leave in time, and how much of the day's budget is left."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import alarms, limits
from accounts.models import Alarm, Message, MessageState, User
from accounts.services import access
from accounts.sms import letters, outbox

# What the whole portal may send in a day.
BUDGETS = ("code.portal", "code.stranger.portal")
NEARLY = 0.8  # of a budget
TOO_LONG = timedelta(seconds=60)
LOST = Q(state__in=[MessageState.FAILED, MessageState.EXPIRED, MessageState.UNCERTAIN]) & ~Q(failure="withdrawn")
LATELY = timedelta(minutes=5)
TOLD_AT_MOST = 20
COUNTED_AT_MOST = 100


def watch() -> None:
    """Sound what is wrong now, and write to the administrators about alarms they do not know of."""
    _watch_budgets()
    _watch_waiting()
    _watch_credentials()
    _tell()


def budget_used() -> float:
    """The larger part used of the day's two budgets of codes; 1 is all of it."""
    return max(limits.used(name) / limits.LIMITS[name].count for name in BUDGETS)


def _watch_budgets() -> None:
    for name in BUDGETS:
        used = limits.used(name) / limits.LIMITS[name].count
        if used >= NEARLY:
            alarms.sound(Alarm.Kind.BUDGET_GONE if used >= 1 else Alarm.Kind.BUDGET_LOW, name)


def _watch_waiting() -> None:
    """Codes that have not left, or notices that should have been looked at long ago: nobody hands them over."""
    now = timezone.now()
    unfinished = Message.objects.filter(final_at=None, state=MessageState.QUEUED)
    if unfinished.filter(kind=Message.Kind.CODE, created_at__lt=now - TOO_LONG).exists():
        alarms.sound(Alarm.Kind.SLOW, "otp")
    if unfinished.filter(sweep_at__lt=now - 2 * TOO_LONG).exists():
        alarms.sound(Alarm.Kind.SLOW, "notices")


def _watch_credentials() -> None:
    """Somebody was accepted and cannot come in: staff can send a new password."""
    now = timezone.now()
    recent = Message.objects.filter(created_at__gte=now - outbox.NOTICE_LASTS - LATELY)
    if recent.filter(LOST, kind=Message.Kind.CREDENTIALS, final_at__gte=now - LATELY).exists():
        alarms.sound(Alarm.Kind.CREDENTIALS_LOST)


def _tell() -> None:
    """One letter about each new alarm to each address of the settings."""
    if not (settings.ALARM_EMAILS and settings.SENDS_LETTERS):
        return
    for alarm in Alarm.objects.filter(told_at=None, closed_at=None).order_by("pk")[:TOLD_AT_MOST]:
        for number, address in enumerate(settings.ALARM_EMAILS):
            outbox.put(
                kind=Message.Kind.NOTICE,
                purpose="alarm",
                to="",
                email=address,
                text=letters.alarm(words=str(alarm.get_kind_display()), subject=alarm.subject, at=alarm.first_at),
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
    return Alarm.objects.filter(closed_at=None)[:COUNTED_AT_MOST].count()
