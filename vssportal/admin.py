"""The review desk's front door: django-otp's admin site, second factor by setting."""

from __future__ import annotations

import unicodedata
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.i18n import JavaScriptCatalog
from django_otp.admin import OTPAdminSite
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import browsers
from accounts.browsers import browser_of
from accounts.errors import PortalError
from accounts.form_rendering import mark_refused
from accounts.limits import client_address
from accounts.models import User
from accounts.services import alerts, challenges, devices, message_watch, passwords, roles, second_factor
from accounts.services.passwords import IssuedPasswordExpired
from accounts.services.second_factor import SecondFactorEmpty, SecondFactorWrong
from accounts.services.sessions import SessionOver
from registration import policies, selectors
from registration.services import erasure, sms

APP_ORDER = ("registration", "accounts", "cards")


class StaffLoginForm(AdminAuthenticationForm):
    """Django's form behind the same limits as the citizens' login; it asks for a code where the setting does."""

    otp_token = forms.CharField(
        label=_("Mã xác thực"),
        help_text=_("6 chữ số đang hiện trong ứng dụng xác thực, hoặc một mã dự phòng. Chưa cài thì để trống."),
        required=False,
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    refusal: PortalError | None = None
    authenticator: TOTPDevice | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not settings.STAFF_SECOND_FACTOR:
            del self.fields["otp_token"]

    def clean_password(self) -> str:
        return unicodedata.normalize("NFC", self.cleaned_data["password"]).strip()

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username", "")
        if not name or not self.cleaned_data.get("password"):
            return self.cleaned_data  # each empty field has its own sentence
        try:
            self.user_cache = self._identify(name)
            self._prove_the_rest(self.user_cache)
        except PortalError as error:
            self.refusal = error
            about_the_code = isinstance(error, SecondFactorWrong | SecondFactorEmpty)
            self.add_error("otp_token" if about_the_code else None, ValidationError(str(error), code=error.code))
        return self.cleaned_data

    def _identify(self, name: str) -> User:
        """Any other kind of account is refused like a name nobody has."""
        request = cast(HttpRequest, self.request)
        return passwords.identify(
            username=name,
            password=self.cleaned_data["password"],
            address=client_address(request),
            browser=browser_of(request),
            answer=request.POST.get("altcha", ""),
            kind=User.Kind.STAFF,
        )

    def _prove_the_rest(self, user: User) -> None:
        """IssuedPasswordExpired, or why the code does not hold; whoever has no authenticator yet needs none here."""
        if user.issued_password_expired:
            raise IssuedPasswordExpired
        if second_factor.is_needed(user):
            typed = self.cleaned_data.get("otp_token", "")
            if not typed:
                raise SecondFactorEmpty
            self.authenticator = second_factor.check(user, typed)


class StaffLogin(LoginView):
    form_class = StaffLoginForm
    template_name = "admin/login.html"

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            browser = second_factor.sign_in(
                self.request, form.get_user(), authenticator=form.authenticator, browser=browser_of(self.request)
            )
        except SessionOver as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        return browsers.keep(HttpResponseRedirect(self.get_success_url()), browser)

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        mark_refused(response, form.refusal)
        return response


class PortalAdminSite(OTPAdminSite):
    site_title = _("Bàn xét duyệt")
    site_header = _("Bàn xét duyệt")
    index_title = _("Việc hôm nay")
    logout_template = "admin/logged_out.html"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)

    def has_permission(self, request: HttpRequest) -> bool:
        """Of staff who set their own password and, where the setting asks for it, proved a second factor."""
        user = request.user
        is_proved = OTPAdminSite if settings.STAFF_SECOND_FACTOR else AdminSite
        return is_proved.has_permission(self, request) and user.is_authenticated and not user.must_change_password

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """The list at the side is for those who have many lists: an officer has one or two."""
        context = super().each_context(request)
        has_many = isinstance(request.user, User) and request.user.has_perm(roles.SEE_EVENTS)
        return {**context, "is_nav_sidebar_enabled": has_many}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        user = cast(User, request.user)
        waiting = selectors.waiting_files(user) if policies.is_reviewer(user) else None
        untold = sms.files_to_be_told(user) if policies.is_reviewer(user) else []
        open_alerts = alerts.open_to(user) if user.has_perm(roles.SEE_ALERTS) else None
        title = self.index_title if waiting is not None else _("Quản trị")
        open_alarms = message_watch.open_alarms() if user.has_perm(roles.SEE_ALARMS) else 0
        today = {
            "waiting": waiting,
            "untold": untold,
            "erasures": erasure.waiting(user) if policies.is_reviewer(user) else [],
            "open_alerts": open_alerts,
            "open_alarms": open_alarms,
        }
        return super().index(request, {**(extra_context or {}), **today, "title": title})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The work first, what is rarely touched last."""
        apps: list[Any] = super().get_app_list(request, app_label)
        places = {label: place for place, label in enumerate(APP_ORDER)}
        return sorted(apps, key=lambda app: places.get(app["app_label"], len(places)))

    def password_change(  # type: ignore[override]  # Django answers with its own page
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One page for everybody's password, with its limits and its event."""
        return redirect("accounts:change_password")

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method == "GET" and self.has_permission(request):
            return redirect("admin:index")
        address = client_address(request)
        context = {
            **self.each_context(request),
            "title": _("Đăng nhập"),
            "app_path": request.get_full_path(),
            "challenge": challenges.new(address) if challenges.is_needed(address) else None,
            **(extra_context or {}),
        }
        if REDIRECT_FIELD_NAME not in request.GET | request.POST:
            context[REDIRECT_FIELD_NAME] = reverse("admin:index")
        return cast(HttpResponse, StaffLogin.as_view(extra_context=context)(request))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        if request.method == "POST":
            kept = devices.sign_out(request, browser=browser_of(request))
            return cast(TemplateResponse, browsers.keep(super().logout(request, extra_context), kept))
        return super().logout(request, extra_context)

    def i18n_javascript(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Every catalogue, ours with it: Django's own names days in English."""
        return cast(HttpResponse, JavaScriptCatalog.as_view()(request))
