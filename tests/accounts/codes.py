"""Asking for a one-time code and reading it from the phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from accounts.models import Message, OneTimeCode
from accounts.services.one_time_codes import check_code, resend_code, send_code
from tests.accounts.conftest import PHONE, code_in

REGISTER, STATUS = OneTimeCode.Purpose.REGISTER, OneTimeCode.Purpose.STATUS
ADDRESS = "203.0.113.7"

Browser = Callable[[], SessionStore]


def ask(session: SessionStore, phone: str = PHONE, **asked: Any) -> OneTimeCode:
    return send_code(session, **{"purpose": REGISTER, "phone": phone, "address": ADDRESS, **asked})


def resend(session: SessionStore) -> OneTimeCode:
    return resend_code(session, purpose=REGISTER, address=ADDRESS)


def try_code(session: SessionStore, code: str) -> OneTimeCode:
    return check_code(session, purpose=REGISTER, code=code)


def newest_code() -> str:
    return code_in(Message.objects.filter(kind=Message.Kind.CODE).latest("pk"))


def some_time_ago(row: OneTimeCode, seconds: float) -> None:
    """As if the last message had gone out so long ago."""
    OneTimeCode.objects.filter(pk=row.pk).update(last_sent_at=timezone.now() - timedelta(seconds=seconds))


def run_out(row: OneTimeCode) -> None:
    OneTimeCode.objects.filter(pk=row.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
