"""How far the message with a code has come, in one word for the page that waits for it."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from django.db.models import Sum
from django.utils import timezone

from accounts.models import Message, MessageMinute, MessageState, OneTimeCode
from accounts.services.code_budgets import BY_NAME_ALONE

LONGER_THAN_USUAL = timedelta(seconds=15)
# Of a name alone: while it is on its way for all that the page may say, and which minutes tell how messages fare.
USUALLY_TAKES = timedelta(seconds=10)
LATELY = timedelta(minutes=6)
ENOUGH_TO_TELL = 5


class Way(StrEnum):
    SENDING = "sending"
    SLOW = "slow"
    SENT = "sent"
    RECEIVED = "received"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    EXPIRED = "expired"


_WAYS = {
    MessageState.SENDING: Way.SENDING,
    MessageState.SENT: Way.SENT,
    MessageState.DELIVERED: Way.RECEIVED,
    MessageState.UNCERTAIN: Way.UNCERTAIN,
    MessageState.FAILED: Way.FAILED,
    MessageState.EXPIRED: Way.EXPIRED,
}


def way_of(row: OneTimeCode) -> Way:
    """Of the last message with this code. Asked for by name alone, it tells the hour and how messages fare in general.

    Whether there is a message at all would tell whether there is such an account.
    """
    if row.purpose in BY_NAME_ALONE:
        return _way_of_anybodys(row)
    message = Message.objects.filter(dedupe_key=dedupe_key(row)).only("state", "created_at").first()
    if message is None:  # its row is as old as the code's, and goes with it
        return Way.EXPIRED
    if message.state == MessageState.QUEUED:
        return Way.SLOW if message.created_at < timezone.now() - LONGER_THAN_USUAL else Way.SENDING
    return _WAYS[MessageState(message.state)]


def dedupe_key(row: OneTimeCode) -> str:
    return f"code:{row.pk}:{row.sends}"


def _way_of_anybodys(row: OneTimeCode) -> Way:
    if row.last_sent_at is not None and row.last_sent_at > timezone.now() - USUALLY_TAKES:
        return Way.SENDING
    lately = MessageMinute.objects.filter(minute__gt=timezone.now() - LATELY)
    counts = lately.aggregate(made=Sum("made", default=0), in_time=Sum("in_time", default=0))
    is_slow = counts["made"] >= ENOUGH_TO_TELL and counts["in_time"] * 2 < counts["made"]
    return Way.SLOW if is_slow else Way.SENT
