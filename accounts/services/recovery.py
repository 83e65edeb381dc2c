"""A forgotten password: a code to the account's phone gives the right to set a new one (docs/adr/0015-recovery.md).

Whether a name has an account shows nowhere before the right code: a name
without one gets a decoy, by the same steps. Nobody is signed in by it, and the
device that is active stays so.
"""

from __future__ import annotations

import hmac
import time
from datetime import timedelta
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.browsers import Browser, browser_of
from accounts.errors import PortalError
from accounts.models import OneTimeCode, User
from accounts.sealing import keyed_digest
from accounts.services import access, decoys, notices, one_time_codes, passwords, put_outs, remembered
from accounts.services.one_time_codes import Sent
from accounts.services.sessions import ENDED
from accounts.sms import outbox, texts

RESET = OneTimeCode.Purpose.RESET
LASTS = timedelta(minutes=15)
# In the session: which name a code was asked for; whose password its right code allows to set.
_ASKED, _RIGHT = "reset", "reset_right"


class ResetOver(PortalError):
    code = "reset_over"
    message = _(
        "Lần đặt lại này đã quá 15 phút, đã dùng xong, hoặc tài khoản vừa thay đổi. Mật khẩu chưa đổi ở bước này: "
        "nhập lại mã số để nhận mã mới."
    )


def start(session: SessionBase, *, name: str, browser: Browser, address: str) -> None:
    """A code to the phone of whoever has this name, or a decoy; asked for once more it is sent again.

    A browser that the account was opened in has budgets of its own: a stranger must not use up its owner's.

    TooManyRequests, ResendTooSoon, ResendUsedUp: for a name that nobody has as for any other.
    """
    typed = "".join(name.split())
    account = passwords.account_of(typed)
    if account is None:
        decoys.account_read()
    user = account if account is not None and _may_reset(account) else None
    _ask(session, user, typed, browser, address, is_sure=False)


def start_for(request: HttpRequest, user: User, *, address: str) -> None:
    """The same for an account that is known already: the next page is the one that asks for the code."""
    _ask(request.session, user if _may_reset(user) else None, user.username, browser_of(request), address, is_sure=True)


def send_again(session: SessionBase, *, address: str) -> None:
    """To the same name: the same code, or a new one for a code that is dead. ResetOver, or why none is sent."""
    asked = session.get(_ASKED)
    if asked is None:
        raise ResetOver
    _send(session, asked, _account(asked["user"]), address)


def sent(session: SessionBase) -> Sent | None:
    """How the code stands that this browser asked for; its number's end is not to be shown."""
    row = one_time_codes.asked_code(session, purpose=RESET, subject=_subject(session.get(_ASKED, {})))
    return one_time_codes.describe(row) if row is not None else None


def asked_for(session: SessionBase) -> dict[str, Any]:
    """`account_end` of what was typed, and whether it `is_sure` that there is such an account."""
    asked = session.get(_ASKED, {})
    return {"account_end": asked.get("end", ""), "is_sure": asked.get("is_sure", False)}


def prove(session: SessionBase, *, code: str) -> None:
    """The right code gives this browser 15 minutes to set the password. ResetOver, or why it does not hold."""
    asked = session.get(_ASKED, {})
    row = one_time_codes.check_code(session, purpose=RESET, subject=_subject(asked), code=code)
    del session[_ASKED]
    user = _account(asked["user"])
    if user is None or user.phone != row.phone:  # a number the account has left meanwhile proves nothing
        raise ResetOver
    session.cycle_key()
    session[_RIGHT] = {"user": user.pk, "proof": _proof(user), "at": int(time.time())}


def holder(session: SessionBase) -> User | None:
    """Whose password this browser may set, while nothing about the account has changed since the code."""
    right = session.get(_RIGHT, {})
    if right.get("at", 0) < time.time() - LASTS.total_seconds():
        return None
    user = _account(right["user"])
    return user if user is not None and hmac.compare_digest(right["proof"], _proof(user)) else None


