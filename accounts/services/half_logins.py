"""A right password that waits for one more proof: kept in the browser's session, no session of the account yet."""

from __future__ import annotations

import hmac
import time
from datetime import timedelta
from enum import StrEnum

from django.contrib.sessions.backends.base import SessionBase
from django.utils.translation import gettext_lazy as _

from accounts.errors import PortalError
from accounts.models import User
from accounts.services.sessions import SessionOver, lock_account

LASTS = timedelta(minutes=15)
_HALF = "half_login"


class HalfLoginOver(PortalError):
    code = "half_login_over"
    message = _("Lần đăng nhập này đã hết hạn, hoặc mật khẩu vừa đổi. Đăng nhập lại để tiếp tục.")


class Step(StrEnum):
    """What is missing: a login that waits for the one is not finished by the other."""

    TAKE_OVER = "take_over"
    SECOND_FACTOR = "second_factor"


def keep(session: SessionBase, user: User, step: Step) -> None:
    session.cycle_key()
    proof = user.get_session_auth_hash()
    session[_HALF] = {"step": step.value, "user": user.pk, "proof": proof, "at": int(time.time())}


def user_of(session: SessionBase, step: Step) -> User | None:
    """Who proved the password in this browser; the password and the account must still hold."""
    half = session.get(_HALF, {})
    if half.get("step") != step or half["at"] < time.time() - LASTS.total_seconds():
        return None
    users = User.objects.select_related("active_device")
    user = users.filter(pk=half["user"], is_active=True, locked_at=None).first()
    is_same = user is not None and hmac.compare_digest(half["proof"], user.get_session_auth_hash())
    return user if is_same else None


def require(session: SessionBase, step: Step) -> User:
    """The same, or HalfLoginOver."""
    user = user_of(session, step)
    if user is None:
        raise HalfLoginOver
    return user


def forget(session: SessionBase) -> None:
    """The person has thought better of it."""
    session.pop(_HALF, None)


def lock(user: User) -> User:
    """The account, locked; HalfLoginOver if its password changed, or it was closed, this very moment."""
    try:
        return lock_account(user)
    except SessionOver as error:
        raise HalfLoginOver from error
