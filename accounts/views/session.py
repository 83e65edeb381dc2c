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

from accounts import browsers
from accounts.browsers import Browser, browser_of
from accounts.errors import PortalError
from accounts.form_rendering import form_page
from accounts.forms import LoginForm, NewPasswordForm
from accounts.limits import client_address
from accounts.models import User
from accounts.services import challenges, devices, half_logins, passwords, put_outs, second_factor
from accounts.services.sessions import SessionOver

HEADING_FOR = "heading_for"  # in the session: the page of ours a login was asked for
LEFT = "da-dang-xuat"  # in the home page's address
OVER = "da-qua-buoc"  # in the login page's address: a step was pressed that is done or too late


@never_cache
@sensitive_post_parameters()
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "GET" and isinstance(request.user, User):
        return redirect(home_of(request.user))
    if request.method == "GET":
        half_logins.forget(request.session)
    form = LoginForm(request.POST or None)
    browser = browser_of(request)
    address = client_address(request)
    if request.method == "POST" and form.is_valid():
        try:
            answer = request.POST.get("altcha", "")
            user = passwords.prove(**form.cleaned_data, address=address, browser=browser, answer=answer)
            return _with_the_password_right(request, user, browser)
        except PortalError as error:
            form.refuse(error)
    context = {
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "ending": put_outs.why_out(request, browser),
        "is_over": OVER in request.GET,
        "challenge": challenges.new(address) if _is_asked_for_more(form, browser, address) else None,
    }
    return browsers.keep(form_page(request, "accounts/login.html", context), browser)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    kept = devices.sign_out(request, browser=browser_of(request))
    # Said by the address: no session is begun to say that one is over.
    return browsers.keep(redirect(f"{reverse('home')}?{LEFT}"), kept)


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
            return redirect(home_of(user))
    return form_page(request, "accounts/change_password.html", {"form": form, "is_first": is_first})


def nothing_half_done(request: HttpRequest) -> HttpResponse:
    """A page left open too long, or the same button once more: no session is begun only to say so."""
    if isinstance(request.user, User):
        return redirect(home_of(request.user))
    login_page = reverse("accounts:login")
    return redirect(f"{login_page}?{OVER}" if request.method == "POST" else login_page)


def home_of(user: User) -> str:
    return str(settings.HOME_PAGES[user.kind])


def _is_asked_for_more(form: LoginForm, browser: Browser, address: str) -> bool:
    """A browser that some account was opened in is asked only when it turns out to be another's."""
    return (bool(form.errors) or not browser.proofs) and challenges.is_needed(address)


def _with_the_password_right(request: HttpRequest, user: User, browser: Browser) -> HttpResponse:
    """In, or on to the proof that is still missing."""
    target = _target(request, user)
    if second_factor.is_needed(user):
        second_factor.begin(request, user)
        return browsers.keep(redirect("accounts:second_factor"), browser)
    kept = devices.sign_in(request, user, browser=browser)
    if kept is not None:
        return browsers.keep(redirect(target), kept)
    request.session[HEADING_FOR] = target
    return browsers.keep(redirect("accounts:take_over"), browser)


def _target(request: HttpRequest, user: User) -> str:
    """Where a citizen was heading, if that is a page of ours; whoever else logs in here has one page only."""
    wished = request.POST.get("next", "")
    is_ours = wished.startswith("/") and url_has_allowed_host_and_scheme(
        wished, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wished if is_ours and user.kind == User.Kind.CITIZEN else home_of(user)
