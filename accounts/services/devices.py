"""One device: a citizen's account is open in one browser at a time (docs/adr/0010-one-device.md).

A browser is active from login until sign-out or take-over; an expired session
does not free the account. The session names its device, the account names the
active one, and a request whose two differ is out. Every change happens with
the account's row locked.
"""

from __future__ import annotations

import hmac
import time
from datetime import datetime, timedelta
from typing import NamedTuple, cast

from django.contrib.auth import login, logout
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.browsers import Browser
from accounts.errors import PortalError
from accounts.models import Device, Message, OneTimeCode, User
from accounts.sealing import keyed_digest
from accounts.services import access, one_time_codes
from accounts.services.passwords import SignInRefused
from accounts.sms import outbox, texts

TAKE_OVER = OneTimeCode.Purpose.TAKE_OVER
HALF_LOGIN_LASTS = timedelta(minutes=15)
NOTED_EVERY = timedelta(minutes=5)
# In the session: its device and when that was last noted; a right password that waits for a code; why it was ended.
_DEVICE, _NOTED, _HALF, _OUT = "device", "device_noted", "half_login", "put_out"


class HalfLoginOver(PortalError):
    code = "half_login_over"
    message = _("Đã quá 15 phút kể từ khi bạn nhập mật khẩu. Đăng nhập lại để chuyển thiết bị.")


class NoPhone(PortalError):
    code = "no_phone"
    message = _("Tài khoản chưa có số điện thoại nhận mã. Mang giấy tờ đến cơ quan BHXH để ghi số điện thoại.")


class Ending(NamedTuple):
    """Why a session is over: the browser that has the account now, if one has, and since when."""

    device: str
    at: datetime


def sign_in(request: HttpRequest, user: User, *, browser: Browser) -> bool:
    """Start a session for whoever proved the password; its id rotates.

    False while a citizen's account is active in another browser: the login is
    half done, and `take_over` finishes it. The owner is told when a browser
    the account does not remember comes in. SignInRefused.
    """
    if user.kind != User.Kind.CITIZEN:
        _start_session(request, user, "session.started")
        return True
    digest = _digest(user, browser)
    with transaction.atomic():
        locked = _locked(user)
        device = locked.active_device
        if device is not None and not hmac.compare_digest(device.digest, digest):
            _keep_half(request.session, user)
            return False
        if device is None:
            is_known = locked.devices.filter(digest=digest).exists()
            device = _activate(locked, browser)
            if not is_known:
                _tell_owner(locked, device)
        _start_session(request, locked, "session.started", device=device)
    return True


def half_login(session: SessionBase) -> User | None:
    """Who proved the password in this browser and waits to take over; the password and the account must still hold."""
    half = session.get(_HALF, {})
    if not half or half["at"] < time.time() - HALF_LOGIN_LASTS.total_seconds():
        return None
    user = User.objects.select_related("active_device").filter(pk=half["user"], is_active=True).first()
    is_same = user is not None and hmac.compare_digest(half["proof"], user.get_session_auth_hash())
    return user if is_same else None


def send_code(request: HttpRequest, *, address: str) -> OneTimeCode:
    """To the phone of the account whose login is half done. HalfLoginOver, NoPhone, or why codes are not sent."""
    user = _half_done(request.session)
    if not user.phone:
        raise NoPhone
    return one_time_codes.send_code(
        request.session, purpose=TAKE_OVER, subject=str(user.pk), phone=str(user.phone), address=address
    )


def take_over(request: HttpRequest, *, code: str, browser: Browser) -> User:
    """Finish the login: this browser becomes the active one, and the one before is out at its next request.

    HalfLoginOver, SignInRefused, or why the code does not hold.
    """
    user = _half_done(request.session)
    one_time_codes.check_code(request.session, purpose=TAKE_OVER, subject=str(user.pk), code=code)
    with transaction.atomic():
        locked = _locked(user)
        before = locked.active_device
        if before is not None:
            _end(before, Device.Ending.TAKE_OVER)
        device = _activate(locked, browser)
        detail = {"from": before.pk} if before is not None else {}
        _start_session(request, locked, "device.taken_over", device=device, **detail)
    return locked


