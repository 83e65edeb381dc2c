"""A forgotten password: the name, the code to the account's phone, the new password; and the sheet of printed codes."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import browsers
from accounts.browsers import browser_of
from accounts.decorators import citizen_required
from accounts.errors import PortalError
from accounts.form_rendering import form_page
from accounts.forms import CodeForm, PasswordPairForm, ResetForm, SheetForm
from accounts.limits import client_address
from accounts.models import User
from accounts.services import challenges, devices, one_time_codes, passwords, recovery, recovery_codes
from accounts.services.sessions import SessionOver
from accounts.views.session import home_of

# Beside which field of a sheet's page a refusal stands.
_SHEET_FIELDS: dict[type[PortalError], str] = {
    passwords.WrongCurrentPassword: "password",
    one_time_codes.CodeWrong: "code",
}


@never_cache
@sensitive_post_parameters()
def reset(request: HttpRequest) -> HttpResponse:
    form = ResetForm(request.POST or None)
    address = client_address(request)
    if request.method == "POST" and form.is_valid():
        try:
            challenges.check_for_code(address, request.POST.get("altcha", ""))
            name, browser = form.cleaned_data["username"], browser_of(request)
            recovery.start(request.session, name=name, browser=browser, address=address)
        except one_time_codes.ResendTooSoon:
            return redirect("accounts:reset_code")
        except PortalError as error:
            form.refuse(error)
        else:
            return redirect("accounts:reset_code")
    context = {"form": form, "challenge": challenges.new_for_code(address)}
    return form_page(request, "accounts/reset.html", context)


@never_cache
@sensitive_post_parameters()
def reset_code(request: HttpRequest) -> HttpResponse:
    if "resend" in request.POST:
        return _send_again(request)
    sent = recovery.sent(request.session)
    if sent is None:  # never asked for, or used up by an earlier press of the same button
        return redirect("accounts:reset_password" if recovery.holder(request.session) else "accounts:reset")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            recovery.prove(request.session, code=form.cleaned_data["code"])
            return redirect("accounts:reset_password")
        except recovery.ResetOver as error:
            return _over(request, error)
        except PortalError as error:
            form.refuse(error, field="code" if isinstance(error, one_time_codes.CodeWrong) else None)
            sent = recovery.sent(request.session) or sent
    return form_page(
        request, "accounts/reset_code.html", {"form": form, "sent": sent, **recovery.asked_for(request.session)}
    )


@never_cache
@sensitive_post_parameters()
def reset_password(request: HttpRequest) -> HttpResponse:
    user = recovery.holder(request.session)
    if user is None:
        return _over(request, recovery.ResetOver()) if request.method == "POST" else redirect("accounts:reset")
    form = PasswordPairForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            owner = recovery.set_password(request, new_password=form.cleaned_data["new_password1"])
            return _after_the_new_password(request, owner)
        except recovery.ResetOver as error:
            return _over(request, error)
        except PortalError as error:
            form.refuse(error, field="new_password1")
    return form_page(request, "accounts/reset_password.html", {"form": form, "account": user})


@sensitive_post_parameters()
@citizen_required
def sheet(request: HttpRequest) -> HttpResponse:
    """A sheet of recovery codes: shown in the answer that made it only, no session holds them."""
    user = cast(User, request.user)
    if request.POST.keys() & {"send", "resend"}:
        return _send_for_a_sheet(request, user)
    form = SheetForm(request.POST or None)
    codes: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            codes = recovery_codes.renew(request, user, **form.cleaned_data)
        except SessionOver:
            return redirect("accounts:login")  # which says why
        except PortalError as error:
            form.refuse(error, field=_SHEET_FIELDS.get(type(error)))
    asked = one_time_codes.asked_code(request.session, purpose=recovery_codes.RECOVERY, subject=str(user.pk))
    context = {
        "form": form,
        "codes": codes,
        "left": recovery_codes.left(user),
        "phone_end": str(user.phone)[-3:],
        "no_phone": None if user.phone else one_time_codes.NoPhone(),
        "sent": one_time_codes.describe(asked) if asked else None,
    }
    return form_page(request, "accounts/recovery_codes.html", context)


def _after_the_new_password(request: HttpRequest, owner: User | None) -> HttpResponse:
    """Code and password are what a take-over asks for; an account that was locked is opened by a login only."""
    if owner is None:
        messages.success(request, _("Tài khoản đã mở khóa. Đăng nhập bằng mật khẩu vừa đặt."))
        return redirect("accounts:login")
    try:
        kept = devices.enter_by_code(request, owner, browser=browser_of(request))
    except SessionOver as error:  # closed, locked or changed this very moment: the password is set all the same
        messages.warning(request, str(error))
        return redirect("accounts:login")
    messages.success(request, _("Đã đặt mật khẩu mới. Tài khoản mở ở đây; nơi khác đã thoát."))
    return browsers.keep(redirect(home_of(owner)), kept)


def _send_for_a_sheet(request: HttpRequest, user: User) -> HttpResponse:
    try:
        recovery_codes.send_code(request, user, address=client_address(request))
    except PortalError as error:
        messages.warning(request, str(error))
    return redirect("accounts:recovery_codes")


def _send_again(request: HttpRequest) -> HttpResponse:
    try:
        recovery.send_again(request.session, address=client_address(request))
    except recovery.ResetOver as error:
        return _over(request, error)
    except PortalError as error:
        messages.warning(request, str(error))
    return redirect("accounts:reset_code")


def _over(request: HttpRequest, error: recovery.ResetOver) -> HttpResponse:
    messages.warning(request, str(error))
    return redirect("accounts:reset")
