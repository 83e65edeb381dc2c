"""One-time codes: six digits to a phone, bound to a purpose and to the browser session that asked."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from typing import NamedTuple

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.errors import PortalError
from accounts.models import Message, OneTimeCode
from accounts.sealing import keyed_digest, seal, unseal
from accounts.sms import outbox, texts

CODE_LASTS = timedelta(minutes=10)
FORGOTTEN_AFTER = timedelta(days=1)
MAX_WRONG_TRIES = 5
RESEND_WAITS = (30, 60, 90, 120)  # seconds after the 1st, 2nd, 3rd, 4th send; then no more


class CodeMissing(PortalError):
    code = "code_missing"
    message = _("Mã này không còn dùng được. Bấm «Gửi mã mới» để nhận mã khác.")


class CodeExpired(PortalError):
    code = "code_expired"
    message = _("Mã đã quá 10 phút nên hết hạn. Bấm «Gửi mã mới» để nhận mã khác.")


class CodeWrong(PortalError):
    code = "code_wrong"
    message = _("Mã chưa đúng. Xem lại tin nhắn mới nhất; bạn còn %(left)d lần thử.")


class CodeBurnt(PortalError):
    code = "code_burnt"
    message = _("Bạn đã nhập sai 5 lần nên mã bị hủy. Bấm «Gửi mã mới» để nhận mã khác.")


class ResendTooSoon(PortalError):
    code = "resend_too_soon"
    message = _("Tin nhắn vừa được gửi. Chờ %(wait)d giây nữa rồi gửi lại.")


class ResendUsedUp(PortalError):
    code = "resend_used_up"
    message = _("Mã này đã được gửi lại nhiều lần. Chờ đến khi hết hạn rồi lấy mã mới.")


# Purposes whose `subject` is an account, asked for by a browser that has proved that account's password.
AFTER_A_PASSWORD = {OneTimeCode.Purpose.TAKE_OVER}


class Sent(NamedTuple):
    """What a page says about the message on its way: the number's end, whether its code still holds, the next send.

    `wait` is in seconds until a resend, 0 when it is free, None when there is none left.
    """

    phone_end: str
    is_open: bool
    wait: int | None


def send_code(
    session: SessionBase, *, purpose: OneTimeCode.Purpose, phone: str, address: str, subject: str = ""
) -> OneTimeCode:
    """A fresh code to `phone` (E.164); an open one of this session for the same phone is sent again instead.

    TooManyRequests, ResendTooSoon or ResendUsedUp.
    """
    row = current_code(session, purpose=purpose, subject=subject)
    if row is not None and str(row.phone) == phone:
        return resend_code(session, purpose=purpose, subject=subject, address=address)
    _spend_budget(purpose=purpose, subject=subject, phone=phone, address=address)
    code = f"{secrets.randbelow(10**6):06d}"
    now = timezone.now()
    with transaction.atomic():
        row = OneTimeCode.objects.create(
            purpose=purpose, subject=subject, phone=phone, expires_at=now + CODE_LASTS, sealed=seal(code)
        )
        row.digest = _digest(row, code)
        _send(row, code)
    session[_session_key(purpose)] = row.pk
    return row


def resend_code(session: SessionBase, *, purpose: OneTimeCode.Purpose, address: str, subject: str = "") -> OneTimeCode:
    """The same code once more, after a growing wait; the count of wrong tries stays."""
    row = current_code(session, purpose=purpose, subject=subject)
    if row is None:
        raise CodeMissing
    _refuse_early_resend(row)
    _spend_budget(purpose=purpose, subject=subject, phone=str(row.phone), address=address)
    with transaction.atomic():
        row = OneTimeCode.objects.select_for_update().get(pk=row.pk)
        if row.closed_at is not None:
            raise CodeMissing
        _refuse_early_resend(row)  # another press of the same button may have been faster
        _send(row, unseal(bytes(row.sealed)))
    return row


def check_code(session: SessionBase, *, purpose: OneTimeCode.Purpose, code: str, subject: str = "") -> OneTimeCode:
    """Use the session's code up if `code` is right; CodeWrong, CodeBurnt, CodeExpired or CodeMissing."""
    with transaction.atomic():
        row = _locked(session, purpose, subject)
        refusal = _judge(row, code)
        row.save()
    if refusal is not None:
        raise refusal
    del session[_session_key(purpose)]
    return row


