"""A session: whose it is, how it begins, how long it lasts.

What is done for an account is judged again with its row locked: what a request
read before the lock is from before it.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import NamedTuple

from django.contrib.auth import SESSION_KEY, login
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import PortalError
from accounts.models import Device, User
from accounts.services import access

# In the session: its device; when it was last used, in seconds, noted now and then; why the one before it ended.
DEVICE, USED, ENDED = "device", "used_at", "ended"
NOTED_EVERY = timedelta(minutes=1)
# Begun in this browser before the login, perhaps by somebody else: nobody goes on with it.
FORGOTTEN_AT_LOGIN = ("half_login", ENDED, "reset", "reset_right", "phone_change", "heading_for")


class Lasts(NamedTuple):
    idle: timedelta
    absolute: timedelta


# A clinic's desk serves one patient after another all day; it is not asked for its second factor at each lull.
LASTS = {
    User.Kind.CITIZEN: Lasts(timedelta(minutes=30), timedelta(hours=12)),
    User.Kind.STAFF: Lasts(timedelta(minutes=15), timedelta(hours=8)),
    User.Kind.CLINIC: Lasts(timedelta(minutes=60), timedelta(hours=12)),
}


class SessionOver(PortalError):
    code = "session_over"
    message = _("Mật khẩu vừa được đổi, hoặc tài khoản vừa được mở ở thiết bị khác. Đăng nhập lại để tiếp tục.")


def lock_account(user: User) -> User:
    """The account's row as it is now; SessionOver if it was closed or locked, or its password or phone
    changed since `user` was read.

    The device is read afterwards: one joined to the row would be from before the wait for the lock.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    is_as_before = locked.password == user.password and locked.phone == user.phone
    if not is_as_before or not locked.is_active or locked.locked_at is not None:
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
    device = request.session.get(DEVICE, 0)
    if user.kind == User.Kind.CITIZEN:
        return bool(device == user.active_device_id)
    return Device.objects.filter(pk=device, user_id=user.pk, ended_at=None).exists()


def start(request: HttpRequest, user: User, action: str, *, device: Device, **detail: int) -> None:
    """Log in, with a new session id and an end that no use puts off."""
    if SESSION_KEY in request.session:
        request.session.cycle_key()  # Django keeps the id of one who is inside already
    login(request, user)
    for key in FORGOTTEN_AT_LOGIN:
        request.session.pop(key, None)
    request.session[DEVICE] = device.pk
    request.session[USED] = int(time.time())
    request.session.set_expiry(timezone.now() + LASTS[User.Kind(user.kind)].absolute)
    access.record(action, actor=user, person_id=user.person_id, detail={"device": device.pk, **detail})


def is_idle(request: HttpRequest, user: User) -> bool:
    """Left alone for too long: somebody else may sit before it now."""
    used = request.session.get(USED, 0)
    return bool(used < time.time() - LASTS[User.Kind(user.kind)].idle.total_seconds())


def note_use(request: HttpRequest) -> None:
    """Remember that it is in use, every minute at most."""
    now = timezone.now()
    if request.session.get(USED, 0) <= (now - NOTED_EVERY).timestamp():
        request.session[USED] = int(now.timestamp())
        Device.objects.filter(pk=request.session.get(DEVICE, 0)).update(last_used_at=now)
