"""A citizen's account at the desk: read without a password or a whole phone number, and signed out of its device."""

from __future__ import annotations

from typing import cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.lists import ListAdmin
from accounts.errors import PortalError
from accounts.forms import SignOutDeviceForm
from accounts.models import User
from accounts.services import access, offices, roles


class CitizensAccounts(ListAdmin):
    """Reading one is an event, whoever reads it and from wherever."""

    citizen_fields = ["username", "kind", "phone_end", "device", "locked_at", "is_active"]

    @admin.display(description=gettext_lazy("điện thoại nhận mã"))
    def phone_end(self, user: User) -> str:
        return f"••••• {str(user.phone)[-3:]}" if user.phone else "–"

    @admin.display(description=gettext_lazy("thiết bị đang dùng"))
    def device(self, user: User) -> str:
        if user.active_device is None:
            return "–"
        page = reverse("admin:accounts_user_end_device", args=[user.pk])
        return format_html('{} · <a href="{}">{}</a>', user.active_device, page, _("Cho thoát"))

    def get_urls(self) -> list[URLPattern]:
        end_device = self.admin_site.admin_view(self.end_device)
        return [path("<int:pk>/end-device/", end_device, name="accounts_user_end_device"), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        user = self.get_object(request, object_id)
        if response.status_code == 200 and user is not None and user.kind == User.Kind.CITIZEN:
            _note_look(request, user)
        return response

    def end_device(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page with the reason; pressed, the device shown there is out at its next request."""
        officer = cast(User, request.user)
        if not officer.has_perm(roles.END_DEVICE):
            raise PermissionDenied
        account = User.objects.select_related("person__ward", "active_device").filter(pk=pk).first()
        if account is None or not offices.may_end_device(officer, account):
            raise Http404
        form = SignOutDeviceForm(request.POST or None, initial={"device": account.active_device_id})
        if request.method == "POST" and form.is_valid():
            return self._end_device(request, account, form)
        _note_look(request, account)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": _("Cho thiết bị đang dùng thoát"),
            "account": account,
            "form": form,
        }
        return render(request, "admin/accounts/end_device.html", context)

    def _end_device(self, request: HttpRequest, account: models.Model, form: SignOutDeviceForm) -> HttpResponse:
        reason, device = form.cleaned_data["reason"], form.cleaned_data["device"]
        try:
            offices.end_device(account.pk, device_id=device, officer=cast(User, request.user), reason=reason)
        except PortalError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Thiết bị đã thoát. Tin nhắn báo cho chủ tài khoản đang được gửi."))
        return redirect(request.path)


def _note_look(request: HttpRequest, user: User) -> None:
    access.record(
        "user.seen",
        actor=cast(User, request.user),
        person_id=user.person_id,
        object_type="user",
        object_id=user.pk,
    )
