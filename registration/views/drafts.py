"""A browser's open draft, which every page of the declaration works on."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.form_rendering import form_page
from registration.models import Declaration
from registration.services import intake
from registration.services.status import AlreadyFiled
from registration.views.rights import DRAFT, FILED
from registration.workflow import State

NO_DRAFT = "chua-co-to-khai"
STEPS = ("phone", "identity", "photos", "address", "check")

DraftView = Callable[[HttpRequest, Declaration], HttpResponse]


def with_draft(view: DraftView) -> Callable[[HttpRequest], HttpResponseBase]:
    """Hands over this browser's open draft; without one, leads to where the person can go on."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponseBase:
        draft = Declaration.objects.filter(pk=request.session.get(DRAFT, 0)).first()
        if draft is not None and draft.state == State.DRAFT:
            try:
                return view(request, draft)
            except AlreadyFiled as error:
                messages.warning(request, str(error))
                return redirect("registration:done")
            except intake.Incomplete as error:  # another tab took something away
                messages.warning(request, str(error))
                return next_page(draft)
        if draft is not None or FILED in request.session:
            messages.warning(request, str(AlreadyFiled()))
            return redirect("registration:done")
        return redirect(f"{reverse('registration:phone')}?{NO_DRAFT}")

    return guarded


def page(request: HttpRequest, step: str, context: dict[str, Any]) -> HttpResponse:
    """A page of the declaration; the code belongs to the step of the phone."""
    number = STEPS.index("phone" if step == "code" else step) + 1
    progress = {"step_number": number, "step_count": len(STEPS)}
    return form_page(request, f"registration/{step}.html", {**progress, **context})


def next_page(draft: Declaration) -> HttpResponse:
    """The first page with something missing, or the one that shows every answer."""
    draft.refresh_from_db()
    missing = intake.missing_parts(draft)
    return redirect(f"registration:{missing[0] if missing else 'check'}")
