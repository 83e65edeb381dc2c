"""What becomes of one message: tried by one provider after the other, and what is written down of each try.

A row is `queued` until a call to a provider is about to begin, `sending` while
one is under way, and final once `final_at` stands. A row found `sending` after
its call must have ended is in doubt: the process that made it is gone
(docs/adr/0017-doubt.md).
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import InterfaceError, OperationalError, connection
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import Message, MessageState
from accounts.sealing import unseal
from accounts.sms import providers
from accounts.sms.gateways.base import GatewayInDoubt, GatewayRefused, GatewayUnreachable, Handed, Outgoing
from accounts.sms.provider_file import Provider
from accounts.sms.shares import SLOW

logger = logging.getLogger(__name__)
_dice = random.SystemRandom()

# Seconds until the next try after the 1st, 2nd, 3rd … one in vain; the last repeats until `not_after`.
RETRY_AFTER = {
    Message.Kind.CODE: (5, 15, 30),
    Message.Kind.CREDENTIALS: (15, 60, 300, 900, 1800, 3600),
    Message.Kind.NOTICE: (30, 120, 600, 1800, 3600),
}
JITTER = 0.25  # of a wait, either way; a code's is exact
# A call, and the writing down of what it gave, are over by then (gateways.calls, settings.EMAIL_TIMEOUT).
CALL_LASTS = timedelta(seconds=30)
LETTER_LASTS = timedelta(seconds=90)
# A code that would arrive in its last seconds is of no use to anybody.
CODE_ENDS_EARLY = timedelta(seconds=10)
# A provider that reports has said nothing of a notice it took: then the notice is in doubt, and goes once more. Each
# time it is given longer, since a phone that is off gets all of them.
REPORTED_WITHIN = timedelta(hours=1)
GROWS_BY = 4
FAILURE_LENGTH, REFERENCE_LENGTH = 40, 64
WRITES_AGAIN_AFTER = (0.2, 1.0, 3.0, 6.0)  # seconds; the database may be restarting


class Again(NamedTuple):
    """A message to hand to the queue once more, `wait` seconds from now."""

    message_id: int
    kind: str
    wait: int = 0


def deliver(message_id: int) -> Again | None:
    """Try one message now, with each provider until one takes it; when to come back, if it is a code none took.

    Does nothing if another worker has it or it is finished. What waits longer than a code is left to the sweeper.
    """
    message = Message.objects.filter(pk=message_id, state=MessageState.QUEUED).first()
    if message is None:
        return None
    if not message.to and not message.email:
        # A decoy (services.one_time_codes): whoever asked must not notice, nobody gets it.
        Message.objects.filter(pk=message.pk, state=MessageState.QUEUED).delete()
        return None
    if _is_too_late(message):
        _settle(_waiting(message), message, MessageState.EXPIRED, failure="not_after")
        return None
    return _hand_over(message, _outgoing(message))


def settle_overdue(*, at_most: int, again_after: timedelta) -> list[Again]:
    """The unfinished messages that are due: those whose time is up end, those in doubt are judged.

    Answers what is to be handed to the queue now; each of them is due again after `again_after`.
    """
    now = timezone.now()
    due = Message.objects.filter(final_at=None, sweep_at__lte=now).order_by("sweep_at").defer("body")
    again = []
    for message in due[:at_most]:
        if message.state == MessageState.SENDING:
            _judge_dead_call(message)
        elif message.state == MessageState.SENT:
            _doubt(_ours(message), message, failure="no_report")
        elif _is_too_late(message):
            _settle(_waiting(message), message, MessageState.EXPIRED, failure=message.failure or "not_after")
        if message.state == MessageState.QUEUED and message.sweep_at <= timezone.now():
            again.append(Again(message.pk, message.kind))
    Message.objects.filter(pk__in=[one.message_id for one in again]).update(sweep_at=now + again_after)
    return again


def _outgoing(message: Message) -> Outgoing:
    return Outgoing(
        reference=message.pk,
        to=message.email or str(message.to),
        kind=message.kind,
        text=unseal(bytes(message.body)),
        seconds_left=int((message.not_after - timezone.now()).total_seconds()),
    )


def _hand_over(message: Message, outgoing: Outgoing) -> Again | None:
    """To one provider after the other; whoever may have taken it is the last."""
    failure = "no_mail_server" if message.email else "no_gateway"
    route = providers.route_of(message)
    for provider in route:
        if not _begin(message, provider):
            return None
        try:
            handed = _timed_send(provider, outgoing)
        except GatewayUnreachable as error:
            failure = str(error)
        except GatewayRefused as refusal:
            _settle(_ours(message), message, MessageState.FAILED, failure=str(refusal))
            return None
        except GatewayInDoubt as doubt:
            _doubt(_ours(message), message, failure=str(doubt))
            return None
        else:
            _take(message, provider, handed)
            return None
    return _try_later(message, rounds=-(-message.attempts // max(1, len(route))), failure=failure)


def _timed_send(provider: Provider, outgoing: Outgoing) -> Handed:
    """A failure and a slow answer cost the provider some of its share."""
    begun = time.monotonic()
    try:
        handed = provider.gateway.send(outgoing)
    except GatewayUnreachable:
        providers.shares.lower(provider.name, "unreachable")
        raise
    except GatewayInDoubt:
        providers.shares.lower(provider.name, "in_doubt")
        raise
    if time.monotonic() - begun > SLOW:
        providers.shares.lower(provider.name, "slow")
    return handed


def _is_too_late(message: Message) -> bool:
    early = CODE_ENDS_EARLY if message.kind == Message.Kind.CODE else timedelta()
    return message.not_after <= timezone.now() + early


def _begin(message: Message, provider: Provider) -> bool:
    """Note that a call to this provider begins; False if the row is no longer ours to send.

    A conditional update: two workers never both win, and what was withdrawn since is not sent.
    """
    now = timezone.now()
    rows = _ours(message) if message.state == MessageState.SENDING else _waiting(message)
    message.state, message.gateway = MessageState.SENDING, provider.name
    lasts = LETTER_LASTS if message.email else CALL_LASTS
    begun = rows.filter(not_after__gt=now).update(
        state=MessageState.SENDING,
        gateway=provider.name,
        attempts=F("attempts") + 1,
        claimed_at=now,
        sweep_at=now + lasts,
    )
    message.attempts += 1
    return bool(begun)


def _waiting(message: Message) -> QuerySet[Message]:
    return Message.objects.filter(pk=message.pk, state=MessageState.QUEUED, attempts=message.attempts)


def _ours(message: Message) -> QuerySet[Message]:
    """The row while this call still stands: a worker that was thought dead must not touch another's."""
    return Message.objects.filter(pk=message.pk, state=message.state, attempts=message.attempts)


