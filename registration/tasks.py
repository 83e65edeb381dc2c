"""Housekeeping of declarations, and a look at their photos that no page waits for."""

from __future__ import annotations

from celery import Task, shared_task
from django.utils import timezone

from registration.deadlines import is_daytime
from registration.images import PhotoBusy
from registration.services import duplicates, intake, leftovers, readings, retention, supplement


@shared_task
def purge_drafts() -> None:
    """Photos of papers do not outlive the declaration nobody finished."""
    intake.purge_old_drafts()


@shared_task
def remind_of_drafts() -> None:
    """Nobody loses what they typed without a word."""
    retention.remind_of_drafts(timezone.now())


@shared_task
def delete_papers() -> None:
    """Photos go when the consent says so."""
    retention.delete_papers()


@shared_task(bind=True, max_retries=5, default_retry_delay=20)
def remember_reading(task: Task, photo_id: int) -> None:
    """A reading is a hint: whatever else goes wrong, the declaration goes on without it."""
    try:
        readings.remember_reading(photo_id)
    except PhotoBusy as busy:
        raise task.retry(exc=busy) from busy


@shared_task
def purge_leftovers() -> None:
    """Files of photos that no declaration names; each run goes on to another of the older days."""
    leftovers.purge_leftovers(turn=int(timezone.now().timestamp()) // (60 * 60))


@shared_task
def tell_owners() -> None:
    """Whoever has an account hears that somebody else declared its code.

    By day, or whoever files could choose the hour of the night at which somebody's telephone rings.
    """
    if not is_daytime(timezone.now()):
        return
    while duplicates.tell_owners() == duplicates.FILES_AT_ONCE:
        pass


@shared_task
def follow_supplements() -> None:
    """Nobody forgets a request by himself: its citizen is reminded, and in the end the file refused."""
    supplement.remind()
    supplement.refuse_overdue()
