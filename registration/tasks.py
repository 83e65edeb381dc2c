"""Housekeeping of declarations."""

from __future__ import annotations

from celery import shared_task

from registration.services import intake


@shared_task
def purge_drafts() -> None:
    """Photos of papers do not outlive the declaration nobody finished."""
    intake.purge_old_drafts()
