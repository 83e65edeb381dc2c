"""What a provider reports of a message later: read by its own table, judged under the row's lock."""

from __future__ import annotations

import hashlib
import hmac
import logging
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import ip_address
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts import alarms
from accounts.models import Alarm, Message, MessageState, UnknownReport
from accounts.sms.gateways.http_json import at, plain_code, read_json
from accounts.sms.provider_file import Provider, ReportMeaning, Reports

logger = logging.getLogger(__name__)

LARGEST_NUMBER = 2**63 - 1
REFERENCE_LENGTH = 64


class Outcome(StrEnum):
    APPLIED = "applied"
    LATE = "late"  # the row is final, or the report is of a try that something else has overtaken
    PENDING = "pending"
    UNKNOWN_CODE = "unknown_code"
    NO_MESSAGE = "no_message"


def is_from(provider: Reports, *, address: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the caller is this provider, by everything that the settings ask of it."""
    if provider.addresses and not _is_within(provider, address):
        return False
    if provider.token and not _has_token(provider, headers.get(provider.token_header, "")):
        return False
    if not provider.secret:
        return True
    if not body:  # an address is not signed
        return False
    wanted = hmac.new(provider.secret.encode(), body, hashlib.sha256).hexdigest()
    given = headers.get(provider.signature_header, "").removeprefix("sha256=").lower()
    return hmac.compare_digest(given.encode(), wanted.encode())


def take(provider: Provider, reports: Reports, *, fields: Mapping[str, str], body: bytes) -> Outcome:
    """Note one report, a JSON body or the fields of a form or an address; what came of it.

    A repeat, or one that comes late, changes nothing.
    """
    said = read_json(body) or fields
    code = plain_code(at(said, reports.code))
    meaning = reports.codes.get(code)
    with transaction.atomic():
        message = _reported(provider, reports, said).select_for_update().defer("body").first()
        if message is None:
            outcome = Outcome.NO_MESSAGE
        elif meaning is None:
            outcome = Outcome.UNKNOWN_CODE
        else:
            outcome = _apply(message, provider, meaning, code)
    if outcome == Outcome.UNKNOWN_CODE:
        _note_unknown(provider.name, code or "?")
    reference = message.pk if message is not None else "-"
    logger.info("report of %s on message %s: code %s, %s", provider.name, reference, code or "?", outcome.value)
    return outcome


def _apply(message: Message, provider: Provider, meaning: ReportMeaning, code: str) -> Outcome:
    """On the locked row. That it arrived counts whoever brought it; that it did not, only of the try that stands."""
    if message.final_at is not None:
        return Outcome.LATE
    if meaning == ReportMeaning.PENDING:
        return Outcome.PENDING
    if meaning == ReportMeaning.DELIVERED:
        _end(message, MessageState.DELIVERED, delivered_at=timezone.now())
        return Outcome.APPLIED
    if message.gateway != provider.name or message.state not in {MessageState.SENT, MessageState.SENDING}:
        return Outcome.LATE
    _end(message, MessageState.FAILED, failure=f"report_{code}")
    return Outcome.APPLIED


def _end(message: Message, state: MessageState, **changes: Any) -> None:
    """The report may be faster than the worker that wrote `sending`: what it knows stands here then."""
    now = timezone.now()
    sent_at = message.sent_at or message.claimed_at
    Message.objects.filter(pk=message.pk).update(state=state, body=b"", sent_at=sent_at, final_at=now, **changes)


def _reported(provider: Provider, reports: Reports, said: Any) -> QuerySet[Message]:
    """The rows the report may be of: by our number, or by the provider's own among its messages."""
    ours = str(at(said, reports.reference) or "") if reports.reference else ""
    if ours:
        is_number = ours.isascii() and ours.isdecimal() and int(ours[:REFERENCE_LENGTH]) <= LARGEST_NUMBER
        return Message.objects.filter(pk=int(ours)) if is_number else Message.objects.none()
    theirs = str(at(said, reports.provider_reference) or "") if reports.provider_reference else ""
    return Message.objects.filter(provider_reference=theirs, gateway=provider.name).exclude(provider_reference="")


def _note_unknown(gateway: str, code: str) -> None:
    now = timezone.now()
    row, is_new = UnknownReport.objects.get_or_create(gateway=gateway, code=code, defaults={"last_at": now})
    if not is_new:
        UnknownReport.objects.filter(pk=row.pk).update(times=F("times") + 1, last_at=now)
    alarms.sound(Alarm.Kind.UNKNOWN_REPORT, gateway)


def _is_within(reports: Reports, address: str) -> bool:
    try:
        caller = ip_address(address.partition("/")[0])
    except ValueError:
        return False
    return any(caller in network for network in reports.addresses)


def _has_token(reports: Reports, given: str) -> bool:
    """Bare, as a bearer's, or as the password of a basic login, which is all that some providers can send."""
    kind, _, rest = given.partition(" ")
    if kind.lower() == "basic":
        try:
            rest = b64decode(rest, validate=True).decode().partition(":")[2]
        except (NotBase64, UnicodeDecodeError):
            return False
    return hmac.compare_digest((rest or kind).encode(), reports.token.encode())
