"""The review desk's front door: django-otp's admin site, second factor by setting."""

from __future__ import annotations

import unicodedata
from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.views.i18n import JavaScriptCatalog
from django_otp.admin import OTPAdminAuthenticationForm, OTPAdminSite

from accounts import limits
from accounts.errors import PortalError
from accounts.form_rendering import mark_refused
from accounts.limits import client_address
from accounts.models import User
from accounts.services import access
from accounts.services.passwords import IssuedPasswordExpired
from registration import policies, selectors

APP_ORDER = ("registration", "accounts", "cards")
_Site = OTPAdminSite if settings.STAFF_SECOND_FACTOR else AdminSite
_Form = OTPAdminAuthenticationForm if settings.STAFF_SECOND_FACTOR else AdminAuthenticationForm


class StaffLoginForm(_Form):  # type: ignore[valid-type,misc]  # the second factor is a setting
    """Django's form behind the same limits as the citizens' login."""

    refusal: PortalError | None = None

    def clean_password(self) -> str:
        return unicodedata.normalize("NFC", self.cleaned_data["password"]).strip()

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username", "")
        if not name or not self.cleaned_data.get("password"):
            return self.cleaned_data  # each empty field has its own sentence
        try:
            with limits.failures(("login.name", name), ("login.address", client_address(self.request))):
                answers: dict[str, Any] = super().clean()
            user = self.get_user()
            if user is not None and user.issued_password_expired:
                raise IssuedPasswordExpired
        except PortalError as error:
            self.refusal = error
            raise ValidationError(str(error), code=error.code) from error
        return answers


class PortalAdminSite(_Site):  # type: ignore[valid-type,misc]  # the second factor is a setting
    site_title = _("Bàn xét duyệt")
    site_header = _("Bàn xét duyệt")
    index_title = _("Việc hôm nay")
    login_form = StaffLoginForm
    login_template = "admin/login.html"
    logout_template = "admin/logged_out.html"

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return super().has_permission(request) and user.is_authenticated and not user.must_change_password

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """The list at the side is for those who have many lists: an officer has one."""
        context = super().each_context(request)
        return {**context, "is_nav_sidebar_enabled": isinstance(request.user, User) and request.user.is_superuser}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        user = cast(User, request.user)
        waiting = selectors.waiting_files(user) if policies.is_reviewer(user) else None
        title = self.index_title if waiting is not None else _("Quản trị")
        response: HttpResponse = super().index(request, {**(extra_context or {}), "waiting": waiting, "title": title})
        return response

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The work first, what is rarely touched last."""
        apps: list[Any] = super().get_app_list(request, app_label)
        places = {label: place for place, label in enumerate(APP_ORDER)}
        return sorted(apps, key=lambda app: places.get(app["app_label"], len(places)))

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One page for everybody's password, with its limits and its event."""
        return redirect("accounts:change_password")

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response: HttpResponse = super().login(request, extra_context)
        if request.method == "POST" and response.status_code == HTTPStatus.FOUND:
            access.record("session.started", actor=cast(User, request.user))
        form = (response.context_data or {}).get("form") if isinstance(response, TemplateResponse) else None
        mark_refused(response, getattr(form, "refusal", None))
        return response

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method == "POST" and isinstance(request.user, User):
            access.record("session.ended", actor=request.user)
        response: HttpResponse = super().logout(request, extra_context)
        return response

    def i18n_javascript(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        """Every catalogue, ours with it: Django's own names days in English."""
        return JavaScriptCatalog.as_view()(request)
