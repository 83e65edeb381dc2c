"""The second factor of staff and clinic desks: a code of an authenticator app, or a printed recovery code instead.

Its owner sets it up, another administrator takes it away (docs/adr/0014-second-factor.md).
"""

from __future__ import annotations

import re
import time
from base64 import b32encode
from math import ceil

import django_otp
import segno
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import TextChoices
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import limits
from accounts.browsers import Browser
from accounts.errors import PortalError, TooManyRequests
from accounts.event_words import name_codes
from accounts.models import User
from accounts.services import access, devices, half_logins, notices, recovery_codes
from accounts.services.half_logins import Step
from accounts.services.recovery_codes import RecoveryCodeWrong
from accounts.services.sessions import lock_own_account
from accounts.sms import texts

KINDS = (User.Kind.STAFF, User.Kind.CLINIC)
ENROLLING = "enrolling"  # in the session: the authenticator whose key this very browser has been shown
# Steps of 30 s a phone's clock may be off: by how much is found out once, and kept with the authenticator.
STEPS_OFF_AT_FIRST = 5
STEPS_OFF = 1
QUIET_ZONE = 4  # modules


class SecondFactorWrong(PortalError):
    """One answer for a wrong code, one that has been used, and a recovery code of nobody's."""

    code = "second_factor_wrong"
    message = _(
        "Mã chưa đúng, hoặc đã dùng rồi. Chờ ứng dụng xác thực hiện mã kế tiếp rồi nhập mã đó; nếu vẫn chưa đúng, vào "
        "cài đặt của điện thoại, chọn ngày giờ tự động, rồi thử lại."
    )


class SecondFactorEmpty(PortalError):
    code = "second_factor_empty"
    message = _("Nhập mã trong ứng dụng xác thực, hoặc một mã dự phòng.")


class KeyReplaced(PortalError):
    code = "key_replaced"
    message = _("Mã QR trước không còn dùng được. Xóa mục vừa thêm trong ứng dụng, quét mã QR mới ở dưới, rồi nhập mã.")


class OwnSecondFactor(PortalError):
    code = "own_second_factor"
    message = _("Không ai tự đặt lại xác thực hai bước của mình. Nhờ một quản trị viên khác.")


class ResetReason(TextChoices):
    """Why an authenticator is taken away: kept in the event."""

    LOST_PHONE = "lost_phone", _("Mất điện thoại")
    NEW_PHONE = "new_phone", _("Đổi điện thoại hoặc ứng dụng")
    NEW_HOLDER = "new_holder", _("Tài khoản giao cho người khác")
    LEFT = "left", _("Nghỉ việc hoặc chuyển việc")
    MISUSE = "authenticator_misuse", _("Nghi có người khác dùng")


name_codes("reason", ResetReason.choices)


def is_missing(user: User | AnonymousUser) -> bool:
    """Whether this signed-in user (of a request) has yet to prove a second factor; a new password comes first."""
    if not settings.STAFF_SECOND_FACTOR or not isinstance(user, User) or user.kind not in KINDS:
        return False
    return not user.is_verified() and not user.must_change_password  # type: ignore[attr-defined]  # django-otp's


def has_authenticator(user: User) -> bool:
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def is_needed(user: User) -> bool:
    """Whether a right password is only half a login; who has no authenticator yet sets one up after it."""
    return settings.STAFF_SECOND_FACTOR and user.kind in KINDS and has_authenticator(user)


def begin(request: HttpRequest, user: User) -> None:
    """The password was right: keep it for 15 minutes, until the code is."""
    half_logins.keep(request.session, user, Step.SECOND_FACTOR)


def check(user: User, typed: str) -> TOTPDevice:
    """The account's authenticator, if `typed` is its code of this moment or a recovery code; either works once.

    SecondFactorWrong, TooManyRequests.
    """
    code = _code_in(typed)
    with limits.failures(("second.account", str(user.pk))):
        if code is None:
            return _instead_by_paper(user, typed)
        with transaction.atomic():
            authenticators = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).order_by("pk")
            matching = next((one for one in authenticators if _is_code_of(one, code)), None)
        if matching is None:
            raise SecondFactorWrong
        return matching


def finish(request: HttpRequest, *, typed: str, browser: Browser) -> Browser:
    """The other half of a clinic desk's login: the browser as it is to be kept.

    HalfLoginOver, SecondFactorWrong, TooManyRequests, SessionOver.
    """
    user = half_logins.require(request.session, Step.SECOND_FACTOR)
    return sign_in(request, user, authenticator=check(user, typed), browser=browser)


def sign_in(request: HttpRequest, user: User, *, authenticator: TOTPDevice | None, browser: Browser) -> Browser:
    """Start the session of an officer or a clinic desk; without an authenticator it leads to setting one up only."""
    kept = devices.sign_in(request, user, browser=browser)
    django_otp.login(request, authenticator)
    return kept or browser


