"""Signing in, out, and setting one's own password."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.errors import PortalError
from accounts.form_rendering import form_page
from accounts.forms import LoginForm, NewPasswordForm
from accounts.limits import client_address
from accounts.models import User
from accounts.services import access, passwords


@never_cache
@sensitive_post_parameters()
def sign_in(request: HttpRequest) -> HttpResponse:
    form = LoginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            passwords.sign_in(request, address=client_address(request), **form.cleaned_data)
        except PortalError as error:
            form.refuse(error)
        else:
            return redirect(_next_page(request))
    return form_page(request, "accounts/login.html", {"form": form, "next": request.GET.get("next", "")})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, User):
        access.record("session.ended", actor=request.user, person_id=request.user.person_id)
    logout(request)
    messages.success(request, _("Bạn đã đăng xuất trên thiết bị này."))
    return redirect("home")


@never_cache
@sensitive_post_parameters()
@login_required
def change_password(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    is_first = user.must_change_password
    form = NewPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            passwords.set_password(
                request,
                user=user,
                new_password=form.cleaned_data["new_password1"],
                current=form.cleaned_data.get("old_password"),
            )
        except passwords.WrongCurrentPassword as error:
            form.refuse(error, field="old_password")
        except PortalError as error:
            form.refuse(error, field="new_password1")
        else:
            messages.success(request, _("Đã đặt mật khẩu mới. Lần sau đăng nhập bằng mật khẩu này."))
            return redirect("admin:index" if user.is_staff else "cards:card")
    return form_page(request, "accounts/change_password.html", {"form": form, "is_first": is_first})


def _next_page(request: HttpRequest) -> str:
    """Where the person was heading, if that is a page of ours."""
    target = request.POST.get("next", "")
    if target.startswith("/") and url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return target
    return "cards:card"
