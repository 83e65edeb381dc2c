"""Signing in with a password, and replacing it."""

from __future__ import annotations

import re

from django.conf import settings
from django.contrib.auth import authenticate, update_session_auth_hash
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.errors import PortalError
from accounts.models import IdKind, User
from accounts.services import access
from accounts.services.sessions import lock_own_account


class SignInRefused(PortalError):
    """One answer for an unknown name, a wrong password and a closed account."""

    code = "sign_in_refused"
    message = _("Tên đăng nhập hoặc mật khẩu chưa đúng. Kiểm tra lại từng ký tự, chữ hoa và chữ thường khác nhau.")


class IssuedPasswordExpired(PortalError):
    code = "issued_password_expired"
    message = _(
        "Mật khẩu một lần đã quá 72 giờ nên hết hạn. Tài khoản vẫn còn: liên hệ cơ quan BHXH đã nhận hồ sơ "
        "để được gửi mật khẩu mới."
    )


class WrongDoor(PortalError):
    code = "wrong_door"
    message = _("Tài khoản cán bộ đăng nhập tại trang xét duyệt (/admin/).")


class SecondFactorMissing(PortalError):
    code = "second_factor_missing"
    message = _("Tài khoản cơ sở KCB cần xác thực hai bước, mà phiên bản này chưa có. Liên hệ người quản trị cổng.")


class WrongCurrentPassword(PortalError):
    code = "wrong_current_password"
    message = _("Mật khẩu đang dùng chưa đúng.")


class SamePassword(PortalError):
    code = "same_password"
    message = _("Mật khẩu mới phải khác mật khẩu đang dùng.")


def prove(request: HttpRequest, *, username: str, password: str, address: str) -> User:
    """The account that this name and password open; no session is started yet.

    SignInRefused, TooManyRequests, or a reason told only to whoever knows the password.
    """
    typed = "".join(username.split())
    # Counted as typed: a limit shared with the account behind it would tell that there is one.
    with limits.failures(("login.name", typed), ("login.address", address)):
        user = authenticate(request, username=_login_name(typed), password=password)
        if not isinstance(user, User):
            raise SignInRefused
    _refuse_by_kind(user)
    return user


def set_password(request: HttpRequest, *, user: User, new_password: str, current: str | None = None) -> None:
    """Replace the password; the issued one is used up, every other session ends.

    `current` is not asked for right after a one-time password. WrongCurrentPassword, TooManyRequests,
    IssuedPasswordExpired, SamePassword, or SessionOver when the account was taken over meanwhile.
    """
    if user.issued_password_expired:
        raise IssuedPasswordExpired
    if not user.must_change_password:
        with limits.failures(("login.name", user.username)):
            if current is None or not user.check_password(current):
                raise WrongCurrentPassword
    if user.check_password(new_password):
        raise SamePassword
    hashed = make_password(new_password)  # before the lock: it takes its time
    with transaction.atomic():
        locked = lock_own_account(request, user)
        locked.password = hashed
        locked.must_change_password = False
        locked.issued_password_expires_at = None
        locked.save(update_fields=["password", "must_change_password", "issued_password_expires_at"])
        access.record("password.changed", actor=locked, person_id=locked.person_id)
    update_session_auth_hash(request, locked)


def _login_name(name: str) -> str:
    """The account's name: a citizen's 12-digit personal number leads to the BHXH code."""
    if re.fullmatch(r"\d{12}", name):
        found = User.objects.filter(person__id_kind=IdKind.CCCD, person__id_number=name)
        return found.values_list("username", flat=True).first() or name
    return name


def _refuse_by_kind(user: User) -> None:
    if user.kind == User.Kind.STAFF:
        raise WrongDoor
    if user.kind == User.Kind.CLINIC and settings.STAFF_SECOND_FACTOR:
        raise SecondFactorMissing
    if user.issued_password_expired:
        raise IssuedPasswordExpired
