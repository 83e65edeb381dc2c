"""By when something is to happen to a file (pure: settings and the calendar).

The calendar computes Tết; days off that a decree moves are in it from the release after they were announced.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from threading import Lock

from django.conf import settings
from django.utils import timezone
from holidays import country_holidays

DAY_BEGINS, DAY_ENDS = 8, 20  # hours in Vietnam
_CALENDAR = country_holidays("VN")
_filling = Lock()  # a year is filled in when it is first asked for, and known before it is whole


def is_daytime(now: datetime) -> bool:
    """Whether a telephone may ring for what can wait."""
    return DAY_BEGINS <= timezone.localtime(now).hour < DAY_ENDS


def supplement_due(asked_at: datetime) -> datetime:
    """The last second, in local time, of the day SUPPLEMENT_DAYS after the request: people are told a day."""
    day = timezone.localdate(asked_at) + timedelta(days=settings.SUPPLEMENT_DAYS)
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


def decision_expected(since: datetime) -> date:
    """The day DECISION_DAYS working days later: neither weekends nor public holidays count, days worked instead do."""
    with _filling:
        return _CALENDAR.get_nth_working_day(timezone.localdate(since), settings.DECISION_DAYS)
