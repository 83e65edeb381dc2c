"""Celery tasks; their only argument is a row's id."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from kombu.exceptions import OperationalError

from accounts.models import Message
from accounts.sms import delivery

logger = logging.getLogger(__name__)

SWEEP_AT_MOST = 500
SWEEP_AGAIN_AFTER = timedelta(seconds=30)


@shared_task
def deliver_message(message_id: int) -> None:
    again = delivery.deliver(message_id)
    if again is not None:
        enqueue(again.message_id, again.kind, wait=again.wait)


@shared_task
def sweep_messages() -> None:
    """Settle what is overdue, and hand over again what a dead broker or worker left behind."""
    for again in delivery.settle_overdue(at_most=SWEEP_AT_MOST, again_after=SWEEP_AGAIN_AFTER):
        if not enqueue(again.message_id, again.kind):
            return  # the broker is away for the others too; the next sweep comes back to them


def enqueue(message_id: int, kind: str, *, wait: int = 0) -> bool:
    """Hand the id to the worker; False with the broker away: the row then waits for the sweeper."""
    queue = "otp" if kind == Message.Kind.CODE else "notices"
    try:
        deliver_message.apply_async((message_id,), queue=queue, retry=False, countdown=wait or None)
    except (OperationalError, OSError):
        logger.warning("broker is away; message %s waits for the sweeper", message_id)
        return False
    return True
