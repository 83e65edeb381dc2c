"""The citizen's own card and history. Looking at one's own writes no event."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import citizen_required
from accounts.models import Person, User
from accounts.services import traces
from cards import selectors
from cards.services import drawing
from cards.views import timeline

LATEST_LOOKS = 3
READ_LOOKS = 12  # events: several alike are told as one look


@require_safe
@citizen_required
def card(request: HttpRequest) -> HttpResponse:
    person, today = _own_person(request), timezone.localdate()
    shown = selectors.current_card(person, today=today)
    situation = selectors.situation(shown, today=today)
    # A revoked card is not handed to a scanner that may look no further.
    scannable = shown is not None and situation.state is not selectors.CardState.REVOKED
    context = {
        "person": person,
        "card": shown,
        "own_share": 100 - shown.benefit_level.rate_percent if shown is not None else None,
        "situation": situation,
        "qr_svg": drawing.kept_qr(shown) if shown is not None and scannable else "",
        "looks": traces.looks(person.pk, actions=traces.CARD_LOOKS, limit=READ_LOOKS).looks[:LATEST_LOOKS],
    }
    return render(request, "cards/card.html", context)


@require_safe
@citizen_required
def history(request: HttpRequest) -> HttpResponse:
    person = _own_person(request)
    today = timezone.localdate()
    schemes = selectors.history(person, today=today)
    context = {"person": person, "schemes": schemes, "timeline": timeline.draw(schemes), "today": today}
    return render(request, "cards/history.html", context)


def _own_person(request: HttpRequest) -> Person:
    person = cast(User, request.user).person
    if person is None:
        raise Http404
    return person
