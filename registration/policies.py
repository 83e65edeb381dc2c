"""Who may see and act on which declaration."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import User
from accounts.services import roles
from registration.models import Declaration, Photo, SupplementRequest
from registration.workflow import FILED_STATES, State


def sees_files(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Staff with an office whose role lets them; nobody else, administrators without an office included."""
    if not isinstance(user, User) or user.kind != User.Kind.STAFF or user.office_id is None:
        return False
    return user.has_perm(roles.SEE_FILES)


def is_reviewer(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whoever may decide the files they see; a supervisor only reads them."""
    return isinstance(user, User) and sees_files(user) and user.has_perm(roles.DECIDE_FILES)


def sees_erasures(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Requests to erase a file are its whole office's: an officer of one ward has none of them."""
    return isinstance(user, User) and sees_files(user) and user.ward_id is None


def visible_to(user: User) -> QuerySet[Declaration]:
    """Filed declarations of the officer's own office, or only of their ward at that office."""
    if not sees_files(user):
        return Declaration.objects.none()
    mine = Declaration.objects.filter(office_id=user.office_id, state__in=FILED_STATES)
    return mine.filter(ward_id=user.ward_id) if user.ward_id else mine


def may_review(user: User, declaration: Declaration) -> bool:
    return is_reviewer(user) and visible_to(user).filter(pk=declaration.pk).exists()


def replaceable(declaration: Declaration) -> list[Photo.Kind]:
    """Which photos its citizen may put now: any in a draft, afterwards only those that an officer waits for."""
    if declaration.state == State.SUPPLEMENT:
        asked = SupplementRequest.objects.filter(declaration=declaration, answered_at=None).first()
        return [kind for kind in Photo.Kind if asked is not None and kind.value in asked.items]
    return list(Photo.Kind) if declaration.state == State.DRAFT else []
