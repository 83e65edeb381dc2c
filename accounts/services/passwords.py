"""Signing in with a password, and replacing it."""

from __future__ import annotations

import re
from contextlib import suppress

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.browsers import Browser
from accounts.errors import PortalError, TooManyRequests
from accounts.models import IdKind, User
from accounts.services import access, challenges, notices, remembered
from accounts.services.sessions import lock_own_account
from accounts.sms import outbox, texts


class SignInRefused(PortalError):
    """One answer for an unknown name, a wrong password and a closed account."""

    code = "sign_in_refused"
    message = _("Tên đăng nhập hoặc mật khẩu chưa đúng. Kiểm tra lại từng ký tự, chữ hoa và chữ thường khác nhau.")


class IssuedPasswordExpired(PortalError):
    code = "issued_password_expired"
    message = _(
        "Mật khẩu một lần đã quá 72 giờ nên hết hạn. Tài khoản vẫn còn: người dân bấm «Quên mật khẩu» để nhận mã qua "
        "điện thoại và đặt mật khẩu mới; cán bộ và cơ sở KCB nhờ quản trị viên cấp lại."
    )


class WrongDoor(PortalError):
    code = "wrong_door"
    message = _("Tài khoản cán bộ đăng nhập tại trang xét duyệt (/admin/).")


class AccountLocked(PortalError):
    code = "account_locked"
    message = _(
        "Tài khoản đang khóa vì có người bấm «Không phải tôi». Thẻ và hồ sơ vẫn còn nguyên: bấm «Quên mật khẩu» để "
        "nhận mã qua điện thoại và đặt mật khẩu mới, tài khoản sẽ mở lại."
    )


class WrongCurrentPassword(PortalError):
    code = "wrong_current_password"
    message = _("Mật khẩu đang dùng chưa đúng.")


class SamePassword(PortalError):
    code = "same_password"
    message = _("Mật khẩu mới phải khác mật khẩu đang dùng.")


def prove(*, username: str, password: str, address: str, browser: Browser, answer: str = "") -> User:
    """The citizen's or clinic's account that this name and password open; no session is started yet.

    Besides what `identify` raises, a reason told only to whoever knows the password.
    """
    user = identify(username=username, password=password, address=address, browser=browser, answer=answer)
    _refuse_by_kind(user)
    return user


def identify(
    *, username: str, password: str, address: str, browser: Browser, answer: str, kind: User.Kind | None = None
) -> User:
    """Whose name and password these are, of any kind or of this one.

    `answer` is to the challenge an address with many wrong passwords gets. SignInRefused, TooManyRequests,
    ChallengeMissing.
    """
    typed = "".join(username.split())
    account = account_of(typed)
    is_known = account is not None and remembered.has_been_here(account, browser)
    if not is_known and challenges.is_needed(address):
        challenges.check(address, answer)
    try:
        with limits.failures(*_counted(typed, account, address, browser if is_known else None)):
            return _opened(account, password, kind)
    except TooManyRequests as used_up:
        if used_up.limit != "login.account":
            raise
        # Known by two names, an account locked by the other one must not tell that they are one person's: this name
        # costs the same hash, and is used up after as many tries, as if it were nobody's.
        limits.hit_together(("login.name", typed), ("login.address", address))
        make_password(password)
        raise SignInRefused from used_up


def set_password(request: HttpRequest, *, user: User, new_password: str, current: str | None = None) -> None:
    """Replace the password; the issued one is used up, every other session ends.

    `current` is not asked for right after a one-time password. WrongCurrentPassword, TooManyRequests,
    IssuedPasswordExpired, SamePassword, or SessionOver when the account was taken over meanwhile.
    """
    if user.issued_password_expired:
        raise IssuedPasswordExpired
    if not user.must_change_password:
        check_current(user, current or "")
    if user.check_password(new_password):
        raise SamePassword
    hashed = make_password(new_password)  # before the lock: it takes its time
    with transaction.atomic():
        locked = lock_own_account(request, user)
        is_first = locked.must_change_password
        locked.password = hashed
        locked.must_change_password = False
        locked.issued_password_expires_at = None
        locked.save(update_fields=["password", "must_change_password", "issued_password_expires_at"])
        event = access.record("password.changed", actor=locked, person_id=locked.person_id)
        if is_first:
            outbox.replace(dedupe_prefix=f"credentials:{locked.pk}:")  # of no use to anybody any more
        if not is_first and locked.kind == User.Kind.CITIZEN:
            text = texts.password_changed(bhxh_code=locked.username, at=event.at, language=locked.language)
            notices.tell(locked, purpose="password", text=text, dedupe_key=f"password:{event.pk}")
    update_session_auth_hash(request, locked)


def check_current(user: User, password: str) -> None:
    """Asked again before what whoever finds a screen open must not do. WrongCurrentPassword, TooManyRequests.

    Counted apart: a stranger who guesses at the login must not keep its owner from changing the password.
    """
    with limits.failures(("login.inside", str(user.pk))):
        if not user.check_password(password):
            raise WrongCurrentPassword


def account_of(name: str) -> User | None:
    """By login name, or by a citizen's 12-digit personal number."""
    if re.fullmatch(r"[0-9]{12}", name):
        return User.objects.filter(person__id_kind=IdKind.CCCD, person__id_number=name).first()
    with suppress(User.DoesNotExist):
        return User.objects.get(username=name)
    return None


def forgive(user: User, browser: Browser) -> None:
    """The locks that five wrong passwords make, under each of the account's names and in this browser."""
    names = [user.username, *([user.person.id_number] if user.person is not None and user.person.id_number else [])]
    limits.forget(
        ("login.account", _key(user)),
        ("login.device", f"{user.pk}:{browser.key}"),
        *(("login.name", name) for name in names),
    )


def _key(user: User) -> str:
    """Of a kind that no typed name has."""
    return f"id:{user.pk}"


def _counted(typed: str, account: User | None, address: str, known: Browser | None) -> list[tuple[str, str]]:
    """What a wrong password counts against: a browser the account remembers has a count of its own, so that a
    stranger cannot lock its owner out there; a name nobody has is counted like any other.
    """
    if account is not None and known is not None:
        return [("login.device", f"{account.pk}:{known.key}")]
    return [
        ("login.name", typed),
        ("login.account", _key(account) if account is not None else f"name:{typed}"),
        ("login.address", address),
    ]


def _opened(account: User | None, password: str, kind: User.Kind | None) -> User:
    """The account, if the password is its own; a name nobody has costs the same hash."""
    if account is None:
        make_password(password)
        raise SignInRefused
    if not account.check_password(password) or not account.is_active or kind not in (None, account.kind):
        raise SignInRefused
    return account


def _refuse_by_kind(user: User) -> None:
    if user.kind == User.Kind.STAFF:
        raise WrongDoor
    if user.locked_at is not None:
        raise AccountLocked
    if user.issued_password_expired:
        raise IssuedPasswordExpired