def _take(message: Message, provider: Provider, handed: Handed) -> None:
    """It was taken. Where reports follow the row stays open for them, and so does its text while it may go again."""
    now = timezone.now()
    # The first time it was taken is what counts of a notice that goes again.
    sent: dict[str, Any] = {
        "sent_at": message.sent_at or now,
        "provider_reference": handed.reference[:REFERENCE_LENGTH],
    }
    if handed.is_delivered:
        _settle(_ours(message), message, MessageState.DELIVERED, delivered_at=now, **sent)
    elif provider.reports is None:
        _settle(_ours(message), message, MessageState.SENT, **sent)
    else:
        _write(_ours(message), state=MessageState.SENT, sweep_at=_reported_by(message, now), failure="", **sent)
        logger.info("message %s sent by %s", message.pk, provider.name)


def _reported_by(message: Message, sent_at: datetime) -> datetime:
    """A code's report is awaited while the code holds."""
    if message.kind == Message.Kind.CODE:
        return message.not_after
    longest = message.not_after - sent_at
    return sent_at + min(longest, REPORTED_WITHIN * GROWS_BY ** min(message.attempts - 1, 5))


def _judge_dead_call(message: Message) -> None:
    """Nobody wrote down what came of this call; it says nothing against the provider, so nothing has to wait."""
    provider = providers.named(message.gateway)
    is_harmless = message.kind != Message.Kind.CODE or (provider is not None and provider.gateway.takes_reference_once)
    if is_harmless and not _is_too_late(message):
        _wait(_ours(message), message, timedelta(), failure="worker_died")
    else:
        _settle(_ours(message), message, MessageState.UNCERTAIN, failure="worker_died")


def _doubt(rows: QuerySet[Message], message: Message, *, failure: str) -> None:
    """A code in doubt is never sent again by itself; anything else goes again while there is time."""
    if message.kind == Message.Kind.CODE or _is_too_late(message):
        _settle(rows, message, MessageState.UNCERTAIN, failure=failure)
    else:
        _wait(rows, message, _wait_of(message, rounds=message.attempts), failure=failure)


def _try_later(message: Message, *, rounds: int, failure: str) -> Again | None:
    wait = _wait_of(message, rounds=rounds)
    is_code = message.kind == Message.Kind.CODE
    rows = _ours(message) if message.state == MessageState.SENDING else _waiting(message)
    # The queue itself comes back to a code; the sweeper is a moment behind, for when it does not.
    _wait(rows, message, wait + timedelta(seconds=5) if is_code else wait, failure=failure)
    return Again(message.pk, message.kind, int(wait.total_seconds())) if is_code else None


def _wait_of(message: Message, *, rounds: int) -> timedelta:
    """After so many rounds of all providers; the first is none at all where no provider is named."""
    kind = Message.Kind(message.kind)
    waits: Sequence[int] = RETRY_AFTER[kind]
    wait = waits[min(max(rounds, 1), len(waits)) - 1]
    spread = 0 if kind == Message.Kind.CODE else _dice.uniform(-JITTER, JITTER)
    return timedelta(seconds=wait * (1 + spread))


def _wait(rows: QuerySet[Message], message: Message, wait: timedelta, *, failure: str) -> None:
    """Back to the queue; at the end of its time at the latest it is looked at again, and ends."""
    due = min(timezone.now() + wait, message.not_after)
    _write(rows, state=MessageState.QUEUED, failure=failure[:FAILURE_LENGTH], sweep_at=due)
    message.state, message.sweep_at = MessageState.QUEUED, due
    logger.warning("message %s waits %d s: %s", message.pk, wait.total_seconds(), failure)


def _settle(
    rows: QuerySet[Message], message: Message, state: MessageState, *, failure: str = "", **changes: Any
) -> None:
    """Final: the text is wiped."""
    now = timezone.now()
    _write(rows, state=state, body=b"", failure=failure[:FAILURE_LENGTH], final_at=now, **changes)
    message.state, message.final_at = state, now
    logger.info("message %s %s %s", message.pk, state.value, failure)


def _write(rows: QuerySet[Message], **changes: Any) -> None:
    """What came of a call must not be lost because the database is away for a moment."""
    for wait in (*WRITES_AGAIN_AFTER, None):
        try:
            rows.update(**changes)
            return
        except (OperationalError, InterfaceError):
            if wait is None or connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(wait)
