"""One device: a citizen's account is open in one browser at a time (docs/adr/0010-one-device.md).

A browser is active from login until sign-out, take-over or «Không phải tôi»; an
expired session does not free the account. The session names its device, the
account names the active one, and a request whose two differ is out. Every
change happens with the account's row locked. Staff and clinic desks may be
open in several browsers, as many as the settings say.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.browsers import Browser
from accounts.limits import client_address
from accounts.models import Device, OneTimeCode, User
from accounts.services import access, half_logins, notices, one_time_codes, recovery_codes, remembered, sessions
from accounts.services.half_logins import Step
from accounts.services.one_time_codes import NoPhone
from accounts.services.sessions import DEVICE, lock_account
from accounts.sms import texts

TAKE_OVER = OneTimeCode.Purpose.TAKE_OVER


def sign_in(request: HttpRequest, user: User, *, browser: Browser) -> Browser | None:
    """Start a session for whoever gave every proof but the device's; its id rotates. The browser as it is to be kept.

    None while a citizen's account is active in another browser: the login is
    half done, and `take_over` finishes it. The owner is told when a browser
    the account does not trust comes in. SessionOver.
    """
    if user.kind != User.Kind.CITIZEN:
        return _sign_in_at_a_desk(request, user, browser)
    with transaction.atomic():
        locked = lock_account(user)
        before = remembered.latest_turn(locked, browser)
        if locked.active_device_id is not None and not _is_active(before, locked, browser):
            half_logins.keep(request.session, user, Step.TAKE_OVER)
            _forget_a_dead_code(request, user)
            return None
        return _enter(request, locked, browser, before)


def resume(request: HttpRequest, *, browser: Browser) -> Browser | None:
    """Finish a half login without a code if this very browser is active by now: the button was pressed twice.

    An account that has become free meanwhile still asks for the code: the password may have been typed by someone
    who has left. HalfLoginOver.
    """
    user = half_logins.require(request.session, Step.TAKE_OVER)
    with transaction.atomic():
        locked = half_logins.lock(user)
        before = remembered.latest_turn(locked, browser)
        return _enter(request, locked, browser, before) if _is_active(before, locked, browser) else None


def send_code(request: HttpRequest, *, address: str) -> OneTimeCode:
    """To the phone of the account whose login is half done. HalfLoginOver, NoPhone, or why codes are not sent."""
    user = half_logins.require(request.session, Step.TAKE_OVER)
    if not user.phone:
        raise NoPhone
    return one_time_codes.send_code(
        request.session,
        purpose=TAKE_OVER,
        subject=str(user.pk),
        phone=str(user.phone),
        address=address,
        about=user.username,
        language=user.language,
    )


def take_over(request: HttpRequest, *, code: str, browser: Browser) -> Browser:
    """Finish the login: this browser becomes the active one, and the one before is out at its next request.

    HalfLoginOver, or why the code does not hold.
    """
    user = half_logins.require(request.session, Step.TAKE_OVER)
    one_time_codes.check_code(request.session, purpose=TAKE_OVER, subject=str(user.pk), code=code)
    return _move_here(request, user, browser)


def take_over_by_paper(request: HttpRequest, *, code: str, browser: Browser) -> Browser:
    """The same with a printed recovery code: the phone is lost. HalfLoginOver, RecoveryCodeWrong, TooManyRequests."""
    user = half_logins.require(request.session, Step.TAKE_OVER)
    recovery_codes.use(user, code)
    return _move_here(request, user, browser)


def enter_by_code(request: HttpRequest, user: User, *, browser: Browser) -> Browser:
    """Open the account here for whoever has just set its password by a code to its phone: what a take-over asks for.

    SessionOver.
    """
    with transaction.atomic():
        locked = lock_account(user)
        before = remembered.latest_turn(locked, browser)
        if _is_active(before, locked, browser):
            return _enter(request, locked, browser, before)
        return _move(request, locked, browser, before)


def sign_out(request: HttpRequest, *, browser: Browser) -> Browser:
    """End the session; a citizen's account is free for the next browser, unless another has taken it over.

    The browser as it is to be kept.
    """
    user, turn = request.user, request.session.get(DEVICE, 0)
    if isinstance(user, User):
        with transaction.atomic():
            # Locked and judged in one statement: what was read with the request may be from before a take-over.
            is_freed = User.objects.filter(pk=user.pk, active_device_id=turn).update(active_device=None)
            if is_freed or user.kind != User.Kind.CITIZEN:
                _close(Device.objects.filter(pk=turn, user_id=user.pk, ended_at=None), Device.Ending.SIGN_OUT)
            access.record("session.ended", actor=user, person_id=user.person_id, detail={"device": turn})
    logout(request)
    return browser.having_left(turn)


def end_by_staff(user: User, *, actor: User, reason: str) -> None:
    """An officer signs a citizen's account out everywhere, for a reason from the desk's list; its owner is told."""
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        device = locked.active_device
        if device is None:
            return
        end(locked, device.pk, Device.Ending.STAFF)
        access.record(
            "device.ended_by_staff",
            actor=actor,
            person_id=locked.person_id,
            object_type="user",
            object_id=locked.pk,
            detail={"device": device.pk, "reason": reason},
        )
        text = texts.signed_out_by_office(bhxh_code=locked.username, language=locked.language)
        notices.tell(locked, purpose="signed_out", text=text, dedupe_key=f"signed-out:{device.pk}")


def end_desk_sessions(user: User) -> None:
    """Of an officer or a clinic desk, wherever they are open; part of the caller's transaction."""
    _close(user.devices.filter(ended_at=None), Device.Ending.STAFF)


