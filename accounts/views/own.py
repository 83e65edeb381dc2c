"""The citizen's own data: the account, what happened to it, who looked at it, the portrait."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.decorators import citizen_required
from accounts.files import private_image
from accounts.models import Person, User
from accounts.services import access, history, recovery_codes, traces

LATEST_LOOKS = 5


@require_safe
@citizen_required
def profile(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    person = Person.objects.select_related("ward__province").get(pk=_person_id(request))
    context = {
        "person": person,
        "phone_ending": _ending(str(user.phone)),
        "paper_ending": _ending(person.id_number),
        "device": user.active_device,
        "papers_left": recovery_codes.left(user),
        "sign_ins": history.sign_ins(user),
        "shown_sign_ins": history.SHOWN_SIGN_INS,
        "looks": traces.looks(person.pk).looks[:LATEST_LOOKS],
    }
    return render(request, "accounts/profile.html", context)


@require_safe
@citizen_required
def looks(request: HttpRequest) -> HttpResponse:
    before = access.row_id(request.GET.get("truoc", ""))
    page = traces.looks(_person_id(request), before=before)
    return render(request, "accounts/looks.html", {"page": page, "is_first": before is None})


@require_safe
@citizen_required
def steps(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    before = access.row_id(request.GET.get("truoc", ""))
    context = {"page": history.steps(user, before=before), "is_first": before is None, "device": user.active_device}
    return render(request, "accounts/history.html", context)


@require_safe
@citizen_required
def portrait(request: HttpRequest) -> HttpResponseBase:
    person = cast(User, request.user).person
    if person is None:
        raise Http404
    return private_image(person.portrait)


def _person_id(request: HttpRequest) -> int:
    """A citizen is always a person; the database's constraint says the same."""
    return cast(int, cast(User, request.user).person_id)


def _ending(number: str) -> str:
    """What its holder knows it by, and nobody else learns it from."""
    return number[-3:]
