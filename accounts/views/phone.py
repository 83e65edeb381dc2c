"""Another phone for the account's codes, step by step: password, the number before, the new number."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from phonenumber_field.phonenumber import PhoneNumber

from accounts.decorators import citizen_required
from accounts.errors import PortalError
from accounts.form_rendering import form_page
from accounts.forms import CodeForm, PhoneChangeForm, RecoveryCodeForm
from accounts.limits import client_address
from accounts.models import User
from accounts.services import one_time_codes, passwords, phones, recovery_codes
from accounts.services.phones import Change
from accounts.services.sessions import SessionOver

# Beside which field of the first page a refusal stands.
_FIELDS: dict[type[PortalError], str] = {passwords.WrongCurrentPassword: "password", phones.SamePhone: "phone"}


@sensitive_post_parameters()
@citizen_required
def start(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = PhoneChangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            number = form.cleaned_data["phone"].as_e164
            phones.start(request, user, password=form.cleaned_data["password"], phone=number)
        except PortalError as error:
            form.refuse(error, field=_FIELDS.get(type(error)))
        else:
            _send_code(request, user)
            return redirect("accounts:phone_old")
    context = {"form": form, "phone_end": str(user.phone or "")[-3:]}
    return form_page(request, "accounts/phone.html", context)


@sensitive_post_parameters()
@citizen_required
def old_number(request: HttpRequest) -> HttpResponse:
    return _code_page(request, is_new=False)


@sensitive_post_parameters()
@citizen_required
def new_number(request: HttpRequest) -> HttpResponse:
    return _code_page(request, is_new=True)


@sensitive_post_parameters()
@citizen_required
def by_paper(request: HttpRequest) -> HttpResponse:
    """A printed recovery code instead of the code to the number before."""
    user = cast(User, request.user)
    change = phones.change_of(request, user)
    if change is None or change.is_old_proved:
        return _elsewhere(request, change)
    form = RecoveryCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            phones.prove_old_by_paper(request, user, code=form.cleaned_data["code"])
            return _on_to_the_new_number(request, user)
        except PortalError as error:
            form.refuse(error, field="code" if isinstance(error, recovery_codes.RecoveryCodeWrong) else None)
    return form_page(request, "accounts/phone_by_paper.html", {"form": form, "new_phone": _national(change)})


def _code_page(request: HttpRequest, *, is_new: bool) -> HttpResponse:
    user = cast(User, request.user)
    change = phones.change_of(request, user)
    if change is not None and "cancel" in request.POST:
        return _leave_it(request)
    if change is None or change.is_old_proved != is_new:
        return _elsewhere(request, change)
    if request.POST.keys() & {"send", "resend"}:
        _send_code(request, user)
        return _elsewhere(request, change)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _prove(request, user, change, form.cleaned_data["code"])
        except SessionOver:
            return redirect("accounts:login")  # which says why
        except PortalError as error:
            form.refuse(error, field="code" if isinstance(error, one_time_codes.CodeWrong) else None)
    context = {
        "form": form,
        "change": change,
        "new_phone": _national(change),
        "phone_end": (change.phone if is_new else str(user.phone))[-3:],
        "sent": phones.sent(request, user, change),
        "has_paper": recovery_codes.left(user) > 0,
    }
    return form_page(request, "accounts/phone_code.html", context)


def _prove(request: HttpRequest, user: User, change: Change, code: str) -> HttpResponse:
    if not change.is_old_proved:
        phones.prove_old(request, user, code=code)
        return _on_to_the_new_number(request, user)
    phones.finish(request, user, code=code)
    messages.success(request, _("Đã đổi số nhận mã. Từ nay mọi mã gửi tới số mới; số cũ và số mới đều được báo."))
    return redirect("accounts:profile")


def _on_to_the_new_number(request: HttpRequest, user: User) -> HttpResponse:
    _send_code(request, user)
    return redirect("accounts:phone_new")


def _send_code(request: HttpRequest, user: User) -> None:
    try:
        phones.send_code(request, user, address=client_address(request))
    except PortalError as error:
        messages.warning(request, str(error))  # a printed code may still do, and the code can be asked for again


def _elsewhere(request: HttpRequest, change: Change | None) -> HttpResponse:
    """To the step whose turn it is: a page left open too long, or the same button once more."""
    if change is not None:
        return redirect("accounts:phone_new" if change.is_old_proved else "accounts:phone_old")
    if request.method == "POST":
        messages.warning(request, str(phones.ChangeOver()))
    return redirect("accounts:phone")


def _leave_it(request: HttpRequest) -> HttpResponse:
    phones.cancel(request)
    messages.success(request, _("Không có gì thay đổi: mã vẫn gửi tới số cũ. Mã đã gửi thì bỏ qua."))
    return redirect("accounts:profile")


def _national(change: Change) -> str:
    return str(PhoneNumber.from_string(change.phone).as_national)
