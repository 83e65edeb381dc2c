"""One try of one message: claim the row, hand it over outside any transaction, write what came of it."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.models import Message, MessageState
from accounts.sealing import unseal
from accounts.sms.gateways import current_gateway, letter_gateway
from accounts.sms.gateways.base import Gateway, GatewayRefused, GatewayUnreachable, Outgoing

logger = logging.getLogger(__name__)

# Seconds until the next try after the 1st, 2nd, 3rd … failed one; the last repeats until `not_after`.
_RETRY_AFTER = {
    Message.Kind.CODE: (5, 15, 30),
    Message.Kind.CREDENTIALS: (15, 60, 300, 1800),
    Message.Kind.NOTICE: (30, 300, 1800),
}
# A claim older than this belongs to a worker that died.
CLAIM_LASTS = timedelta(seconds=60)
FAILURE_LENGTH = 40


def deliver(message_id: int) -> None:
    """Try one message now. Does nothing if another worker has it or it is finished."""
    message = _claim(message_id)
    if message is None:
        return
    if not message.to and not message.email:
        _ours(message).delete()  # a decoy (services.one_time_codes): whoever asked must not notice, nobody gets it
        return
    if message.not_after <= timezone.now():
        _finish(message, MessageState.EXPIRED, failure="not_after")
        return
    try:
        gateway = letter_gateway() if message.email else current_gateway()
        gateway.send(_outgoing(message))
    except GatewayRefused as refusal:
        _finish(message, MessageState.FAILED, failure=str(refusal))
    except GatewayUnreachable as error:
        _try_later(message, failure=str(error))
    else:
        # A mail server says that it took a letter, not that it arrived.
        _finish(message, MessageState.SENT if message.email else MessageState.DELIVERED, gateway=gateway)


def release_dead_claims() -> int:
    """Messages whose worker died while sending: back to the queue; how many there were."""
    # Safe for every kind: the one gateway for SMS takes a reference only once, and letters are notices.
    dead = Q(state=MessageState.SENDING, claimed_at__lt=timezone.now() - CLAIM_LASTS)
    return Message.objects.filter(dead).update(state=MessageState.QUEUED, sweep_at=timezone.now())


def _outgoing(message: Message) -> Outgoing:
    to = message.email or str(message.to)
    return Outgoing(reference=message.pk, to=to, kind=message.kind, text=unseal(bytes(message.body)))


def _claim(message_id: int) -> Message | None:
    """The row, now ours; None if it is not waiting. A conditional update: two workers never both win."""
    now = timezone.now()
    claimed = Message.objects.filter(pk=message_id, state=MessageState.QUEUED).update(
        state=MessageState.SENDING, claimed_at=now, attempts=F("attempts") + 1
    )
    return Message.objects.get(pk=message_id) if claimed else None


def _ours(message: Message) -> QuerySet[Message]:
    """The row while this claim still holds: a worker that was thought dead must not touch another's."""
    return Message.objects.filter(pk=message.pk, state=MessageState.SENDING, attempts=message.attempts)


def _finish(message: Message, state: MessageState, *, failure: str = "", gateway: Gateway | None = None) -> None:
    now = timezone.now()
    _ours(message).update(
        state=state,
        body=b"",
        failure=failure[:FAILURE_LENGTH],
        gateway=gateway.name if gateway else "",
        sent_at=now if gateway else None,
        final_at=now,
    )
    logger.info("message %s %s %s", message.pk, state.value, failure)


def _try_later(message: Message, *, failure: str) -> None:
    waits = _RETRY_AFTER[Message.Kind(message.kind)]
    wait = waits[min(message.attempts, len(waits)) - 1]
    _ours(message).update(
        state=MessageState.QUEUED,
        failure=failure[:FAILURE_LENGTH],
        sweep_at=timezone.now() + timedelta(seconds=wait),
    )
    logger.warning("message %s waits %s s: %s", message.pk, wait, failure)
