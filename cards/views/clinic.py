"""The clinic desk: one field for a scan or a number, the patient's card at once. Every look is an event first."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import clinic_required
from accounts.errors import PortalError, TooManyRequests
from accounts.files import private_image
from accounts.form_rendering import form_page
from accounts.models import Event, User
from accounts.services import access, roles
from cards.forms import CheckForm
from cards.services import checking, facility_looks

REASON = "clinic_reason"  # of the session
ASKED = "xem"  # in the address: the look to show, by its event
ANSWER_ID = "ket-qua"
may_check = permission_required(roles.CHECK_CARD, raise_exception=True)
may_see_looks = permission_required(roles.SEE_FACILITY_LOOKS, raise_exception=True)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@clinic_required
@may_check
def desk(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    return _check(request, user) if request.method == "POST" else _show(request, user)


@require_safe
@clinic_required
@may_check
def photo(request: HttpRequest, event_id: int) -> HttpResponseBase:
    """The portrait that belongs to one look, for the account that looked and a short while; the look recorded it."""
    person = checking.person_of_look(cast(User, request.user), event_id)
    if person is None:
        raise Http404
    return private_image(person.portrait)


@require_safe
@clinic_required
@may_see_looks
def looks(request: HttpRequest) -> HttpResponse:
    """Who of the manager's own facility looked, never at whom."""
    before = access.row_id(request.GET.get("truoc", ""))
    page = facility_looks.looks(cast(User, request.user), before=before)
    return render(request, "cards/clinic_looks.html", {"page": page, "is_first": before is None})


def _check(request: HttpRequest, user: User) -> HttpResponse:
    """A look leads to its own address, where Reload and Back show it again and record nothing."""
    form = CheckForm(_answers(request))
    look = _look(request, form, user=user) if form.is_valid() else None
    if look is not None:
        return redirect(reverse("cards:clinic", query={ASKED: look.pk}))
    if form.has_error("card"):
        form.forget_scan()
    return form_page(request, "cards/clinic.html", {"form": form})


def _show(request: HttpRequest, user: User) -> HttpResponse:
    asked = request.GET.get(ASKED)
    event_id = access.row_id(asked or "")
    look = checking.look_of(user, event_id) if event_id is not None else None
    form = CheckForm(initial={"reason": request.session.get(REASON)})
    if look is not None:
        form.read_after(ANSWER_ID)
    is_gone = asked is not None and look is None
    context = {"form": form, "look": look, "is_gone": is_gone, "answer_id": ANSWER_ID}
    return form_page(request, "cards/clinic.html", context)


def _answers(request: HttpRequest) -> QueryDict:
    """What was sent, with the reason given for the patient before unless another is chosen."""
    answers = request.POST.copy()
    answers.setdefault("reason", request.session.get(REASON, ""))
    return answers


def _look(request: HttpRequest, form: CheckForm, *, user: User) -> Event | None:
    answers = form.cleaned_data
    if request.session.get(REASON) != answers["reason"]:
        request.session[REASON] = answers["reason"].value
    try:
        return checking.check(user, text=answers["card"], birth_date=answers["birth_date"], reason=answers["reason"])
    except checking.BirthDateNeeded as error:
        form.ask_birth_date(error)
    except TooManyRequests as error:
        form.refuse(error)
    except PortalError as error:
        form.refuse(error, field="card")
    return None
