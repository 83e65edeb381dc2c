"""Which declaration a browser works on, which it has filed, and which it may read."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

from registration.models import Declaration

# What a session holds: the draft this browser has open, and the declaration it filed last.
DRAFT = "draft_id"
FILED = "filed_id"
# Of a phone that another screen has called: which handover it used, and the kinds of photo it has sent.
HANDED, HANDED_SENT = "handover_id", "handover_sent"
# A phone or a computer is often shared: after this, a code to the declared phone opens the file.
READABLE_AFTER_FILING = timedelta(hours=1)


def filed_here(request: HttpRequest) -> Declaration | None:
    """What this browser filed, or had open when it was filed from another one: enough to be told its number."""
    pk = request.session.get(FILED) or request.session.get(DRAFT, 0)
    filed = Declaration.objects.filter(pk=pk, file_number__isnull=False)
    return filed.select_related("province", "ward", "office").first()


def readable_file(request: HttpRequest) -> Declaration | None:
    """The filed declaration whose answers this session may read, with its places and office."""
    filed = filed_here(request)
    if filed is None or filed.filed_at is None or filed.filed_at < timezone.now() - READABLE_AFTER_FILING:
        return None
    return filed
