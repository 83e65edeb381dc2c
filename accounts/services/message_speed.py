"""How fast SMS leave: of those made in each minute, how many a provider took within 10 seconds.

Counted once a minute is over, so that the page that tells it adds up a few
small rows, however many messages there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Max, Q, Sum
from django.db.models.functions import TruncMinute
from django.utils import timezone

from accounts.models import Message, MessageMinute, MessageState
from accounts.models.message import WITHDRAWN
from accounts.services.code_budgets import BY_NAME_ALONE

IN_TIME = timedelta(seconds=10)
A_MINUTE = timedelta(minutes=1)
CAUGHT_UP_AT_MOST = timedelta(days=1)
KEPT_FOR = timedelta(days=8)
SHOWN_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Share:
    """Of `made` messages a provider took so many `in_time`; counted up to `until`, None before the first count."""

    made: int
    in_time: int
    until: datetime | None

    @property
    def percent(self) -> float:
        """With one decimal, cut off: 100 only if all were in time."""
        return self.in_time * 1000 // max(self.made, 1) / 10


def measure(now: datetime) -> int:
    """Count the whole minutes that ended 10 seconds ago or earlier: how many.

    After a stop those of the last day are caught up with. The newest is counted again next time, and written even if
    nothing was sent in it: what counting has reached is kept there. Two that run at once write the same.
    """
    end = (now - IN_TIME).replace(second=0, microsecond=0)
    newest = MessageMinute.objects.aggregate(at=Max("minute"))["at"]
    begin = max(end - CAUGHT_UP_AT_MOST, newest or end - CAUGHT_UP_AT_MOST)
    if begin < end:
        nothing_sent = MessageMinute(minute=end - A_MINUTE, made=0, in_time=0)
        minutes = {nothing_sent.minute: nothing_sent} | _counted(begin, end)
        # In one order: two that write at once must not wait for each other.
        rows = [minutes[minute] for minute in sorted(minutes)]
        MessageMinute.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["minute"], update_fields=["made", "in_time"]
        )
    MessageMinute.objects.filter(minute__lt=now - KEPT_FOR).delete()
    return max(0, (end - begin) // A_MINUTE)


def share_today() -> Share:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return _share(midnight)


def share_this_week() -> Share:
    """Of the last seven days to the minute."""
    return _share(timezone.now() - SHOWN_FOR)


def _counted(begin: datetime, end: datetime) -> dict[datetime, MessageMinute]:
    sms = Message.objects.filter(created_at__gte=begin, created_at__lt=end).exclude(to="")
    # Caused by a name or a code alone, a message tells by its mere number that there is such an account.
    tells_nobody = sms.exclude(purpose__in=[*BY_NAME_ALONE, "code_declared"])
    meant_to_go = tells_nobody.exclude(state=MessageState.EXPIRED, failure=WITHDRAWN)
    rows = (
        meant_to_go.annotate(minute=TruncMinute("created_at"))
        .order_by()
        .values("minute")
        .annotate(made=Count("pk"), in_time=Count("pk", filter=Q(sent_at__lte=F("created_at") + IN_TIME)))
    )
    return {row["minute"]: MessageMinute(**row) for row in rows}


def _share(since: datetime) -> Share:
    found = MessageMinute.objects.filter(minute__gte=since).aggregate(
        made=Sum("made"), in_time=Sum("in_time"), last=Max("minute")
    )
    until = found["last"] + A_MINUTE if found["last"] else None
    return Share(made=found["made"] or 0, in_time=found["in_time"] or 0, until=until)
