"""Housekeeping: what may not lie around longer than it is needed, and seals over what must stay as it is."""

from __future__ import annotations

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from accounts.models import RateCount
from accounts.services import message_speed, message_watch, seals
from accounts.services.one_time_codes import wipe_expired_codes


@shared_task
def tidy_up() -> None:
    """Wipe codes that ran out, forget ended sessions and counts."""
    wipe_expired_codes()
    RateCount.objects.filter(ends_at__lte=timezone.now()).delete()
    call_command("clearsessions")


@shared_task
def measure_messages() -> None:
    message_speed.measure(timezone.now())


@shared_task
def watch_messages() -> None:
    message_watch.watch()


@shared_task
def seal_events() -> None:
    seals.seal_due_events()
