"""One-time codes: six digits to a phone, bound to a purpose and to the browser session that asked."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import PortalError
from accounts.models import Message, OneTimeCode
from accounts.sealing import keyed_digest, seal, unseal
from accounts.services import code_budgets, decoys
from accounts.services.code_ways import Way, dedupe_key, way_of, words_of
from accounts.sms import outbox, texts

CODE_LASTS = timedelta(minutes=10)
FORGOTTEN_AFTER = timedelta(days=1)
MAX_WRONG_TRIES = 5
RESEND_WAITS = (30, 60, 90, 120)  # seconds after the 1st, 2nd, 3rd, 4th send; then no more


class NoPhone(PortalError):
    code = "no_phone"
    message = _("Tài khoản chưa có số điện thoại nhận mã. Mang giấy tờ đến cơ quan BHXH để ghi số điện thoại.")


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
    message = _("Bạn vừa bấm gửi. Chờ %(wait)d giây nữa rồi gửi lại.")


class ResendUsedUp(PortalError):
    code = "resend_used_up"
    message = _("Mã này đã được gửi lại nhiều lần. Chờ đến khi hết hạn rồi lấy mã mới.")


class Sent(NamedTuple):
    """What a page says about the message on its way: the number's end, whether its code still holds, the next send.

    `wait` is in seconds until a resend, 0 when it is free, None when there is none left; `way` how far the message is,
    in a `word` and with what it means for whoever waits.
    """

    purpose: str
    phone_end: str
    is_open: bool
    wait: int | None
    expires_at: datetime
    way: Way
    word: Promise | str
    meaning: Promise


def send_code(
    session: SessionBase,
    *,
    purpose: OneTimeCode.Purpose,
    phone: str,
    address: str,
    subject: str = "",
    about: str = "",
    language: str = "",
    is_known: bool = False,
) -> OneTimeCode:
    """A fresh code to `phone` (E.164); an open one of this session for the same phone is sent again instead.

    `about` is the login name of the account it is for: a family shares one phone; `language` is the account's, without
    one the page's. By name alone `phone` may be empty; `is_known` says that the account was opened in this browser
    before, so that it is no stranger's to ask. TooManyRequests, ResendTooSoon or ResendUsedUp.
    """
    row = current_code(session, purpose=purpose, subject=subject)
    if row is not None and (purpose in code_budgets.BY_NAME_ALONE or _number(row) == phone):
        return resend_code(
            session,
            purpose=purpose,
            subject=subject,
            address=address,
            about=about,
            language=language,
            is_known=is_known,
        )
    to = code_budgets.spend(purpose=purpose, subject=subject, phone=phone, address=address, is_known=is_known)
    code = f"{secrets.randbelow(10**6):06d}"
    with transaction.atomic():
        is_saved = _refuse_second_press(session, purpose=purpose, subject=subject, phone=to)
        row = OneTimeCode.objects.create(
            purpose=purpose, subject=subject, phone=to, expires_at=timezone.now() + CODE_LASTS, sealed=seal(code)
        )
        decoys.code_read(row).digest = _digest(row, code if to else secrets.token_hex())
        _send(row, code, to=to, about=about, language=language)
        session[_session_key(purpose)] = row.pk
        if is_saved:
            session.save()
    return row


def resend_code(
    session: SessionBase,
    *,
    purpose: OneTimeCode.Purpose,
    address: str,
    subject: str = "",
    about: str = "",
    language: str = "",
    is_known: bool = False,
) -> OneTimeCode:
    """The same code once more, after a growing wait; the count of wrong tries stays."""
    row = current_code(session, purpose=purpose, subject=subject)
    if row is None:
        raise CodeMissing
    _refuse_early_resend(row)
    to = code_budgets.spend(purpose=purpose, subject=subject, phone=_number(row), address=address, is_known=is_known)
    with transaction.atomic():
        row = decoys.code_read(OneTimeCode.objects.select_for_update().get(pk=row.pk))
        if row.closed_at is not None:
            raise CodeMissing
        _refuse_early_resend(row)  # another press of the same button may have been faster
        _send(row, unseal(bytes(row.sealed)), to=to, about=about, language=language)
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
    row = _asked(session, purpose, subject).first()
    return decoys.code_read(row) if row is not None else None


def current_code(session: SessionBase, *, purpose: OneTimeCode.Purpose, subject: str = "") -> OneTimeCode | None:
    """The same, while it can still be used."""
    row = asked_code(session, purpose=purpose, subject=subject)
    return row if row is not None and _is_open(row) else None


def forget_code(session: SessionBase, *, purpose: OneTimeCode.Purpose) -> None:
    """This browser will not use it, nobody else can: it is wiped at once."""
    asked = OneTimeCode.objects.filter(pk=session.pop(_session_key(purpose), 0), purpose=purpose, closed_at=None)
    asked.update(closed_at=timezone.now(), digest="", sealed=b"")


def sent_lately(session: SessionBase, *, purpose: OneTimeCode.Purpose) -> Sent | None:
    """Of the code this browser asked for last for this purpose, for whatever account."""
    row = OneTimeCode.objects.filter(pk=session.get(_session_key(purpose), 0), purpose=purpose).first()
    return describe(decoys.code_read(row)) if row is not None else None


def describe(row: OneTimeCode) -> Sent:
    is_open = _is_open(row)
    wait = seconds_until_resend(row) if is_open else 0
    way = way_of(row)
    return Sent(row.purpose, _number(row)[-3:], is_open, wait, row.expires_at, way, *words_of(row, way))


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


def _number(row: OneTimeCode) -> str:
    """E.164, or nothing of a decoy."""
    return str(row.phone or "")


def _refuse_second_press(session: SessionBase, *, purpose: OneTimeCode.Purpose, subject: str, phone: str) -> bool:
    """Whether the session is one that is saved; its row stays locked until the code's row stands in it.

    Of two presses of one button at once the later waits here, and meets the code of the first. ResendTooSoon.
    """
    saved = Session.objects.select_for_update().filter(pk=session.session_key).first()
    if saved is None:
        return False
    key = _session_key(purpose)
    others = OneTimeCode.objects.filter(pk=saved.get_decoded().get(key, 0), purpose=purpose, subject=subject)
    first = others.exclude(pk=session.get(key, 0)).first()
    if first is None or not _is_open(first) or not (purpose in code_budgets.BY_NAME_ALONE or _number(first) == phone):
        return True
    session[key] = first.pk
    raise ResendTooSoon(wait=seconds_until_resend(first) or 0)


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
    return decoys.code_read(row)


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


def _send(row: OneTimeCode, code: str, *, to: str, about: str, language: str) -> None:
    row.sends += 1
    row.last_sent_at = timezone.now()
    row.save()
    if not to:
        decoys.number_read()
    outbox.put(
        kind=Message.Kind.CODE,
        purpose=row.purpose,
        to=to,
        text=texts.one_time_code(purpose=row.purpose, code=code, about=about, language=language),
        dedupe_key=dedupe_key(row),
        not_after=row.expires_at,
    )


def _digest(row: OneTimeCode, code: str) -> str:
    return keyed_digest(f"{row.pk}:{code}", purpose="one-time-code")


def _session_key(purpose: OneTimeCode.Purpose) -> str:
    return f"one_time_code:{purpose.value}"
