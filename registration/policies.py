"""Who may see and act on which declaration."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import User
from registration.models import Declaration
from registration.workflow import FILED_STATES


def is_reviewer(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Staff with an office; nobody else, administrators without one included."""
    if not isinstance(user, User) or user.kind != User.Kind.STAFF:
        return False
    return user.is_active and user.office_id is not None


def visible_to(user: User) -> QuerySet[Declaration]:
    """Filed declarations of the officer's own office, or only of their ward at that office."""
    if not is_reviewer(user):
        return Declaration.objects.none()
    mine = Declaration.objects.filter(office_id=user.office_id, state__in=FILED_STATES)
    return mine.filter(ward_id=user.ward_id) if user.ward_id else mine


def may_review(user: User, declaration: Declaration) -> bool:
    return visible_to(user).filter(pk=declaration.pk).exists()