def key_to_scan(request: HttpRequest, user: User) -> TOTPDevice:
    """The authenticator that is being set up in this session; a key shown in another one is worth nothing from here on.

    Whoever saw a key before must not know the one its owner sets up. SessionOver.
    """
    with transaction.atomic():
        locked = lock_own_account(request, user)
        unconfirmed = TOTPDevice.objects.filter(user=locked, confirmed=False)
        own = unconfirmed.filter(pk=request.session.get(ENROLLING, 0)).first()
        if own is not None:
            return own
        unconfirmed.delete()
        made = TOTPDevice.objects.create(user=locked, name="-", confirmed=False, tolerance=STEPS_OFF)
    request.session[ENROLLING] = made.pk
    return made


def enrol(request: HttpRequest, user: User, *, code: str) -> list[str]:
    """Take the authenticator into use that `code` comes from; this session has proved it, with a new id.

    The recovery codes, to be shown this once. SecondFactorWrong, KeyReplaced, TooManyRequests, SessionOver.
    """
    with limits.failures(("second.account", str(user.pk))):
        authenticator, codes = _confirm(request, user, code)
        if authenticator is None:
            raise SecondFactorWrong
    del request.session[ENROLLING]
    request.session.cycle_key()
    django_otp.login(request, authenticator)
    return codes


def reset(user: User, *, reason: ResetReason, actor: User) -> None:
    """Take an account's authenticator and recovery codes away and end its sessions. OwnSecondFactor."""
    if user.pk == actor.pk:
        raise OwnSecondFactor
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        TOTPDevice.objects.filter(user=locked).delete()
        locked.recovery_codes.all().delete()
        devices.end_desk_sessions(locked)
        event = access.record(
            "second_factor.reset", actor=actor, object_type="user", object_id=locked.pk, detail={"reason": reason.value}
        )
        text = texts.second_factor_reset(account=locked.username, language=locked.language)
        notices.tell(locked, purpose="second_factor", text=text, dedupe_key=f"second-factor:{event.pk}")


def typed_key(authenticator: TOTPDevice) -> str:
    """Its key as authenticator apps take it when typed: base32 in groups of four."""
    return " ".join(re.findall(".{1,4}", b32encode(authenticator.bin_key).decode()))


def draw(authenticator: TOTPDevice) -> str:
    """Inline SVG of the key, to be scanned: black on white in any colour scheme, without a style attribute."""
    drawn: str = segno.make(authenticator.config_url, error="l", micro=False).svg_inline(
        omitsize=True, border=QUIET_ZONE, dark="#000", light="#fff", svgclass=None, lineclass=None
    )
    return drawn


def _code_in(typed: str) -> str | None:
    """Six digits, however grouped; anything else can only be a recovery code."""
    code = re.sub(r"[\s-]", "", typed)
    return code if re.fullmatch(r"[0-9]{6}", code) else None


def _is_code_of(authenticator: TOTPDevice, code: str) -> bool:
    """Under the row's lock. TooManyRequests while django-otp's growing wait after wrong codes lasts: without it
    whoever knows the password could go on guessing for weeks, a few codes each quarter of an hour.
    """
    is_allowed, waits = authenticator.verify_is_allowed()
    if not is_allowed:
        raise TooManyRequests(retry_after=ceil(waits["locked_until"].timestamp() - time.time()), limit="second.account")
    return bool(authenticator.verify_token(code))


def _instead_by_paper(user: User, typed: str) -> TOTPDevice:
    """The authenticator that a recovery code stands in for."""
    authenticator = TOTPDevice.objects.filter(user=user, confirmed=True).order_by("pk").first()
    if authenticator is None:
        raise SecondFactorWrong
    try:
        recovery_codes.use(user, typed)
    except RecoveryCodeWrong as error:
        raise SecondFactorWrong from error
    return authenticator


def _confirm(request: HttpRequest, user: User, code: str) -> tuple[TOTPDevice | None, list[str]]:
    """No authenticator while the code is wrong: that try is written down."""
    with transaction.atomic():
        locked = lock_own_account(request, user)
        own = TOTPDevice.objects.select_for_update().filter(user=locked, pk=request.session.get(ENROLLING, 0)).first()
        if own is None or own.confirmed or has_authenticator(locked):
            raise KeyReplaced
        own.tolerance = STEPS_OFF_AT_FIRST
        own.confirmed = _is_code_of(own, code)
        own.tolerance = STEPS_OFF
        own.save()
        if not own.confirmed:
            return None, []
        access.record("authenticator.added", actor=locked, object_type="user", object_id=locked.pk)
        return own, recovery_codes.make(locked)
