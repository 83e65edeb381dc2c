"""The clinic desk: one field for a scan or a number, the patient's card at once. Every look is an event first."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import clinic_required
from accounts.errors import PortalError, TooManyRequests
from accounts.files import private_image
from accounts.form_rendering import form_page
from accounts.models import User
from cards.forms import CheckForm
from cards.services import checking

REASON = "clinic_reason"


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@clinic_required
def desk(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = CheckForm(_answers(request))
    look = _look(request, form, user=user) if form.is_valid() else None
    if form.has_error("card"):
        form.forget_scan()
    if look is not None or not form.is_bound:
        form = CheckForm(initial={"reason": request.session.get(REASON)})
    return form_page(request, "cards/clinic.html", {"form": form, "look": look, "facility": user.facility})


@require_safe
@clinic_required
def photo(request: HttpRequest, event_id: int) -> HttpResponseBase:
    """The portrait that belongs to one look, for the account that looked and a short while; the look recorded it."""
    person = checking.person_of_look(cast(User, request.user), event_id)
    if person is None:
        raise Http404
    return private_image(person.portrait)


def _answers(request: HttpRequest) -> QueryDict | None:
    """What was sent, with the reason given for the patient before unless another is chosen."""
    if request.method != "POST":
        return None
    answers = request.POST.copy()
    answers.setdefault("reason", request.session.get(REASON, ""))
    return answers


def _look(request: HttpRequest, form: CheckForm, *, user: User) -> checking.Look | None:
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