def sign_out(request: HttpRequest) -> None:
    """End the session; a citizen's account is free for the next browser."""
    user = request.user
    if isinstance(user, User):
        with transaction.atomic():
            locked = User.objects.select_for_update().get(pk=user.pk)
            if locked.active_device is not None and is_current(request):
                _end(locked.active_device, Device.Ending.SIGN_OUT)
                locked.active_device = None
                locked.save(update_fields=["active_device"])
            access.record("session.ended", actor=locked, person_id=locked.person_id)
    logout(request)


def is_current(request: HttpRequest) -> bool:
    """Whether this session may go on: only a citizen's is bound to the account's active device."""
    user = request.user
    if not isinstance(user, User) or user.kind != User.Kind.CITIZEN:
        return True
    return user.active_device_id is not None and request.session.get(_DEVICE) == user.active_device_id


def put_out(request: HttpRequest) -> None:
    """End a session whose device is no longer the active one, and keep why for the login page."""
    own, user = request.session.get(_DEVICE), cast(User, request.user)
    latest = user.devices.order_by("-pk").first()
    logout(request)
    is_elsewhere = latest is not None and own is not None and latest.pk != own
    request.session[_OUT] = {
        "device": latest.name if latest is not None and is_elsewhere else "",
        "at": (latest.started_at if latest is not None and is_elsewhere else timezone.now()).isoformat(),
    }


def why_out(session: SessionBase) -> Ending | None:
    """Until the next login in this browser."""
    out = session.get(_OUT)
    return Ending(out["device"], datetime.fromisoformat(out["at"])) if out else None


def note_use(request: HttpRequest) -> None:
    """Remember that the active device is in use, every few minutes."""
    now = timezone.now()
    device, noted = request.session.get(_DEVICE), request.session.get(_NOTED, 0)
    if device is not None and noted < (now - NOTED_EVERY).timestamp():
        request.session[_NOTED] = int(now.timestamp())
        Device.objects.filter(pk=device).update(last_used_at=now)


def _half_done(session: SessionBase) -> User:
    user = half_login(session)
    if user is None:
        raise HalfLoginOver
    return user


def _keep_half(session: SessionBase, user: User) -> None:
    session.cycle_key()
    session[_HALF] = {"user": user.pk, "proof": user.get_session_auth_hash(), "at": int(time.time())}


def _locked(user: User) -> User:
    """The account's row, locked; the password that was proved must still be its password.

    The device is read afterwards: one joined to the row would be from before the wait for the lock.
    """
    locked = User.objects.select_for_update().filter(pk=user.pk, is_active=True).first()
    if locked is None or not hmac.compare_digest(locked.get_session_auth_hash(), user.get_session_auth_hash()):
        raise SignInRefused
    return locked


def _activate(locked: User, browser: Browser) -> Device:
    device = Device.objects.create(
        user=locked, name=browser.name, digest=_digest(locked, browser), last_used_at=timezone.now()
    )
    locked.active_device = device
    locked.save(update_fields=["active_device"])
    return device


def _end(device: Device, why: Device.Ending) -> None:
    device.ended_at, device.ended_by = timezone.now(), why
    device.save(update_fields=["ended_at", "ended_by"])


def _start_session(
    request: HttpRequest, user: User, action: str, *, device: Device | None = None, **detail: int
) -> None:
    login(request, user)
    for key in (_HALF, _OUT, _NOTED):
        request.session.pop(key, None)
    if device is not None:
        request.session[_DEVICE] = device.pk
        note_use(request)
        detail = {"device": device.pk, **detail}
    access.record(action, actor=user, person_id=user.person_id, detail=dict(detail))


def _tell_owner(user: User, device: Device) -> None:
    if user.phone:
        outbox.put(
            kind=Message.Kind.NOTICE,
            purpose="device",
            to=str(user.phone),
            text=texts.signed_in(bhxh_code=user.username, device=device.name, at=device.started_at),
            dedupe_key=f"device:{device.pk}",
        )


def _digest(user: User, browser: Browser) -> str:
    """Of this browser for this account: the accounts that share a browser cannot be told from their rows."""
    return keyed_digest(f"{user.pk}:{browser.key}", purpose="device")
