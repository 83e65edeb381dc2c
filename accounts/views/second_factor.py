"""The second factor of staff and clinic desks: asked for at a clinic's login, set up by whoever has none yet."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import browsers
from accounts.browsers import browser_of
from accounts.errors import PortalError, TooManyRequests
from accounts.form_rendering import form_page
from accounts.forms import AuthenticatorCodeForm, SecondFactorForm
from accounts.models import User
from accounts.services import half_logins, put_outs, second_factor
from accounts.services.half_logins import Step
from accounts.services.second_factor import KeyReplaced, SecondFactorWrong
from accounts.services.sessions import SessionOver
from accounts.views.session import home_of, nothing_half_done


@never_cache
@sensitive_post_parameters()
def ask(request: HttpRequest) -> HttpResponse:
    """The password was right; no session of the account is begun before the code is too."""
    user = half_logins.user_of(request.session, Step.SECOND_FACTOR)
    if user is None:
        return nothing_half_done(request)
    if "cancel" in request.POST:
        half_logins.forget(request.session)
        return redirect("accounts:login")
    form = SecondFactorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            browser = second_factor.finish(request, typed=form.cleaned_data["code"], browser=browser_of(request))
        except PortalError as error:
            form.refuse(error, field="code" if isinstance(error, SecondFactorWrong) else None)
        else:
            return browsers.keep(redirect(home_of(user)), browser)
    return form_page(request, "accounts/second_factor.html", {"form": form, "account": user})


@never_cache
@sensitive_post_parameters()
@login_required
def enrol(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    if not second_factor.is_missing(user):
        return redirect(home_of(user))
    if second_factor.has_authenticator(user):  # a session from before it was asked for: the login asks now
        put_outs.put_out(request, put_outs.DEVICE_OVER)
        return redirect(home_of(user))
    try:
        return _enrolling(request, user)
    except SessionOver:
        return redirect(home_of(user))  # which says why


def _enrolling(request: HttpRequest, user: User) -> HttpResponse:
    """The key to scan, and after the right code the recovery codes: in this answer only, no session holds them."""
    form = AuthenticatorCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = second_factor.enrol(request, user, code=form.cleaned_data["code"])
            return render(request, "accounts/recovery_sheet.html", {"codes": codes, "home": home_of(user)})
        except (SecondFactorWrong, KeyReplaced, TooManyRequests) as error:
            form.refuse(error, field="code" if isinstance(error, SecondFactorWrong) else None)
    authenticator = second_factor.key_to_scan(request, user)
    context = {
        "form": form,
        "is_enrolling": True,
        "authenticator": authenticator,
        "qr_svg": second_factor.draw(authenticator),
        "key": second_factor.typed_key(authenticator),
    }
    return form_page(request, "accounts/enrol.html", context)
