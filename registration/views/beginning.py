"""Where a declaration begins: for whom, by which phone, and the code that proves it."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from phonenumber_field.phonenumber import PhoneNumber

from accounts.errors import PortalError
from accounts.forms import CodeForm
from accounts.limits import client_address
from accounts.models import OneTimeCode
from accounts.services import one_time_codes
from registration.forms.beginning import PhoneForm, StartForm
from registration.models import Declaration
from registration.services import intake
from registration.views.drafts import NO_DRAFT, page
from registration.views.rights import DRAFT, FILED
from registration.workflow import State

REGISTER = OneTimeCode.Purpose.REGISTER
DRAFTS = "draft_ids_by_phone"


@never_cache
def start(request: HttpRequest) -> HttpResponse:
    form = StartForm(request.POST or None)
    chosen = form.cleaned_data["applicant_kind"] if request.method == "POST" and form.is_valid() else ""
    if chosen == "individual":
        return redirect("registration:phone")
    has_draft = Declaration.objects.filter(pk=request.session.get(DRAFT, 0), state=State.DRAFT).exists()
    context = {"form": form, "is_organisation": chosen == "organisation", "has_draft": has_draft}
    return render(request, "registration/start.html", context)


@never_cache
def phone(request: HttpRequest) -> HttpResponse:
    asked = one_time_codes.asked_code(request.session, purpose=REGISTER)
    initial = {"phone": cast(PhoneNumber, asked.phone).as_national} if asked else {}
    form = PhoneForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            _send_code(request, form.cleaned_data["phone"].as_e164)
        except one_time_codes.ResendTooSoon:
            return redirect("registration:code")
        except PortalError as error:
            form.refuse(error, field="phone")
        else:
            return redirect("registration:code")
    return page(request, "phone", {"form": form, "has_no_draft": NO_DRAFT in request.GET})


@never_cache
def code(request: HttpRequest) -> HttpResponse:
    asked = one_time_codes.asked_code(request.session, purpose=REGISTER)
    if asked is None:  # used up by an earlier press of the same button, or never asked for
        return redirect("registration:identity" if DRAFT in request.session else "registration:phone")
    if "resend" in request.POST:
        return _resend(request, asked)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            proved = one_time_codes.check_code(request.session, purpose=REGISTER, code=form.cleaned_data["code"])
        except PortalError as error:
            form.refuse(error, field="code" if isinstance(error, one_time_codes.CodeWrong) else None)
            asked = one_time_codes.asked_code(request.session, purpose=REGISTER) or asked
        else:
            _open_draft(request, str(proved.phone))
            return redirect("registration:identity")
    return page(request, "code", {"form": form, "sent": one_time_codes.describe(asked)})


def _send_code(request: HttpRequest, number: str) -> None:
    one_time_codes.send_code(request.session, purpose=REGISTER, phone=number, address=client_address(request))


def _resend(request: HttpRequest, asked: OneTimeCode) -> HttpResponse:
    try:
        _send_code(request, str(asked.phone))
    except PortalError as error:
        messages.warning(request, str(error))
    return redirect("registration:code")


def _open_draft(request: HttpRequest, number: str) -> None:
    """This browser's draft for the number just proved: the one it has goes on, a neighbour's stays as it is."""
    drafts: dict[str, int] = request.session.get(DRAFTS, {})
    known = Declaration.objects.filter(pk=drafts.get(number, 0), state=State.DRAFT).first()
    draft = known or intake.start_draft(phone=number)
    request.session[DRAFTS] = {**drafts, number: draft.pk}
    request.session[DRAFT] = draft.pk
    request.session.pop(FILED, None)
