"""A session that is over: why, and «Không phải tôi», what its owner can do when a stranger took the account over."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.browsers import Browser
from accounts.errors import PortalError
from accounts.models import AccountAlert, Device, Event, User
from accounts.services import access, alerts, devices, notices, remembered, sessions
from accounts.services.sessions import DEVICE, ENDED
from accounts.sms import texts

IDLE, DEVICE_OVER = "idle", "device"


class DisputeOver(PortalError):
    code = "dispute_over"
    message = _(
        "Không khóa được tài khoản từ đây: đã bấm rồi, đã quá 72 giờ, hoặc tài khoản đã chuyển tiếp sang nơi khác. "
        "Không có gì thay đổi. Đặt lại mật khẩu ở mục «Quên mật khẩu», hoặc báo cơ quan BHXH."
    )


class PutOut(NamedTuple):
    """Why a session is over: `why` is `idle` or a `Device.Ending`; of a take-over also by which device and when.

    The end of the account's code tells members of a family whose it was.
    """

    why: str
    at: datetime | None = None
    account_end: str = ""
    taker: Device | None = None
    turn_id: int = 0
    may_dispute: bool = False


def ending(request: HttpRequest) -> str:
    """Why this session may not go on: nothing, left alone too long, or its device's turn is over."""
    user = request.user
    if not isinstance(user, User):
        return ""
    if not sessions.is_of(request, user):
        return DEVICE_OVER
    return IDLE if sessions.is_idle(request, user) else ""


def put_out(request: HttpRequest, why: str) -> None:
    """End a session that may not go on, and keep why for the login page."""
    turn = request.session.get(DEVICE)
    logout(request)
    request.session[ENDED] = {"why": why, "turn": turn}


def why_out(request: HttpRequest, browser: Browser) -> PutOut | None:
    """Until the next login in this browser; of a take-over for 72 hours, by the browser's own cookie."""
    ended = request.session.get(ENDED)
    if ended is not None and ended["why"] == IDLE:
        return PutOut(IDLE)
    turn = Device.objects.filter(pk=ended["turn"], ended_at__isnull=False).first() if ended is not None else None
    turn = turn or remembered.put_out_here(browser)
    if turn is None or turn.disputed_at is not None:
        return PutOut("") if turn is None and ended is not None else None
    is_taken = turn.ended_by == Device.Ending.TAKE_OVER
    is_over = turn.ended_by == Device.Ending.DISPUTE and turn.user.locked_at is None
    return PutOut(
        why="" if is_over else turn.ended_by,
        at=turn.ended_at,
        account_end=turn.user.username[-3:],
        taker=_taker_from(turn) if is_taken else None,
        turn_id=turn.pk,
        may_dispute=is_taken and _may_dispute(turn, browser),
    )


def dispute(browser: Browser, *, turn_id: int | None) -> User:
    """Lock the account that was taken over from this browser (of a family's accounts, the one of this turn): every
    session ends, and only a new password, set by a code to the phone, opens it again. The office is told. Whoever
    presses gets no session. DisputeOver.
    """
    put_out_here = remembered.put_out_here(browser, turn_id=turn_id)
    if put_out_here is None:
        raise DisputeOver
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=put_out_here.user_id)
        turn = Device.objects.get(pk=put_out_here.pk)  # as it is now: the button may have been pressed twice
        if not locked.is_active or not _may_dispute(turn, browser):
            raise DisputeOver
        turn.disputed_at = timezone.now()
        turn.save(update_fields=["disputed_at"])
        taker = _taker_from(turn)
        _lock(locked)
        detail = {"device": turn.pk, **({"taker": taker.pk} if taker is not None else {})}
        access.record(
            "device.disputed",
            actor=None,
            person_id=locked.person_id,
            object_type="user",
            object_id=locked.pk,
            detail=detail,
        )
        alerts.open_dispute(locked, taker)
        text = texts.account_locked(
            bhxh_code=locked.username, by_code=not is_phone_in_doubt(locked), language=locked.language
        )
        notices.tell(locked, purpose="locked", text=text, dedupe_key=f"locked:{turn.pk}")
    return locked


def agree(request: HttpRequest, browser: Browser, *, turn_id: int | None) -> Browser:
    """It was the owner who moved the account: the browser as it is to be kept, with nothing to say about it."""
    request.session.pop(ENDED, None)
    turn = remembered.put_out_here(browser, turn_id=turn_id)
    return browser.having_left(turn.pk) if turn is not None else browser


def is_phone_in_doubt(user: User) -> bool:
    """Whether the number of an account locked by «Không phải tôi» was changed after the browser that pressed it had
    been put out: a code would go to whoever changed it. Then only the office can tell whose account it is, and has
    done so where it closed the alert as a mistake.
    """
    if user.locked_at is None:
        return False
    turn = user.devices.filter(disputed_at__isnull=False).order_by("-disputed_at").first()
    if turn is None:
        return False
    changes = Event.objects.filter(person_id=user.person_id, action="phone.changed", at__gt=turn.ended_at)
    found_right = user.alerts.filter(created_at__gte=turn.disputed_at, outcome=AccountAlert.Outcome.MISTAKE)
    return changes.exists() and not found_right.exists()


def _lock(locked: User) -> None:
    active = locked.active_device
    if active is not None:
        devices.end(locked, active.pk, Device.Ending.DISPUTE)
    locked.locked_at = timezone.now()
    locked.save(update_fields=["locked_at"])


def _may_dispute(turn: Device, browser: Browser) -> bool:
    """Once, within 72 hours, in the browser that was put out, and while no later take-over has followed."""
    is_open = (
        remembered.shows_proof(turn, browser)
        and turn.ended_by == Device.Ending.TAKE_OVER
        and turn.ended_at is not None
        and turn.ended_at > timezone.now() - remembered.DISPUTED_WITHIN
        and turn.disputed_at is None
    )
    later = Device.objects.filter(user_id=turn.user_id, pk__gt=turn.pk, ended_by=Device.Ending.TAKE_OVER)
    return is_open and not later.exists()


def _taker_from(turn: Device) -> Device | None:
    """A take-over ends one turn and begins the next."""
    return Device.objects.filter(user_id=turn.user_id, pk__gt=turn.pk).order_by("pk").first()
