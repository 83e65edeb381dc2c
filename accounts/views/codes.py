"""How far the message with a code has come: a piece of the page that waits for it, asked for while it waits."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import OneTimeCode
from accounts.services import one_time_codes


@require_safe
@never_cache
def state(request: HttpRequest, purpose: str) -> HttpResponse:
    """Of the code that this very browser asked for; 204 where there is none, as after it was used."""
    if purpose not in OneTimeCode.Purpose.values:
        raise Http404
    sent = one_time_codes.sent_lately(request.session, purpose=OneTimeCode.Purpose(purpose))
    if sent is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "includes/code_state.html", {"sent": sent})
