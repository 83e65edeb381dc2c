"""Accounts of officers and clinic desks, as administrators make and change them."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import access, devices, notices, roles
from accounts.services.issuing import ISSUED_PASSWORD_LASTS
from accounts.services.roles import Role
from accounts.sms import texts


def add_account(user: User, *, password: str, role: Role, actor: User) -> None:
    """Save a new account whose password lasts until its first use."""
    _set_once(user, make_password(password))
    with transaction.atomic():
        user.save()
        _give("staff.added", user, role, actor=actor)


def change_account(user: User, *, changed: Collection[str], role: Role | None, actor: User) -> None:
    """Save these fields only: a password its owner set meanwhile stays. None leaves the role as it is."""
    with transaction.atomic():
        if changed:
            user.save(update_fields=changed)
        _give("staff.changed", user, role, actor=actor)


def issue_password(user: User, *, password: str, actor: User) -> None:
    """A new one-time password for whoever forgot theirs; wherever the account is open, it is out."""
    hashed = make_password(password)
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        _set_once(locked, hashed)
        locked.save(update_fields=["password", "must_change_password", "issued_password_expires_at"])
        devices.end_desk_sessions(locked)
        event = access.record("staff.password_issued", actor=actor, object_type="user", object_id=locked.pk)
        text = texts.password_changed(bhxh_code=locked.username, at=event.at, language=locked.language)
        notices.tell(locked, purpose="password", text=text, dedupe_key=f"password:{event.pk}")


def _set_once(user: User, hashed: str) -> None:
    user.password, user.must_change_password = hashed, True
    user.issued_password_expires_at = timezone.now() + ISSUED_PASSWORD_LASTS


def _give(action: str, user: User, role: Role | None, *, actor: User) -> None:
    if role is not None:
        roles.give(user, role)
    detail = {"role": role.value} if role is not None else {}
    access.record(action, actor=actor, object_type="user", object_id=user.pk, detail=detail)
