"""A citizen takes a file back before it is decided; it stays, with its number, and nobody reviews it any more."""

from __future__ import annotations

from django.utils import timezone

from registration.models import Declaration
from registration.services import photos, sms, status


def withdraw(declaration_id: int) -> Declaration:
    """WrongState once it is decided. The right to the file is the page's to ask for."""
    return status.move(declaration_id, "withdraw", actor=None, judge=status.anyone, work=_end)


def _end(declaration: Declaration) -> None:
    declaration.decided_at = timezone.now()
    photos.take_no_more(declaration)
    sms.tell_withdrawn(declaration)
