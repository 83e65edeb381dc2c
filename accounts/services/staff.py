"""Accounts of officers and clinic desks, as administrators make and change them."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import access
from accounts.services.issuing import ISSUED_PASSWORD_LASTS


def add_account(user: User, *, password: str, actor: User) -> None:
    """Save a new account whose password lasts until its first use."""
    user.set_password(password)
    user.must_change_password = True
    user.issued_password_expires_at = timezone.now() + ISSUED_PASSWORD_LASTS
    _save(user, "staff.added", actor=actor)


def change_account(user: User, *, actor: User) -> None:
    _save(user, "staff.changed", actor=actor)


def _save(user: User, action: str, *, actor: User) -> None:
    with transaction.atomic():
        user.save()
        access.record(action, actor=actor, object_type="user", object_id=user.pk)
