"""Which phone a browser has proved, which declaration it works on, which it has filed, and which it may read."""

from __future__ import annotations

import time
from datetime import timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

from registration.models import Declaration

# What a session holds: the draft this browser has open, the declaration it filed last, and the number it proved, with
# when that was last used, in seconds.
DRAFT = "draft_id"
FILED = "filed_id"
PROVED = "proved_phone"
IDLE = timedelta(minutes=30)
NOTED_EVERY = 60  # seconds
# Of a phone that another screen has called: which handover it used, and the kinds of photo it has sent.
HANDED, HANDED_SENT = "handover_id", "handover_sent"
# A phone or a computer is often shared: after this, a code to the declared phone opens the file.
READABLE_AFTER_FILING = timedelta(hours=1)


def own_draft(request: HttpRequest) -> Declaration | None:
    """The declaration this browser works on, filed or not; None unless its phone is proved here."""
    number = proved_number(request)
    return Declaration.objects.filter(pk=request.session.get(DRAFT, 0), phone=number).first() if number else None


def proved_number(request: HttpRequest) -> str:
    """E.164, or nothing: never proved here, or left alone for IDLE."""
    proved = request.session.get(PROVED, {})
    now, used = time.time(), proved.get("used_at", 0)
    if used < now - IDLE.total_seconds():
        return ""
    if used < now - NOTED_EVERY:
        request.session[PROVED] = {**proved, "used_at": int(now)}
    return str(proved["number"])


def note_proof(session: SessionBase, number: str) -> None:
    """Its code was right: what was filed here before is somebody else's business now."""
    session[PROVED] = {"number": number, "used_at": int(time.time())}
    session.pop(FILED, None)


def filed_here(request: HttpRequest) -> Declaration | None:
    """What this browser filed, or works on and was filed from another one: enough to be told its number."""
    own = own_draft(request)
    pk = request.session.get(FILED) or (own.pk if own else 0)
    filed = Declaration.objects.filter(pk=pk, file_number__isnull=False)
    return filed.select_related("province", "ward", "office").first()


def readable_file(request: HttpRequest) -> Declaration | None:
    """The filed declaration whose answers this session may read, with its places and office."""
    filed = filed_here(request)
    if filed is None or filed.filed_at is None or filed.filed_at < timezone.now() - READABLE_AFTER_FILING:
        return None
    return filed
