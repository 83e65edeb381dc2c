"""Alerts about citizens' accounts: whose, what happened, what to do, and closing one with what was found."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.lists import ReadOnlyAdmin
from accounts.errors import PortalError
from accounts.forms import CloseAlertForm
from accounts.models import AccountAlert, User
from accounts.services import access, alerts, offices, put_outs, roles


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("tình trạng")
    parameter_name = "tinh-trang"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("open", gettext_lazy("Đang chờ")), ("closed", gettext_lazy("Đã xử lý"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset if self.value() is None else queryset.filter(closed_at__isnull=self.value() == "open")


@admin.register(AccountAlert)
class AlertAdmin(ReadOnlyAdmin):
    """Those of the officer's office and of the offices under it, open ones first; reading one is an event."""

    list_display = ["account", "kind", "created_at", "office", "result"]
    list_filter = [StateFilter]
    list_select_related = ["user", "office"]
    sortable_by = ()
    search_fields = ["user__username__exact"]
    search_help_text = gettext_lazy("Mã số BHXH, gõ đủ 10 chữ số.")
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccountAlert]:
        return alerts.visible_to(cast(User, request.user))

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        return [F("closed_at").desc(nulls_first=True), "-pk"]

    @admin.display(description=gettext_lazy("tài khoản"))
    def account(self, alert: AccountAlert) -> str:
        return str(alert.user.username)

    @admin.display(description=gettext_lazy("kết quả"))
    def result(self, alert: AccountAlert) -> str:
        return str(alert.get_outcome_display()) if alert.closed_at else _("đang chờ")

    def get_urls(self) -> list[URLPattern]:
        close = self.admin_site.admin_view(self.close)
        return [path("<int:pk>/close/", close, name="accounts_accountalert_close"), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        return self._page(request, self._visible(request, object_id), CloseAlertForm())

    def close(self, request: HttpRequest, pk: int) -> HttpResponse:
        alert = self._visible(request, pk)
        if request.method != "POST":  # back from the login page, with the answer still to be given
            return redirect("admin:accounts_accountalert_change", alert.pk)
        if not cast(User, request.user).has_perm(roles.CLOSE_ALERTS):
            raise PermissionDenied
        form = CloseAlertForm(request.POST)
        if not form.is_valid():
            return self._page(request, alert, form)
        try:
            alerts.close(alert.pk, officer=cast(User, request.user), outcome=form.cleaned_data["outcome"])
        except PortalError as error:
            messages.error(request, str(error))
            return redirect("admin:accounts_accountalert_change", alert.pk)
        messages.success(request, _("Đã ghi kết quả xử lý cảnh báo của tài khoản %(code)s.") % {"code": alert.user})
        return redirect("admin:accounts_accountalert_changelist")

    def _visible(self, request: HttpRequest, pk: int | str) -> AccountAlert:
        """The alert, if it is of this officer's area; 404 for everyone else's."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        related = self.get_queryset(request).select_related("user__person", "user__active_device", "device")
        found = related.filter(pk=pk).first() if str(pk).isdecimal() else None
        if found is None:
            raise Http404
        return found

    def _page(self, request: HttpRequest, alert: AccountAlert, form: CloseAlertForm) -> HttpResponse:
        officer = cast(User, request.user)
        access.record(
            "accountalert.seen",
            actor=officer,
            person_id=alert.user.person_id,
            object_type="accountalert",
            object_id=alert.pk,
        )
        is_signed_in = alert.user.active_device is not None and offices.may_end_device(officer, alert.user)
        context = {
            "is_phone_in_doubt": put_outs.is_phone_in_doubt(alert.user),
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": _("Cảnh báo của tài khoản %(code)s") % {"code": alert.user},
            "alert": alert,
            "phone_end": str(alert.user.phone)[-3:],
            "may_close": alert.closed_at is None and officer.has_perm(roles.CLOSE_ALERTS),
            "device_url": reverse("admin:accounts_user_end_device", args=[alert.user_id]) if is_signed_in else "",
            "form": form,
        }
        return render(request, "admin/accounts/alert.html", context)
