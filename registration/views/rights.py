"""Which phone a browser has proved, which declaration it works on, and which file it may read and mend.

The right to read is to one file. It comes of a code to the declared phone, or of
Ghi nhận itself, where the proof of the phone is in use, and is over after half
an hour without use: phones and computers are often shared.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from registration.models import Declaration
from registration.workflow import FILED_STATES

# What a session holds: the draft this browser has open, the declaration it filed last, the one it gave number and
# phone of last; and the number it proved, with when that was last used, in seconds.
DRAFT, FILED, FOUND, PROVED = "draft_id", "filed_id", "found_id", "proved_phone"
# Of a phone that another screen has called: which handover it used, and the kinds of photo it has sent.
HANDED, HANDED_SENT = "handover_id", "handover_sent"
IDLE = timedelta(minutes=30)
NOTED_EVERY = 60  # seconds: a page's pictures need not write the session each
NEEDS_CODE = "can-ma"
PIECE = "phan"  # asked for by a script, again and again: nobody's use of a page
_RIGHT = "file_right"

FileView = Callable[[HttpRequest, Declaration], HttpResponse]


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
    if used < now - NOTED_EVERY and PIECE not in request.GET:
        request.session[PROVED] = {**proved, "used_at": int(now)}
    return str(proved["number"])


def note_proof(session: SessionBase, number: str) -> None:
    """Its code was right: what was filed here before is somebody else's business now."""
    session[PROVED] = {"number": number, "used_at": int(time.time())}
    session.pop(FILED, None)
    give_up(session)


def grant(session: SessionBase, declaration: Declaration) -> None:
    """The right to this file instead of any other; its phone was just proved, or the proof is still in use."""
    session[_RIGHT] = {"file": declaration.pk, "used": int(time.time())}


def give_up(session: SessionBase) -> None:
    """Nothing of a file is open here any more, and none is waiting for its code."""
    for key in (_RIGHT, FOUND):
        session.pop(key, None)


def filed_here(request: HttpRequest) -> Declaration | None:
    """What this browser filed, or works on and was filed from another one: enough to be told its number."""
    own = own_draft(request)
    pk = request.session.get(FILED) or (own.pk if own else 0)
    filed = Declaration.objects.filter(pk=pk, file_number__isnull=False)
    return filed.select_related("province", "ward", "office").first()


def readable_file(request: HttpRequest) -> Declaration | None:
    """The filed declaration this browser may read, with its places and office; asking counts as use."""
    right = request.session.get(_RIGHT)
    now = int(time.time())
    if right is None or now - right["used"] > IDLE.total_seconds():
        return None
    filed = Declaration.objects.filter(pk=right["file"], state__in=FILED_STATES)
    found = filed.select_related("province", "ward", "office").first()
    if found is not None and now - right["used"] > NOTED_EVERY and PIECE not in request.GET:
        request.session[_RIGHT] = {**right, "used": now}
    return found


def with_file(view: FileView) -> Callable[[HttpRequest], HttpResponseBase]:
    """Hands over the file this browser may read; without one, leads to where a code is asked for."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponseBase:
        found = readable_file(request)
        if found is None:
            return redirect(f"{reverse('registration:track')}?{NEEDS_CODE}")
        return view(request, found)

    return guarded
