"""What a provider reports of a message later: read by its own table, applied to the row as it is by then."""

from __future__ import annotations

import hashlib
import hmac
import logging
from base64 import b64decode
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import ip_address
from typing import Any

from django.db.models import F
from django.utils import timezone

from accounts import alarms
from accounts.models import Alarm, Message, MessageState, UnknownReport
from accounts.sms import rows
from accounts.sms.gateways.http_json import at, plain_code, plain_reference, read_json
from accounts.sms.provider_file import Provider, ReportMeaning, Reports
from accounts.sms.rows import Key

logger = logging.getLogger(__name__)

KINDS_KEPT = 100  # of codes that one provider's table does not know
LONGEST_NUMBER = 18  # digits: what any database holds


class Outcome(StrEnum):
    APPLIED = "applied"
    LATE = "late"  # the row is final, or the report is of a try that something else has overtaken
    PENDING = "pending"
    UNKNOWN_CODE = "unknown_code"
    NO_MESSAGE = "no_message"


def is_from(reports: Reports, *, address: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the caller is the provider, by everything that the settings ask of it."""
    if reports.addresses and not _is_within(reports, address):
        return False
    if reports.token and not _has_token(reports, headers.get(reports.token_header, "")):
        return False
    if not reports.secret:
        return True
    if not body:  # an address is not signed
        return False
    wanted = hmac.new(reports.secret.encode(), body, hashlib.sha256).hexdigest()
    given = headers.get(reports.signature_header, "").removeprefix("sha256=").lower()
    return hmac.compare_digest(given.encode(), wanted.encode())


def take(provider: Provider, *, reports: Reports, fields: Mapping[str, str], body: bytes) -> Outcome:
    """Note one report, a JSON body or the fields of a form or an address; what came of it.

    A repeat, or one that comes late, changes nothing.
    """
    said = read_json(body) or fields
    code = plain_code(at(said, reports.code))
    key = _key(reports, said)
    outcome = _apply(key, provider, reports.codes.get(code), code) if key else Outcome.NO_MESSAGE
    if outcome == Outcome.UNKNOWN_CODE:
        _note_unknown(provider.name, code or "?")
    logger.info("report of %s: code %s, %s", provider.name, code or "?", outcome.value)
    return outcome


def _apply(key: Key, provider: Provider, meaning: ReportMeaning | None, code: str) -> Outcome:
    """One update, which locks the row and finds it as it is then: final rows never change, and one report wins.

    A provider speaks of the messages that it was the last to be asked to carry, and of no others; that one failed says
    nothing of its next try.
    """
    if meaning in {ReportMeaning.DELIVERED, ReportMeaning.FAILED} and _end(key, provider, meaning, code):
        return Outcome.APPLIED
    its_own = Message.objects.filter((key[0], key[1]), gateway=provider.name, attempts__gt=0)
    if not its_own.exists():
        return Outcome.NO_MESSAGE
    if meaning is None:
        return Outcome.UNKNOWN_CODE
    is_open = meaning == ReportMeaning.PENDING and its_own.filter(final_at=None).exists()
    return Outcome.PENDING if is_open else Outcome.LATE


def _end(key: Key, provider: Provider, meaning: ReportMeaning, code: str) -> bool:
    now = timezone.now()
    final = {"body": b"", "final_at": now}
    if meaning == ReportMeaning.DELIVERED:
        delivered = {"state": MessageState.DELIVERED, "delivered_at": now, **final}
        return rows.end_reported(key, gateway=provider.name, even_queued=True, **delivered)
    failed = {"state": MessageState.FAILED, "failure": f"report_{code}", **final}
    if not rows.end_reported(key, gateway=provider.name, even_queued=False, **failed):
        return False
    if Message.objects.filter((key[0], key[1]), gateway=provider.name, kind=Message.Kind.CREDENTIALS).exists():
        alarms.sound(Alarm.Kind.CREDENTIALS_LOST)
    return True


def _key(reports: Reports, said: Any) -> Key | None:
    """By our number, or by the provider's own."""
    ours = str(at(said, reports.reference) or "") if reports.reference else ""
    if ours:
        is_number = ours.isascii() and ours.isdecimal() and len(ours) <= LONGEST_NUMBER
        return ("id", int(ours)) if is_number else None
    theirs = plain_reference(at(said, reports.provider_reference)) if reports.provider_reference else ""
    return ("provider_reference", theirs) if theirs else None


def is_early(provider: Provider, outcome: Outcome) -> bool:
    """A report by the provider's own number may come before that number is written down: it should come once more."""
    if outcome != Outcome.NO_MESSAGE or provider.reports is None or provider.reports.reference:
        return False
    return Message.objects.filter(final_at=None, state=MessageState.SENDING, gateway=provider.name).exists()


def _note_unknown(gateway: str, code: str) -> None:
    now = timezone.now()
    if UnknownReport.objects.filter(gateway=gateway).count() >= KINDS_KEPT:
        code = "?"
    row, is_new = UnknownReport.objects.get_or_create(gateway=gateway, code=code, defaults={"last_at": now})
    if not is_new:
        UnknownReport.objects.filter(pk=row.pk).update(times=F("times") + 1, last_at=now)
    alarms.sound(Alarm.Kind.UNKNOWN_REPORT, gateway)


def _is_within(reports: Reports, address: str) -> bool:
    try:
        caller = ip_address(address)
    except ValueError:
        return False
    return any(caller in network for network in reports.addresses)


def _has_token(reports: Reports, given: str) -> bool:
    """Bare, as a bearer's, or as the password of a basic login, which is all that some providers can send."""
    kind, _, rest = given.partition(" ")
    if kind.lower() == "basic":
        try:
            rest = b64decode(rest, validate=True).decode().partition(":")[2]
        except ValueError:
            return False
    return hmac.compare_digest((rest or kind).encode(), reports.token.encode())
