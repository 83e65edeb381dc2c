"""Signing in, out, and setting one's own password."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.browsers import Browser, browser_of, keep_key
from accounts.errors import PortalError
from accounts.form_rendering import form_page
from accounts.forms import CodeForm, LoginForm, NewPasswordForm
from accounts.limits import client_address
from accounts.models import User
from accounts.services import devices, one_time_codes, passwords
from accounts.services.devices import TAKE_OVER
from accounts.services.sessions import SessionOver

HEADING_FOR = "heading_for"
OVER = "da-qua-buoc"  # in the login page's address: a step was pressed that is done or too late


@never_cache
@sensitive_post_parameters()
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "GET" and isinstance(request.user, User):
        return redirect(_home_of(request.user))
    if request.method == "GET":
        devices.forget_half_login(request.session)
    form = LoginForm(request.POST or None)
    browser = browser_of(request)
    if request.method == "POST" and form.is_valid():
        try:
            user = passwords.prove(request, address=client_address(request), **form.cleaned_data)
            is_in = devices.sign_in(request, user, browser=browser)
        except PortalError as error:
            form.refuse(error)
        else:
            target = _target(request, user)
            if not is_in:
                request.session[HEADING_FOR] = target
            return keep_key(redirect(target if is_in else "accounts:take_over"), browser)
    context = {
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "ending": devices.why_out(request.session),
        "is_over": OVER in request.GET,
    }
    return keep_key(form_page(request, "accounts/login.html", context), browser)


@never_cache
@sensitive_post_parameters()
def take_over(request: HttpRequest) -> HttpResponse:
    """The password was right and another browser has the account: warn, send a code, and move the account here."""
    user = devices.half_login(request.session)
    if user is None:
        return _nothing_half_done(request)
    if "cancel" in request.POST:
        devices.forget_half_login(request.session)
        one_time_codes.forget_code(request.session, purpose=TAKE_OVER)
        messages.success(request, _("Không có gì thay đổi: thiết bị kia vẫn dùng tài khoản. Mã đã gửi thì bỏ qua."))
        return redirect("home")
    browser = browser_of(request)
    if request.POST.keys() & {"send", "resend"}:
        return keep_key(_send_code(request, user, browser), browser)
    asked = one_time_codes.asked_code(request.session, purpose=TAKE_OVER, subject=str(user.pk))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        target = request.session.get(HEADING_FOR) or _home_of(user)
        try:
            devices.take_over(request, code=form.cleaned_data["code"], browser=browser)
        except PortalError as error:
            if _is_here_already(request, browser):
                return keep_key(redirect(target), browser)
            form.refuse(error, field="code" if isinstance(error, one_time_codes.CodeWrong) else None)
            asked = one_time_codes.asked_code(request.session, purpose=TAKE_OVER, subject=str(user.pk))
        else:
            messages.success(request, _("Tài khoản đã mở ở đây. Thiết bị trước đã thoát."))
            return keep_key(redirect(target), browser)
    context = {
        "form": form,
        "other": user.active_device,
        "phone_end": str(user.phone)[-3:],
        "no_phone": None if user.phone else devices.NoPhone(),
        "sent": one_time_codes.describe(asked) if asked else None,
    }
    return form_page(request, "accounts/take_over.html", context)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    devices.sign_out(request)
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
        except SessionOver:
            return redirect("accounts:login")  # which says why
        except passwords.WrongCurrentPassword as error:
            form.refuse(error, field="old_password")
        except PortalError as error:
            form.refuse(error, field="new_password1")
        else:
            messages.success(request, _("Đã đặt mật khẩu mới. Lần sau đăng nhập bằng mật khẩu này."))
            return redirect(_home_of(user))
    return form_page(request, "accounts/change_password.html", {"form": form, "is_first": is_first})


def _nothing_half_done(request: HttpRequest) -> HttpResponse:
    """A page left open too long, or the same button once more: no session is begun only to say so."""
    if isinstance(request.user, User):
        return redirect(_home_of(request.user))
    login_page = reverse("accounts:login")
    return redirect(f"{login_page}?{OVER}" if request.method == "POST" else login_page)


def _is_here_already(request: HttpRequest, browser: Browser) -> bool:
    """The same button pressed twice: the first press has moved the account to this browser."""
    try:
        return devices.resume(request, browser=browser)
    except devices.HalfLoginOver:
        return False


def _send_code(request: HttpRequest, user: User, browser: Browser) -> HttpResponse:
    """A code to the phone, unless the account is open in this very browser by now."""
    try:
        target = request.session.get(HEADING_FOR) or _home_of(user)
        if devices.resume(request, browser=browser):
            return redirect(target)
        devices.send_code(request, address=client_address(request))
    except PortalError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Đã gửi tin nhắn có mã. Tin có thể tới sau vài giây."))
    return redirect("accounts:take_over")


def _target(request: HttpRequest, user: User) -> str:
    """Where a citizen was heading, if that is a page of ours; whoever else logs in here has one page only."""
    wished = request.POST.get("next", "")
    is_ours = wished.startswith("/") and url_has_allowed_host_and_scheme(
        wished, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wished if is_ours and user.kind == User.Kind.CITIZEN else _home_of(user)


def _home_of(user: User) -> str:
    return str(settings.HOME_PAGES[user.kind])
