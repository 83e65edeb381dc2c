"""Whose session a request is, judged with the account's row locked: what was read before the lock is from before it."""

from __future__ import annotations

import hmac

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.errors import PortalError
from accounts.models import User

DEVICE = "device"  # in the session: the device it belongs to


class SessionOver(PortalError):
    code = "session_over"
    message = _("Mật khẩu vừa được đổi, hoặc tài khoản vừa được mở ở thiết bị khác. Đăng nhập lại để tiếp tục.")


def lock_account(user: User) -> User:
    """The account's row as it is now; SessionOver if it was closed or its password changed since `user` was read.

    The device is read afterwards: one joined to the row would be from before the wait for the lock.
    """
    locked = User.objects.select_for_update().filter(pk=user.pk, is_active=True).first()
    if locked is None or not hmac.compare_digest(locked.get_session_auth_hash(), user.get_session_auth_hash()):
        raise SessionOver
    return locked


def lock_own_account(request: HttpRequest, user: User) -> User:
    """The same for a request that changes the account; SessionOver too when another browser has taken it over."""
    locked = lock_account(user)
    if not is_of(request, locked):
        raise SessionOver
    return locked


def is_of(request: HttpRequest, user: User) -> bool:
    """Whether this session may act for the account as `user` shows it: a citizen's only in its active device."""
    if user.kind != User.Kind.CITIZEN:
        return True
    return user.active_device_id is not None and request.session.get(DEVICE) == user.active_device_id
