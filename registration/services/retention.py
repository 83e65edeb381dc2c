"""What is kept no longer than its citizen was told: photos after the decision, drafts that nobody goes on with."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.services import access
from registration import selectors
from registration.deadlines import is_daytime
from registration.models import Declaration, Photo
from registration.services import sms
from registration.services.intake import IDENTITY_FIELDS
from registration.workflow import DECIDED_STATES, DRAFT_LASTS, State

logger = logging.getLogger(__name__)

REMINDED_BEFORE = timedelta(days=3)
TYPED = (*IDENTITY_FIELDS, "address", "email")
AT_ONCE = 500
FAILURES_BORNE = 5  # in a run; a storage that is down would hold the worker for each file anew


def delete_papers() -> int:
    """Photos of declarations decided PAPER_PHOTOS_KEPT_DAYS ago go; how many declarations, AT_ONCE at most.

    What a storage cannot delete now is tried again in the next run.
    """
    kept_from = timezone.now() - timedelta(days=settings.PAPER_PHOTOS_KEPT_DAYS)
    due = Declaration.objects.filter(decided_at__lt=kept_from, papers_deleted_at=None, state__in=DECIDED_STATES)
    done = failed = 0
    for pk in list(due.order_by("decided_at").values_list("pk", flat=True)[:AT_ONCE]):
        try:
            done += _delete_papers_of(due, pk)
        except Exception:  # whatever a storage backend raises
            logger.exception("The photos of declaration %s could not be deleted; they stay due", pk)
            failed += 1
            if failed == FAILURES_BORNE:
                break
    return done


def delete_photos(declaration: Declaration) -> None:
    """Part of the caller's transaction, on a locked row. Files go first: one that stays keeps its row."""
    for photo in (*declaration.photos.all(), *declaration.replacements.all()):
        for file in (photo.file, photo.thumbnail, photo.source):
            if file.name:
                file.storage.delete(file.name)
    declaration.photos.all().delete()
    declaration.replacements.all().delete()
    declaration.papers_deleted_at = declaration.papers_deleted_at or timezone.now()


def remind_of_drafts(now: datetime) -> int:
    """Tell, once and by day, whoever began a draft that is soon deleted; how many, AT_ONCE at most.

    A draft gone on with after its reminder may be reminded of again.
    """
    if not is_daytime(now):
        return 0
    due = _drafts_to_remind_of(now)
    return sum(_remind(due, pk, now) for pk in list(due.order_by("updated_at").values_list("pk", flat=True)[:AT_ONCE]))


def _drafts_to_remind_of(now: datetime) -> QuerySet[Declaration]:
    """With something in them worth keeping."""
    is_something = Q(Exists(Photo.objects.filter(declaration=OuterRef("pk")))) | Q(province__isnull=False)
    for name in TYPED:
        is_something |= ~Q(**{name: ""})
    return Declaration.objects.filter(
        is_something,
        Q(reminded_at=None) | Q(reminded_at__lt=F("updated_at")),
        state=State.DRAFT,
        updated_at__lt=now - DRAFT_LASTS + REMINDED_BEFORE,
        updated_at__gt=now - DRAFT_LASTS,
    )


@transaction.atomic
def _remind(due: QuerySet[Declaration], pk: int, now: datetime) -> bool:
    draft = due.select_for_update(of=("self",)).filter(pk=pk).first()
    if draft is None:
        return False
    Declaration.objects.filter(pk=pk).update(reminded_at=now)  # no sign of life: `updated_at` stays
    sms.tell_draft_ends(draft)
    return True


@transaction.atomic
def _delete_papers_of(due: QuerySet[Declaration], pk: int) -> bool:
    declaration = due.select_for_update(of=("self",)).filter(pk=pk).first()
    if declaration is None:
        return False
    delete_photos(declaration)
    declaration.save(update_fields=["papers_deleted_at"])
    access.record(
        "declaration.papers_deleted",
        actor=None,
        person_id=selectors.declared_person_id(declaration),
        object_type="declaration",
        object_id=declaration.pk,
    )
    return True
