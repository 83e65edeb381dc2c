"""By when something is to happen to a file (pure: settings and the calendar)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

SATURDAY = 5


def supplement_due(asked_at: datetime) -> datetime:
    """The last second, in local time, of the day SUPPLEMENT_DAYS after the request: people are told a day."""
    day = timezone.localdate(asked_at) + timedelta(days=settings.SUPPLEMENT_DAYS)
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


def decision_expected(since: datetime) -> date:
    """The day DECISION_DAYS working days later; weekends do not count, holidays are not known here."""
    day, left = timezone.localdate(since), settings.DECISION_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day
