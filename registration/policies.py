"""Who may see and act on which declaration."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import User
from registration.models import Declaration
from registration.workflow import State


def visible_to(user: User) -> QuerySet[Declaration]:
    """Filed declarations of the officer's own office, or only of their ward at that office.

    Nobody else sees any, administrators without an office included.
    """
    filed = Declaration.objects.exclude(state=State.DRAFT)
    if user.kind != User.Kind.STAFF or not user.is_active or user.office_id is None:
        return filed.none()
    mine = filed.filter(office_id=user.office_id)
    return mine.filter(ward_id=user.ward_id) if user.ward_id else mine


def may_review(user: User, declaration: Declaration) -> bool:
    return visible_to(user).filter(pk=declaration.pk).exists()
