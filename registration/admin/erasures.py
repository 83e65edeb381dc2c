"""Citizens' requests to erase a file: which file, since when, and the office's answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts.admin.lists import ReadOnlyAdmin
from accounts.errors import PortalError
from accounts.models import User
from registration import policies
from registration.forms.desk import KeepDataForm
from registration.models import ErasureRequest
from registration.services import erasure


class AnswerFilter(admin.SimpleListFilter):
    title = _("tình trạng")
    parameter_name = "tinh-trang"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("open", _("Đang chờ")), ("closed", _("Đã trả lời"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset if self.value() is None else queryset.filter(decided_at__isnull=self.value() == "open")


@admin.register(ErasureRequest)
class ErasureAdmin(ReadOnlyAdmin):
    """Those of the officer's office, unanswered ones first. Nothing here tells whose file it is."""

    list_display = ["file_number", "asked_at", "answer"]
    list_filter = [AnswerFilter]
    list_select_related = ["declaration"]
    search_fields = ["declaration__file_number__exact"]
    search_help_text = _("Mã hồ sơ, gõ đủ.")
    sortable_by = ()
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[ErasureRequest]:
        return erasure.visible_to(cast(User, request.user))

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        return [F("decided_at").desc(nulls_first=True), "asked_at"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: ErasureRequest | None = None) -> bool:
        return policies.sees_erasures(request.user)

    @admin.display(description=_("mã hồ sơ"))
    def file_number(self, asked: ErasureRequest) -> str:
        return str(asked.declaration.file_number)

    @admin.display(description=_("trả lời"))
    def answer(self, asked: ErasureRequest) -> str:
        if asked.decided_at is None:
            return str(_("đang chờ"))
        return str(_("đã xóa") if asked.is_granted else _("không xóa"))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/grant/", view(self.grant), name="registration_erasurerequest_grant"),
            path("<int:pk>/refuse/", view(self.refuse), name="registration_erasurerequest_refuse"),
        ]
        return own + super().get_urls()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self._page(request, self._visible(request, object_id), KeepDataForm())

    def grant(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._answer(request, pk, erasure.grant, done=_("Đã xóa dữ liệu và ảnh của hồ sơ %(number)s."))

    def refuse(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = KeepDataForm(request.POST)
        if request.method == "POST" and policies.is_reviewer(request.user) and not form.is_valid():
            return self._page(request, self._visible(request, pk), form)

        def keep(request_id: int, *, officer: User) -> None:
            erasure.refuse(request_id, officer=officer, words=form.cleaned_data["words"])

        return self._answer(request, pk, keep, done=_("Đã trả lời người khai về hồ sơ %(number)s; dữ liệu giữ nguyên."))

    def _answer(self, request: HttpRequest, pk: int, answer: Callable[..., None], *, done: Any) -> HttpResponse:
        asked = self._visible(request, pk)
        if request.method != "POST":  # back from the login page, with the answer still to be given
            return redirect("admin:registration_erasurerequest_change", asked.pk)
        if not policies.is_reviewer(request.user):
            raise PermissionDenied
        try:
            answer(asked.pk, officer=cast(User, request.user))
        except PortalError as error:
            messages.error(request, str(error))
            return redirect("admin:registration_erasurerequest_change", asked.pk)
        messages.success(request, done % {"number": asked.declaration.file_number})
        return redirect("admin:registration_erasurerequest_changelist")

    def _visible(self, request: HttpRequest, pk: int | str) -> ErasureRequest:
        """The request, if it is of this officer's office; 404 for everyone else's."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        related = self.get_queryset(request).select_related("declaration__office", "decided_by")
        found = related.filter(pk=pk).first() if str(pk).isdecimal() else None
        if found is None:
            raise Http404
        return found

    def _page(self, request: HttpRequest, asked: ErasureRequest, form: KeepDataForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": _("Yêu cầu xóa dữ liệu hồ sơ %(number)s") % {"number": asked.declaration.file_number},
            "asked": asked,
            "declaration": asked.declaration,
            "may_answer": asked.decided_at is None and policies.is_reviewer(request.user),
            "form": form,
        }
        return render(request, "admin/registration/erasure.html", context)
