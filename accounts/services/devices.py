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

from django.conf import settings
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
from accounts.services import access, one_time_codes, sessions
from accounts.services.sessions import DEVICE, SessionOver, lock_account
from accounts.sms import outbox, texts

TAKE_OVER = OneTimeCode.Purpose.TAKE_OVER
HALF_LOGIN_LASTS = timedelta(minutes=15)
NOTED_EVERY = timedelta(minutes=5)
NOTICE, NOTICES_A_DAY = "device", 10  # to one number, over all its accounts
# In the session: when its device was last noted; a right password that waits for a code; why the one before ended.
_NOTED, _HALF, _OUT = "device_noted", "half_login", "put_out"


class HalfLoginOver(PortalError):
    code = "half_login_over"
    message = _("Lần đăng nhập này đã hết hạn, hoặc mật khẩu vừa đổi. Đăng nhập lại để chuyển thiết bị.")


class NoPhone(PortalError):
    code = "no_phone"
    message = _("Tài khoản chưa có số điện thoại nhận mã. Mang giấy tờ đến cơ quan BHXH để ghi số điện thoại.")


class PutOut(NamedTuple):
    """Why a session is over: the browser that took the account over by a code, when, and the end of the phone's number.

    No browser is named when the account was signed out instead.
    """

    device: str
    at: datetime
    phone_end: str


def sign_in(request: HttpRequest, user: User, *, browser: Browser) -> bool:
    """Start a session for whoever proved the password; its id rotates.

    False while a citizen's account is active in another browser: the login is
    half done, and `take_over` finishes it. The owner is told when a browser
    the account does not trust comes in. SessionOver.
    """
    if user.kind != User.Kind.CITIZEN:
        _start_session(request, user, "session.started")
        return True
    with transaction.atomic():
        locked = lock_account(user)
        device = locked.active_device or _first_device(locked, browser)
        if not _is_of(device, locked, browser):
            _keep_half(request.session, user)
            return False
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


def forget_half_login(session: SessionBase) -> None:
    """The person has thought better of it."""
    session.pop(_HALF, None)


def resume(request: HttpRequest, *, browser: Browser) -> bool:
    """Finish a half login without a code if this very browser is active by now: the button was pressed twice.

    An account that has become free meanwhile still asks for the code: the password may have been typed by someone
    who has left. HalfLoginOver.
    """
    user = _half_done(request.session)
    with transaction.atomic():
        locked = _still_half(user)
        device = locked.active_device
        if device is None or not _is_of(device, locked, browser):
            return False
        _start_session(request, locked, "session.started", device=device)
    return True


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

    HalfLoginOver, or why the code does not hold.
    """
    user = _half_done(request.session)
    one_time_codes.check_code(request.session, purpose=TAKE_OVER, subject=str(user.pk), code=code)
    with transaction.atomic():
        locked = _still_half(user)
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
            if locked.active_device is not None and sessions.is_of(request, locked):
                _end(locked.active_device, Device.Ending.SIGN_OUT)
                locked.active_device = None
                locked.save(update_fields=["active_device"])
            access.record("session.ended", actor=locked, person_id=locked.person_id)
    logout(request)


def is_current(request: HttpRequest) -> bool:
    """Whether this session may go on."""
    return not isinstance(request.user, User) or sessions.is_of(request, request.user)


def put_out(request: HttpRequest) -> None:
    """End a session whose device is no longer the active one, and keep why for the login page."""
    user = cast(User, request.user)
    taker = _taker_from(user, request.session.get(DEVICE, 0))
    logout(request)
    request.session[_OUT] = {
        "device": taker.name if taker is not None else "",
        "at": (taker.started_at if taker is not None else timezone.now()).isoformat(),
        "phone_end": str(user.phone)[-3:],
    }


def why_out(session: SessionBase) -> PutOut | None:
    """Until the next login in this browser."""
    out = session.get(_OUT)
    return PutOut(out["device"], datetime.fromisoformat(out["at"]), out.get("phone_end", "")) if out else None


def note_use(request: HttpRequest) -> None:
    """Remember that the active device is in use, every few minutes."""
    now = timezone.now()
    device, noted = request.session.get(DEVICE), request.session.get(_NOTED, 0)
    if device is not None and noted < (now - NOTED_EVERY).timestamp():
        request.session[_NOTED] = int(now.timestamp())
        Device.objects.filter(pk=device).update(last_used_at=now)


def _half_done(session: SessionBase) -> User:
    user = half_login(session)
    if user is None:
        raise HalfLoginOver
    return user


def _keep_half(session: SessionBase, user: User) -> None:
    """Each login begins with the warning again, unless its code is still on the way."""
    session.cycle_key()
    if one_time_codes.current_code(session, purpose=TAKE_OVER, subject=str(user.pk)) is None:
        one_time_codes.forget_code(session, purpose=TAKE_OVER)
    session[_HALF] = {"user": user.pk, "proof": user.get_session_auth_hash(), "at": int(time.time())}


def _still_half(user: User) -> User:
    """The account, locked; HalfLoginOver if its password changed, or it was closed, this very moment."""
    try:
        return lock_account(user)
    except SessionOver as error:
        raise HalfLoginOver from error


def _first_device(locked: User, browser: Browser) -> Device:
    """The password alone is enough for an account that is open nowhere; its owner is told, unless this browser left
    the account by signing out: one that was put out by a code is a stranger again.
    """
    before = locked.devices.filter(digest=_digest(locked, browser)).order_by("-pk").first()
    device = _activate(locked, browser)
    if before is None or before.ended_by != Device.Ending.SIGN_OUT:
        _tell_owner(locked, device)
    return device


def _taker_from(user: User, own: int) -> Device | None:
    """The device that took the account over from this one; a take-over ends one turn and begins the next."""
    if not user.devices.filter(pk=own, ended_by=Device.Ending.TAKE_OVER).exists():
        return None
    return user.devices.filter(pk__gt=own).order_by("pk").first()


def _is_of(device: Device, locked: User, browser: Browser) -> bool:
    return hmac.compare_digest(device.digest, _digest(locked, browser))


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
    for key in (_HALF, _OUT):
        request.session.pop(key, None)
    # A fixed end: by itself Django would put it off whenever something is kept in the session.
    request.session.set_expiry(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE))
    if device is not None:
        request.session[DEVICE] = device.pk
        request.session[_NOTED] = int(time.time())
        detail = {"device": device.pk, **detail}
    access.record(action, actor=user, person_id=user.person_id, detail={**detail})


def _tell_owner(user: User, device: Device) -> None:
    """Nothing when the number has had its share: whoever knows the password must not run up messages.

    Counted in the outbox itself: a store that is slow to answer must not hold the account's lock.
    """
    told = Message.objects.filter(to=user.phone, purpose=NOTICE, created_at__gt=timezone.now() - timedelta(days=1))
    if not user.phone or told[:NOTICES_A_DAY].count() == NOTICES_A_DAY:
        return
    outbox.put(
        kind=Message.Kind.NOTICE,
        purpose=NOTICE,
        to=str(user.phone),
        text=texts.signed_in(bhxh_code=user.username, device=device.name, at=device.started_at),
        dedupe_key=f"device:{device.pk}",
    )


def _digest(user: User, browser: Browser) -> str:
    """Of this browser for this account: the accounts that share a browser cannot be told from their rows."""
    return keyed_digest(f"{user.pk}:{browser.key}", purpose="device")
