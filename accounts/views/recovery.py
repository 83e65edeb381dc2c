"""A forgotten password: the name, the code to the account's phone, the new password; and the sheet of printed codes."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.decorators import citizen_required
from accounts.errors import PortalError
from accounts.form_rendering import form_page
from accounts.forms import CodeForm, OwnPasswordForm, PasswordPairForm, ResetForm
from accounts.limits import client_address
from accounts.models import User
from accounts.services import one_time_codes, passwords, recovery, recovery_codes
from accounts.services.sessions import SessionOver


@never_cache
@sensitive_post_parameters()
def reset(request: HttpRequest) -> HttpResponse:
    form = ResetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            recovery.start(request.session, name=form.cleaned_data["username"], address=client_address(request))
        except one_time_codes.ResendTooSoon:
            return redirect("accounts:reset_code")
        except PortalError as error:
            form.refuse(error)
        else:
            return redirect("accounts:reset_code")
    return form_page(request, "accounts/reset.html", {"form": form})


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
    return form_page(request, "accounts/reset_code.html", {"form": form, "sent": sent})


@never_cache
@sensitive_post_parameters()
def reset_password(request: HttpRequest) -> HttpResponse:
    user = recovery.holder(request.session)
    if user is None:
        return _over(request, recovery.ResetOver()) if request.method == "POST" else redirect("accounts:reset")
    form = PasswordPairForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            recovery.set_password(request, new_password=form.cleaned_data["new_password1"])
        except recovery.ResetOver as error:
            return _over(request, error)
        except PortalError as error:
            form.refuse(error, field="new_password1")
        else:
            messages.success(request, _("Đã đặt mật khẩu mới; đăng nhập bằng mật khẩu đó."))
            return redirect("accounts:login")
    return form_page(request, "accounts/reset_password.html", {"form": form, "account": user})


@sensitive_post_parameters()
@citizen_required
def sheet(request: HttpRequest) -> HttpResponse:
    """A sheet of recovery codes: shown in the answer that made it only, no session holds them."""
    user = cast(User, request.user)
    form = OwnPasswordForm(request.POST or None)
    codes: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            codes = recovery_codes.renew(request, user, password=form.cleaned_data["password"])
        except SessionOver:
            return redirect("accounts:login")  # which says why
        except PortalError as error:
            form.refuse(error, field="password" if isinstance(error, passwords.WrongCurrentPassword) else None)
    context = {"form": form, "codes": codes, "left": recovery_codes.left(user)}
    return form_page(request, "accounts/recovery_codes.html", context)


def _send_again(request: HttpRequest) -> HttpResponse:
    try:
        recovery.send_again(request.session, address=client_address(request))
    except recovery.ResetOver as error:
        return _over(request, error)
    except PortalError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Nếu mã số này có tài khoản, tin nhắn đang được gửi. Tin có thể tới sau vài giây."))
    return redirect("accounts:reset_code")


def _over(request: HttpRequest, error: recovery.ResetOver) -> HttpResponse:
    messages.warning(request, str(error))
    return redirect("accounts:reset")