def asked_code(session: SessionBase, *, purpose: OneTimeCode.Purpose, subject: str = "") -> OneTimeCode | None:
    """The code this browser asked for last, open or not."""
    return _asked(session, purpose, subject).first()


def current_code(session: SessionBase, *, purpose: OneTimeCode.Purpose, subject: str = "") -> OneTimeCode | None:
    """The same, while it can still be used."""
    row = asked_code(session, purpose=purpose, subject=subject)
    return row if row is not None and _is_open(row) else None


def forget_code(session: SessionBase, *, purpose: OneTimeCode.Purpose) -> None:
    """This browser will not use it; nobody else can."""
    session.pop(_session_key(purpose), None)


def describe(row: OneTimeCode) -> Sent:
    return Sent(str(row.phone)[-3:], _is_open(row), seconds_until_resend(row) if _is_open(row) else 0)


def seconds_until_resend(row: OneTimeCode) -> int | None:
    """0 when a resend is free, None when there is none left."""
    if row.sends > len(RESEND_WAITS) or row.last_sent_at is None:
        return None
    ready = row.last_sent_at + timedelta(seconds=RESEND_WAITS[row.sends - 1])
    return max(0, -(-(ready - timezone.now()) // timedelta(seconds=1)))


def wipe_expired_codes() -> int:
    """Close what has run out and wipe its secrets, how many; after a day nothing of a code is kept."""
    now = timezone.now()
    OneTimeCode.objects.filter(expires_at__lte=now - FORGOTTEN_AFTER).delete()
    return OneTimeCode.objects.filter(closed_at__isnull=True, expires_at__lte=now).update(
        closed_at=now, digest="", sealed=b""
    )


def _is_open(row: OneTimeCode) -> bool:
    return row.closed_at is None and row.expires_at > timezone.now()


def _refuse_early_resend(row: OneTimeCode) -> None:
    wait = seconds_until_resend(row)
    if wait is None:
        raise ResendUsedUp
    if wait > 0:
        raise ResendTooSoon(wait=wait)


def _asked(session: SessionBase, purpose: OneTimeCode.Purpose, subject: str) -> QuerySet[OneTimeCode]:
    return OneTimeCode.objects.filter(pk=session.get(_session_key(purpose), 0), purpose=purpose, subject=subject)


def _locked(session: SessionBase, purpose: OneTimeCode.Purpose, subject: str) -> OneTimeCode:
    row = _asked(session, purpose, subject).select_for_update().first()
    if row is None or row.closed_at is not None:
        raise CodeMissing
    return row


def _judge(row: OneTimeCode, code: str) -> PortalError | None:
    """Marks the row with what this try means; the reason to refuse it, if any."""
    if row.expires_at <= timezone.now():
        _close(row)
        return CodeExpired()
    if hmac.compare_digest(row.digest, _digest(row, code)):
        _close(row)
        return None
    row.wrong_tries += 1
    if row.wrong_tries >= MAX_WRONG_TRIES:
        _close(row)
        return CodeBurnt()
    return CodeWrong(left=MAX_WRONG_TRIES - row.wrong_tries)


def _close(row: OneTimeCode) -> None:
    row.closed_at, row.digest, row.sealed = timezone.now(), "", b""


def _send(row: OneTimeCode, code: str) -> None:
    row.sends += 1
    row.last_sent_at = timezone.now()
    row.save()
    outbox.put(
        kind=Message.Kind.CODE,
        purpose=row.purpose,
        to=str(row.phone),
        text=texts.one_time_code(purpose=row.purpose, code=code),
        dedupe_key=f"code:{row.pk}:{row.sends}",
        not_after=row.expires_at,
    )


def _spend_budget(*, purpose: OneTimeCode.Purpose, subject: str, phone: str, address: str) -> None:
    # The narrowest first: what it refuses must not use up the number's count, nor the address of a whole village.
    if purpose in AFTER_A_PASSWORD:
        limits.hit("code.account", f"{purpose}:{subject}")
    else:
        limits.hit("code.stranger.hour", phone)
        limits.hit("code.stranger.day", phone)
    limits.hit("code.number.hour", phone)
    limits.hit("code.number.day", phone)
    limits.hit("code.address", address)
    limits.hit("code.portal")


def _digest(row: OneTimeCode, code: str) -> str:
    return keyed_digest(f"{row.pk}:{code}", purpose="one-time-code")


def _session_key(purpose: OneTimeCode.Purpose) -> str:
    return f"one_time_code:{purpose.value}"
