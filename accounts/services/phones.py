"""Another phone for an account's codes: the password, a code to the number before, then one to the new number.

The change under way stands in the session, never in an address. The new number
gets no message before the old one is proved: whoever found a session open must
not run up messages to strangers.
"""

from __future__ import annotations

import hmac
import time
from datetime import timedelta
from typing import NamedTuple

from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.errors import PortalError
from accounts.models import OneTimeCode, User
from accounts.services import access, notices, one_time_codes, passwords, recovery_codes
from accounts.services.one_time_codes import NoPhone, Sent
from accounts.services.sessions import lock_own_account
from accounts.sms import texts

PHONE_OLD, PHONE_NEW = OneTimeCode.Purpose.PHONE_OLD, OneTimeCode.Purpose.PHONE_NEW
LASTS = timedelta(minutes=15)
_CHANGE = "phone_change"


class ChangeOver(PortalError):
    code = "phone_change_over"
    message = _(
        "Lần đổi số này đã quá 15 phút, đã xong, hoặc tài khoản vừa thay đổi. Số nhận mã vẫn như cũ nếu bạn chưa thấy "
        "báo đổi xong: làm lại từ đầu để tiếp tục."
    )


class SamePhone(PortalError):
    code = "same_phone"
    message = _("Đây là số đang nhận mã của tài khoản. Nhập số mới nếu bạn muốn đổi.")


class Change(NamedTuple):
    """`phone` (E.164) is the number to be; `is_old_proved` once the number before, or a printed code, has agreed."""

    phone: str
    is_old_proved: bool


def start(request: HttpRequest, user: User, *, password: str, phone: str) -> None:
    """Begin a change to `phone` (E.164); nothing is sent yet.

    NoPhone, WrongCurrentPassword, TooManyRequests, SamePhone.
    """
    if not user.phone:
        raise NoPhone
    passwords.check_current(user, password)
    if phone == str(user.phone):
        raise SamePhone
    under_way = change_of(request, user)
    if under_way is None or under_way.phone != phone:
        limits.hit("phone.account", str(user.pk))
    request.session[_CHANGE] = {
        "user": user.pk,
        "proof": user.get_session_auth_hash(),
        "at": int(time.time()),
        "phone": phone,
        "is_old_proved": False,
    }


def change_of(request: HttpRequest, user: User) -> Change | None:
    """The change under way in this browser, while the account and its password are those it was begun with."""
    kept = request.session.get(_CHANGE, {})
    if kept.get("user") != user.pk or kept["at"] < time.time() - LASTS.total_seconds():
        return None
    is_same = hmac.compare_digest(kept["proof"], user.get_session_auth_hash())
    return Change(kept["phone"], kept["is_old_proved"]) if is_same else None


def cancel(request: HttpRequest) -> None:
    request.session.pop(_CHANGE, None)
    for purpose in (PHONE_OLD, PHONE_NEW):
        one_time_codes.forget_code(request.session, purpose=purpose)


def send_code(request: HttpRequest, user: User, *, address: str) -> None:
    """To the number whose turn it is. ChangeOver, or why codes are not sent."""
    change = _require(request, user)
    one_time_codes.send_code(
        request.session,
        purpose=_purpose(change),
        subject=str(user.pk),
        phone=change.phone if change.is_old_proved else str(user.phone),
        address=address,
        about=user.username,
        language=user.language,
    )


def sent(request: HttpRequest, user: User, change: Change) -> Sent | None:
    """How the code to the number whose turn it is stands; None if it has not been asked for."""
    row = one_time_codes.asked_code(request.session, purpose=_purpose(change), subject=str(user.pk))
    is_its_own = row is not None and (not change.is_old_proved or str(row.phone) == change.phone)
    return one_time_codes.describe(row) if row is not None and is_its_own else None


def prove_old(request: HttpRequest, user: User, *, code: str) -> None:
    """ChangeOver, or why the code does not hold."""
    _require(request, user)
    row = one_time_codes.check_code(request.session, purpose=PHONE_OLD, subject=str(user.pk), code=code)
    if row.phone != user.phone:
        raise ChangeOver  # the account had left that number before this change was begun
    _note_old_proved(request)


def prove_old_by_paper(request: HttpRequest, user: User, *, code: str) -> None:
    """A printed recovery code instead: that number is lost. ChangeOver, RecoveryCodeWrong, TooManyRequests."""
    _require(request, user)
    recovery_codes.use(user, code)
    one_time_codes.forget_code(request.session, purpose=PHONE_OLD)
    _note_old_proved(request)


def finish(request: HttpRequest, user: User, *, code: str) -> None:
    """The new number is proved: codes go there from now on, every other session ends, both numbers are told.

    ChangeOver, SessionOver, or why the code does not hold.
    """
    change = _require(request, user)
    if not change.is_old_proved:
        raise ChangeOver
    row = one_time_codes.check_code(request.session, purpose=PHONE_NEW, subject=str(user.pk), code=code)
    if str(row.phone) != change.phone:
        raise ChangeOver  # the code of a change given up in another tab
    with transaction.atomic():
        locked = lock_own_account(request, user)
        before, locked.phone = str(locked.phone), change.phone
        locked.save(update_fields=["phone"])
        event = access.record("phone.changed", actor=locked, person_id=locked.person_id)
        text = texts.phone_changed(bhxh_code=locked.username, new_phone=change.phone, language=locked.language)
        notices.tell(locked, purpose="phone", text=text, dedupe_key=f"phone:{event.pk}:before", to=before)
        notices.tell(locked, purpose="phone", text=text, dedupe_key=f"phone:{event.pk}:new")
    update_session_auth_hash(request, locked)
    del request.session[_CHANGE]


def _require(request: HttpRequest, user: User) -> Change:
    change = change_of(request, user)
    if change is None:
        raise ChangeOver
    return change


def _purpose(change: Change) -> OneTimeCode.Purpose:
    return PHONE_NEW if change.is_old_proved else PHONE_OLD


def _note_old_proved(request: HttpRequest) -> None:
    request.session[_CHANGE] = {**request.session[_CHANGE], "is_old_proved": True}