def set_password(request: HttpRequest, *, new_password: str) -> User | None:
    """Use the right up: every session ends. The account, if it may be opened here by what has just been proved.

    None for one that «Không phải tôi» had locked: it is open again, but whoever pressed gets no session by it, and the
    password before, which a stranger knows, is not taken again. ResetOver, SamePassword.
    """
    user = holder(request.session)
    if user is None:
        raise ResetOver
    if user.locked_at is not None and user.check_password(new_password):
        raise passwords.SamePassword
    hashed = make_password(new_password)  # before the lock: it takes its time
    with transaction.atomic():
        locked = _lock(user)
        was_locked = locked.locked_at is not None
        locked.password = hashed
        locked.must_change_password, locked.issued_password_expires_at, locked.locked_at = False, None, None
        locked.save(update_fields=["password", "must_change_password", "issued_password_expires_at", "locked_at"])
        outbox.replace(dedupe_prefix=f"credentials:{locked.pk}:")
        _tell(locked, was_locked=was_locked)
    passwords.forgive(locked, browser_of(request))
    del request.session[_RIGHT]
    request.session.pop(ENDED, None)  # why it ended is past
    if isinstance(request.user, User):
        logout(request)  # over with the password before, or another's of the family
    return None if was_locked else locked


def _ask(
    session: SessionBase, account: User | None, typed: str, browser: Browser, address: str, *, is_sure: bool
) -> None:
    name = keyed_digest(typed, purpose="reset-name")
    before = session.get(_ASKED, {})
    is_known = account is not None and remembered.has_been_here(account, browser)
    session[_ASKED] = {
        "user": account.pk if account is not None else None,
        "name": name,
        "end": typed[-3:],
        "is_sure": is_sure,
        "known": keyed_digest(browser.key, purpose="reset-browser") if is_known else "",
        "to": before.get("to", "") if before.get("name") == name else "",
    }
    _send(session, session[_ASKED], account, address)


def _send(session: SessionBase, asked: dict[str, Any], user: User | None, address: str) -> None:
    to = keyed_digest(str(user.phone) if user is not None else "", purpose="reset-number")
    if asked.get("to") != to:  # another name, or the number has changed: the code that is out opens nothing
        one_time_codes.forget_code(session, purpose=RESET)
        session[_ASKED] = {**asked, "to": to}
    if one_time_codes.current_code(session, purpose=RESET, subject=_subject(asked)) is None:
        own = ("reset.device", f"{asked['user']}:{asked['known']}") if asked["known"] else ("reset.name", asked["name"])
        limits.hit_together(own, ("reset.address", address))
    one_time_codes.send_code(
        session,
        purpose=RESET,
        subject=_subject(asked),
        phone=str(user.phone) if user is not None else "",
        address=address,
        about=user.username if user is not None else asked["name"],
        language=user.language if user is not None else "",
        is_known=bool(asked["known"]),
    )


def _may_reset(user: User) -> bool:
    is_open = user.kind == User.Kind.CITIZEN and user.is_active and bool(user.phone)
    return is_open and not put_outs.is_phone_in_doubt(user)


def _account(pk: int | None) -> User | None:
    """As it is now; asked for nobody too, so that it costs the same."""
    user = User.objects.filter(pk=pk or 0).first()
    if user is None:
        decoys.account_read()
    return user if user is not None and _may_reset(user) else None


def _subject(asked: dict[str, Any]) -> str:
    return str(asked.get("user") or "")


def _proof(user: User) -> str:
    """Dies with the password, the phone, and when «Không phải tôi» is pressed."""
    return keyed_digest(f"{user.get_session_auth_hash()}:{user.locked_at}", purpose="reset-right")


def _lock(user: User) -> User:
    locked = User.objects.select_for_update().get(pk=user.pk)
    if not locked.is_active or not hmac.compare_digest(_proof(locked), _proof(user)):
        raise ResetOver
    return locked


def _tell(locked: User, *, was_locked: bool) -> None:
    event = access.record("password.reset", actor=locked, person_id=locked.person_id)
    if was_locked:
        access.record("account.unlocked", actor=locked, person_id=locked.person_id)
    text = texts.password_changed(bhxh_code=locked.username, at=event.at, language=locked.language)
    notices.tell(locked, purpose="password", text=text, dedupe_key=f"password:{event.pk}")
