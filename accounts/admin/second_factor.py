"""Authenticators of staff and clinic desks: a list without a secret, and taking one away for a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import ExpressionWrapper, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.admin.lists import ReadOnlyAdmin
from accounts.forms import ResetSecondFactorForm
from accounts.models import User
from accounts.services import roles, second_factor

RESET = "accounts.reset_second_factor"


@admin.register(TOTPDevice)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """Its owner sets one up at a login; nobody sees its key afterwards."""

    fields = readonly_fields = list_display = ("owner", "made_at", "used_at", "reset_link")
    list_display_links = ["owner"]
    list_select_related = ["user"]
    search_fields = ["user__username__exact"]
    search_help_text = gettext_lazy("Tên đăng nhập, gõ đủ.")
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """One that is still being set up is nothing to take away; some only another administrator takes."""
        return super().get_queryset(request).filter(confirmed=True).annotate(is_barred=_is_barred(request))

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return cast(User, request.user).has_perm(RESET)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_urls(self) -> list[URLPattern]:
        reset = self.admin_site.admin_view(self.reset)
        return [path("<int:pk>/reset/", reset, name="otp_totp_totpdevice_reset"), *super().get_urls()]

    def reset(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page with the reason; pressed, the owner sets up a new authenticator at the next login."""
        actor = cast(User, request.user)
        if not self.has_view_permission(request):
            raise PermissionDenied
        authenticator = self.get_queryset(request).select_related("user").filter(pk=pk).first()
        if authenticator is None:
            raise Http404
        if not roles.may_administer(actor, authenticator.user):
            raise PermissionDenied
        form = ResetSecondFactorForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            second_factor.reset(authenticator.user, reason=form.cleaned_data["reason"], actor=actor)
            done = _("Đã đặt lại xác thực hai bước của %(name)s. Các phiên đang mở của tài khoản này đã kết thúc.")
            messages.success(request, done % {"name": authenticator.user})
            return redirect("admin:otp_totp_totpdevice_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": _("Đặt lại xác thực hai bước của %(name)s") % {"name": authenticator.user},
            "form": form,
        }
        return render(request, "admin/accounts/reset_second_factor.html", context)

    @admin.display(description=gettext_lazy("tài khoản"), ordering="user__username")
    def owner(self, authenticator: TOTPDevice) -> str:
        return str(authenticator.user)

    @admin.display(description=gettext_lazy("cài lúc"), ordering="created_at")
    def made_at(self, authenticator: TOTPDevice) -> str:
        return _when(authenticator.created_at)

    @admin.display(description=gettext_lazy("dùng lần cuối"), ordering="last_used_at")
    def used_at(self, authenticator: TOTPDevice) -> str:
        return _when(authenticator.last_used_at)

    @admin.display(description=gettext_lazy("mất, đổi điện thoại"))
    def reset_link(self, authenticator: Any) -> str:
        if authenticator.is_barred:
            return _("nhờ quản trị viên khác")
        page = reverse("admin:otp_totp_totpdevice_reset", args=[authenticator.pk])
        whose = _("Đặt lại của %(name)s") % {"name": authenticator.user}
        return format_html('<a href="{}" aria-label="{}">{}</a>', page, whose, _("Đặt lại"))


def _is_barred(request: HttpRequest) -> ExpressionWrapper:
    """`roles.may_administer` the other way round, for a list."""
    actor = cast(User, request.user)
    barred = Q(user_id=actor.pk) if actor.is_superuser else Q(user_id=actor.pk) | Q(user__is_superuser=True)
    return ExpressionWrapper(barred, output_field=models.BooleanField())


def _when(at: datetime | None) -> str:
    """On the row's own page Django would show the bare value."""
    return date_format(timezone.localtime(at), "H:i d/m/Y") if at is not None else "–"