def end(locked: User, turn_id: int, why: Device.Ending) -> None:
    """A turn is over; the account, whose row is locked, is free if it was the active one."""
    _close(Device.objects.filter(pk=turn_id), why)
    if locked.active_device_id == turn_id:
        User.objects.filter(pk=locked.pk).update(active_device=None)


def _sign_in_at_a_desk(request: HttpRequest, user: User, browser: Browser) -> Browser:
    """The oldest of too many sessions ends."""
    most = settings.STAFF_SESSIONS if user.kind == User.Kind.STAFF else settings.CLINIC_SESSIONS
    with transaction.atomic():
        locked = lock_account(user)
        before = remembered.latest_turn(locked, browser)
        if before is not None and remembered.holds_proof(before, browser):  # the same browser, not one more
            _close(Device.objects.filter(pk=before.pk, ended_at=None), Device.Ending.SIGN_OUT)
        turn, kept = remembered.begin_turn(locked, browser, before=before, address=client_address(request))
        crowded = locked.devices.filter(ended_at=None).order_by("-pk").values_list("pk", flat=True)[most:]
        _close(Device.objects.filter(pk__in=list(crowded)), Device.Ending.CROWDED)
        sessions.start(request, locked, "session.started", device=turn)
    return kept


def _is_active(turn: Device | None, locked: User, browser: Browser) -> bool:
    return turn is not None and turn.pk == locked.active_device_id and remembered.holds_proof(turn, browser)


def _enter(request: HttpRequest, locked: User, browser: Browser, before: Device | None) -> Browser:
    """The password alone is enough here: the browser is the active one, or there is none and its owner is told."""
    if before is not None and before.pk == locked.active_device_id:
        turn, kept = before, remembered.go_on_with(before, browser)
    else:
        turn, kept = _activate(request, locked, browser, before)
        if not remembered.is_trusted(before, browser):
            _tell_owner(locked, turn)
    sessions.start(request, locked, "session.started", device=turn)
    return kept


def _move_here(request: HttpRequest, user: User, browser: Browser) -> Browser:
    with transaction.atomic():
        locked = half_logins.lock(user)
        return _move(request, locked, browser, remembered.latest_turn(locked, browser))


def _move(request: HttpRequest, locked: User, browser: Browser, before: Device | None) -> Browser:
    """This browser becomes the active one, whichever was before; its owner is told of one they do not know."""
    active = locked.active_device_id
    if active is not None:
        _close(Device.objects.filter(pk=active), Device.Ending.TAKE_OVER)
    turn, kept = _activate(request, locked, browser, before)
    if not remembered.is_trusted(before, browser):
        _tell_owner(locked, turn)
    detail = {"from": active} if active is not None else {}
    sessions.start(request, locked, "device.taken_over", device=turn, **detail)
    return kept


def _activate(request: HttpRequest, locked: User, browser: Browser, before: Device | None) -> tuple[Device, Browser]:
    turn, kept = remembered.begin_turn(locked, browser, before=before, address=client_address(request))
    User.objects.filter(pk=locked.pk).update(active_device=turn)
    return turn, kept


def _close(turns: QuerySet[Device], why: Device.Ending) -> None:
    turns.update(ended_at=timezone.now(), ended_by=why)


def _forget_a_dead_code(request: HttpRequest, user: User) -> None:
    """Each login begins with the warning again, unless its code is still on the way."""
    if one_time_codes.current_code(request.session, purpose=TAKE_OVER, subject=str(user.pk)) is None:
        one_time_codes.forget_code(request.session, purpose=TAKE_OVER)


def _tell_owner(user: User, turn: Device) -> None:
    text = texts.signed_in(bhxh_code=user.username, device=turn.name, at=turn.started_at, language=user.language)
    notices.tell(user, purpose="device", text=text, dedupe_key=f"device:{turn.pk}")
