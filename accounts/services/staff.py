"""Accounts of officers and clinic desks, as administrators make and change them."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import access, roles
from accounts.services.issuing import ISSUED_PASSWORD_LASTS
from accounts.services.roles import Role


def add_account(user: User, *, password: str, role: Role, actor: User) -> None:
    """Save a new account whose password lasts until its first use."""
    user.set_password(password)
    user.must_change_password = True
    user.issued_password_expires_at = timezone.now() + ISSUED_PASSWORD_LASTS
    with transaction.atomic():
        user.save()
        _give("staff.added", user, role, actor=actor)


def change_account(user: User, *, changed: Collection[str], role: Role | None, actor: User) -> None:
    """Save these fields only: a password its owner set meanwhile stays. None leaves the role as it is."""
    with transaction.atomic():
        if changed:
            user.save(update_fields=changed)
        _give("staff.changed", user, role, actor=actor)


def _give(action: str, user: User, role: Role | None, *, actor: User) -> None:
    if role is not None:
        roles.give(user, role)
    detail = {"role": role.value} if role is not None else {}
    access.record(action, actor=actor, object_type="user", object_id=user.pk, detail=detail)
