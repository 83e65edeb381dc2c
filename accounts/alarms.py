"""Something about the portal itself is wrong: said once in the log, kept in one row while it lasts."""

from __future__ import annotations

import logging
from time import monotonic

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Alarm

logger = logging.getLogger(__name__)

# What goes on happening is counted, but not by every request it happens to.
QUIET = 30.0  # seconds
_sounded: dict[tuple[str, str], float] = {}


def sound(kind: Alarm.Kind, subject: str = "") -> None:
    """Open an alarm, or count it in the one that is open. `subject` is a limit's or a provider's name."""
    last = _sounded.get((kind, subject))
    if last is not None and monotonic() < last + QUIET:
        return
    _sounded[kind, subject] = monotonic()
    if not _count(kind, subject):
        _open(kind, subject)


def _count(kind: Alarm.Kind, subject: str) -> bool:
    open_one = Alarm.objects.filter(kind=kind, subject=subject, closed_at=None)
    return bool(open_one.update(times=F("times") + 1, last_at=timezone.now()))


def _open(kind: Alarm.Kind, subject: str) -> None:
    try:
        with transaction.atomic():
            Alarm.objects.create(kind=kind, subject=subject, last_at=timezone.now())
    except IntegrityError:  # another process was faster
        _count(kind, subject)
    else:
        logger.error("alarm: %s %s", kind.value, subject)
