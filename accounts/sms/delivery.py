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

from django.utils import timezone

from accounts import alarms
from accounts.models import Alarm, Message, MessageState
from accounts.models.message import WITHDRAWN
from accounts.sealing import unseal
from accounts.sms import providers, rows
from accounts.sms.gateways.base import (
    GatewayError,
    GatewayInDoubt,
    GatewayRefused,
    GatewayUnreachable,
    Handed,
    Outgoing,
)
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
# A code that would arrive in its last seconds is of no use to anybody; a call takes up to seven.
CODE_ENDS_EARLY = timedelta(seconds=10)
# A provider that reports has said nothing of a notice it took: then the notice is in doubt, and goes once more. Each
# time it is given longer, since a phone that is off gets all of them.
REPORTED_WITHIN = timedelta(hours=1)
GROWS_BY = 4
FAILURE_LENGTH = 40
# Why a code waits that may have left: whoever takes a reference once is asked again, and nobody else.
ASK_THE_SAME = "ask_the_same"


class Again(NamedTuple):
    """A message to hand to the queue once more, `wait` seconds from now."""

    message_id: int
    kind: str
    wait: int = 0


def deliver(message_id: int) -> Again | None:
    """Try one message now, with each provider until one takes it; when to come back, if it is a code none took.

    Does nothing if another worker has it or it is finished. What waits longer than a code is left to the sweeper.
    """
    message = rows.waiting(message_id)
    if message is None:
        return None
    if not message.to and not message.email:
        # A decoy (services.one_time_codes): whoever asked must not notice, nobody gets it.
        Message.objects.filter(pk=message.pk, state=MessageState.QUEUED).delete()
        return None
    if _is_too_late(message):
        _expire(message)
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
            _doubt(message, failure="no_report")
        elif _is_too_late(message):
            _expire(message)
        if message.state == MessageState.QUEUED and message.sweep_at <= timezone.now():
            again.append(Again(message.pk, message.kind))
    # Only what still waits: a worker may have taken one of them meanwhile.
    still_waiting = Message.objects.filter(state=MessageState.QUEUED, sweep_at__lte=timezone.now())
    still_waiting.filter(pk__in=[one.message_id for one in again]).update(sweep_at=now + again_after)
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
    route = _route_of(message)
    for provider in route:
        if not _begin(message, provider):
            return None
        try:
            handed = _timed_send(provider, outgoing)
        except GatewayUnreachable as error:
            failure = str(error)
        except GatewayRefused as refusal:
            _settle(message, MessageState.FAILED, failure=str(refusal))
            return None
        except GatewayInDoubt as doubt:
            _doubt(message, failure=str(doubt))
            return None
        else:
            _take(message, provider, handed)
            return None
    rounds = -(-message.attempts // max(1, len(route)))  # in which each of them was asked
    return _try_later(message, rounds=rounds, failure=failure)


def _route_of(message: Message) -> list[Provider]:
    if message.failure != ASK_THE_SAME:
        return providers.route_of(message)
    same = providers.named(message.gateway)
    return [same] if same is not None and same.gateway.takes_reference_once else []


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
    except GatewayError:
        raise
    except Exception as error:  # whatever breaks around a call, the message may have left
        logger.exception("provider %s: a hand-over broke", provider.name)
        providers.shares.lower(provider.name, "in_doubt")
        raise GatewayInDoubt("broke") from error
    if time.monotonic() - begun > SLOW:
        providers.shares.lower(provider.name, "slow")
    return handed


def _is_too_late(message: Message) -> bool:
    """Its time is up, or another message has taken its place."""
    early = CODE_ENDS_EARLY if message.kind == Message.Kind.CODE else timedelta()
    return message.replaced_at is not None or message.not_after <= timezone.now() + early


def _expire(message: Message) -> None:
    why = WITHDRAWN if message.replaced_at is not None else message.failure or "not_after"
    _settle(message, MessageState.EXPIRED, failure=why)


def _begin(message: Message, provider: Provider) -> bool:
    """Note that a call to this provider begins; False if the message is not to be sent any more, or is another's."""
    now = timezone.now()
    is_ours = rows.change(
        message,
        state=MessageState.SENDING,
        gateway=provider.name,
        attempts=message.attempts + 1,
        claimed_at=now,
        sweep_at=now + (LETTER_LASTS if message.email else CALL_LASTS),
    )
    if is_ours and _is_too_late(message):  # since it was read, or since the provider before was asked
        _expire(message)
        return False
    return is_ours


def _take(message: Message, provider: Provider, handed: Handed) -> None:
    """It was taken. Where reports follow the row stays open for them, and so does its text while it may go again."""
    now = timezone.now()
    # The first time it was taken is what counts of a notice that goes again.
    sent: dict[str, Any] = {
        "sent_at": message.sent_at or now,
        "provider_reference": handed.reference,
    }
    if handed.is_delivered:
        _settle(message, MessageState.DELIVERED, delivered_at=now, **sent)
    elif provider.reports is None:
        _settle(message, MessageState.SENT, **sent)
    else:
        rows.change(message, state=MessageState.SENT, sweep_at=_reported_by(message, now), failure="", **sent)
        logger.info("message %s sent by %s", message.pk, provider.name)


def _reported_by(message: Message, sent_at: datetime) -> datetime:
    """A code's report is awaited while the code holds."""
    if message.kind == Message.Kind.CODE:
        return message.not_after
    longest = message.not_after - sent_at
    return sent_at + min(longest, REPORTED_WITHIN * GROWS_BY ** min(message.attempts - 1, 5))


def _judge_dead_call(message: Message) -> None:
    """Nobody wrote down what came of this call; a first one says nothing against anybody, and nothing has to wait."""
    wait = timedelta() if message.attempts < 2 else _wait_of(message, rounds=message.attempts - 1)
    _doubt(message, failure="worker_died", wait=wait)


def _doubt(message: Message, *, failure: str, wait: timedelta | None = None) -> None:
    """A code in doubt is not sent again by itself unless that does no harm; anything else goes while there is time."""
    is_code = message.kind == Message.Kind.CODE
    provider = providers.named(message.gateway)
    may_ask_the_same = provider is not None and provider.gateway.takes_reference_once
    if _is_too_late(message) or (is_code and not may_ask_the_same):
        _settle(message, MessageState.UNCERTAIN, failure=failure)
        return
    wait = _wait_of(message, rounds=message.attempts) if wait is None else wait
    _wait(message, wait, failure=ASK_THE_SAME if is_code else failure)


def _try_later(message: Message, *, rounds: int, failure: str) -> Again | None:
    if message.failure == ASK_THE_SAME:  # it may have left all the same
        failure = ASK_THE_SAME
    wait = _wait_of(message, rounds=rounds)
    is_code = message.kind == Message.Kind.CODE
    # The queue itself comes back to a code; the sweeper is a moment behind, for when it does not.
    _wait(message, wait + timedelta(seconds=5) if is_code else wait, failure=failure)
    return Again(message.pk, message.kind, int(wait.total_seconds())) if is_code else None


def _wait_of(message: Message, *, rounds: int) -> timedelta:
    """After so many rounds in vain; with no provider named there was none, and it waits as after the first."""
    kind = Message.Kind(message.kind)
    waits: Sequence[int] = RETRY_AFTER[kind]
    wait = waits[min(max(rounds, 1), len(waits)) - 1]
    spread = 0 if kind == Message.Kind.CODE else _dice.uniform(-JITTER, JITTER)
    return timedelta(seconds=wait * (1 + spread))


def _wait(message: Message, wait: timedelta, *, failure: str) -> None:
    """Back to the queue; at the end of its time at the latest it is looked at again, and ends."""
    due = min(timezone.now() + wait, message.not_after)
    if rows.change(message, state=MessageState.QUEUED, failure=failure[:FAILURE_LENGTH], sweep_at=due):
        logger.warning("message %s waits %d s: %s", message.pk, wait.total_seconds(), failure)


def _settle(message: Message, state: MessageState, *, failure: str = "", **changes: Any) -> None:
    """Final: the text is wiped."""
    final = {"state": state, "body": b"", "failure": failure[:FAILURE_LENGTH], "final_at": timezone.now()}
    if not rows.change(message, **final, **changes):
        return
    if message.kind == Message.Kind.CREDENTIALS and message.is_lost:
        alarms.sound(Alarm.Kind.CREDENTIALS_LOST)
    logger.info("message %s %s %s", message.pk, state.value, failure)
