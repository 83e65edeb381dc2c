"""Celery tasks; their only argument is a row's id."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts.models import Message, MessageState
from accounts.sms import delivery

logger = logging.getLogger(__name__)

SWEEP_AT_MOST = 500
SWEEP_AGAIN_AFTER = timedelta(seconds=30)


@shared_task
def deliver_message(message_id: int) -> None:
    delivery.deliver(message_id)


@shared_task
def sweep_messages() -> None:
    """Hand over again what a dead broker or worker left behind."""
    delivery.release_dead_claims()
    now = timezone.now()
    due = Message.objects.filter(state=MessageState.QUEUED, sweep_at__lte=now).order_by("sweep_at")
    rows = list(due.values_list("pk", "kind")[:SWEEP_AT_MOST])
    Message.objects.filter(pk__in=[pk for pk, _kind in rows]).update(sweep_at=now + SWEEP_AGAIN_AFTER)
    for pk, kind in rows:
        if not enqueue(pk, kind):
            return  # the broker is away for the others too; the next sweep comes back to them


def enqueue(message_id: int, kind: str) -> bool:
    """Hand the id to the worker; False with the broker away: the row then waits for the sweeper."""
    queue = "otp" if kind == Message.Kind.CODE else "notices"
    try:
        deliver_message.apply_async((message_id,), queue=queue, retry=False)
    except (OperationalError, OSError):
        logger.warning("broker is away; message %s waits for the sweeper", message_id)
        return False
    return True
