"""Where a declaration begins: for whom, by which phone, and the code that proves it."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from phonenumber_field.phonenumber import PhoneNumber

from accounts.errors import PortalError
from accounts.forms import CodeForm
from accounts.limits import client_address
from accounts.models import OneTimeCode
from accounts.services import challenges, one_time_codes
from registration.forms.beginning import PhoneForm, StartForm
from registration.models import Declaration
from registration.services import intake
from registration.views import drafts, rights
from registration.views.drafts import APP_ENTRY, BEGUN, NO_DRAFT, next_page, page
from registration.workflow import State

REGISTER = OneTimeCode.Purpose.REGISTER
ENTRY, BY_APP = "loi-vao", "ung-dung"  # in the address of «Đăng ký tài khoản», the way of a phone


@never_cache
def start(request: HttpRequest) -> HttpResponse:
    if request.GET.get(ENTRY) == BY_APP:
        request.session[APP_ENTRY] = True
    form = StartForm(request.POST or None, initial=request.session.get(BEGUN))
    chosen = form.cleaned_data["applicant_kind"] if request.method == "POST" and form.is_valid() else ""
    if chosen == "individual":
        request.session[BEGUN] = form.cleaned_data
        return redirect("registration:phone")
    draft = rights.own_draft(request)
    context = {
        "form": form,
        "is_organisation": chosen == "organisation",
        "has_draft": draft is not None and draft.state == State.DRAFT,
        "is_app_entry": drafts.is_app_entry(request),
    }
    return render(request, "registration/start.html", context)


@never_cache
def phone(request: HttpRequest) -> HttpResponse:
    asked = one_time_codes.asked_code(request.session, purpose=REGISTER)
    initial = {"phone": cast(PhoneNumber, asked.phone).as_national} if asked else {}
    is_helped = bool(_helper(request))
    form = PhoneForm(request.POST or None, initial=initial, is_helped=is_helped)
    address = client_address(request)
    if request.method == "POST" and form.is_valid():
        try:
            challenges.check_for_code(address, request.POST.get("altcha", ""))
            _send_code(request, form.cleaned_data["phone"].as_e164)
        except one_time_codes.ResendTooSoon:
            return redirect("registration:code")
        except PortalError as error:
            form.refuse(error, field=None if isinstance(error, challenges.ChallengeMissing) else "phone")
        else:
            return redirect("registration:code")
    context = {"is_helped": is_helped, "has_no_draft": NO_DRAFT in request.GET}
    return page(request, "phone", {"form": form, "challenge": challenges.new_for_code(address), **context})


@never_cache
def code(request: HttpRequest) -> HttpResponse:
    asked = one_time_codes.asked_code(request.session, purpose=REGISTER)
    if asked is None:  # used up by an earlier press of the same button, or never asked for
        return redirect("registration:identity" if rights.own_draft(request) else "registration:phone")
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
            return _go_on(request, str(proved.phone))
    return page(request, "code", {"form": form, "sent": one_time_codes.describe(asked)})


def _send_code(request: HttpRequest, number: str) -> None:
    one_time_codes.send_code(request.session, purpose=REGISTER, phone=number, address=client_address(request))


def _resend(request: HttpRequest, asked: OneTimeCode) -> HttpResponse:
    try:
        _send_code(request, str(asked.phone))
    except PortalError as error:
        messages.warning(request, str(error))
    return redirect("registration:code")


def _go_on(request: HttpRequest, number: str) -> HttpResponse:
    """To the number's newest draft, wherever it was begun, or to a new one."""
    request.session.cycle_key()  # whoever knows the id of before has no part in the draft
    rights.note_proof(request.session, number)
    begun = intake.open_drafts(number)
    sent = drafts.take_typed_page(request.session, begun)
    draft = sent[0] if sent else begun[0] if begun else intake.start_draft(phone=number)
    drafts.work_on(request.session, draft)
    if begun and not intake.is_blank(draft):
        messages.info(request, _resumed(draft, others=len(begun) - 1))
    if helper := _helper(request):
        intake.save_answers(draft.pk, **helper)
    request.session.pop(BEGUN, None)
    return redirect(f"registration:{sent[1]}") if sent else next_page(draft)


def _resumed(draft: Declaration, *, others: int) -> str:
    when = date_format(timezone.localtime(draft.updated_at), "H:i d/m/Y")
    words = _("Tiếp tục tờ khai bạn làm dở từ %(when)s.") % {"when": when}
    more = _("Số này còn %(others)d tờ khai khác đang dở; đổi ở đầu trang.") % {"others": others} if others else ""
    return f"{words} {more}".strip()


def _helper(request: HttpRequest) -> dict[str, str]:
    """`helper_name` and `helper_relation` as given on the first page; empty without a helper."""
    begun = request.session.get(BEGUN, {})
    helper = {name: begun.get(name, "") for name in ("helper_name", "helper_relation")}
    return helper if helper["helper_name"] else {}
