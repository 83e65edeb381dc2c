"""Messages without their texts: how far each came, why it did not arrive, sending it anew; alarms about them all."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.lists import BHXH_CODE_LENGTH, ReadOnlyAdmin
from accounts.errors import PortalError
from accounts.event_words import MESSAGES, failure_in_words, subject_in_words
from accounts.models import Alarm, Message, OneTimeCode, UnknownReport, User
from accounts.models.message import LOST
from accounts.services import access, message_watch, resending, roles


class ProgressFilter(admin.SimpleListFilter):
    """What an index answers, however long the table."""

    title = gettext_lazy("tình trạng")
    parameter_name = "tinh-trang"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("open", gettext_lazy("Chưa xong")), ("lost", gettext_lazy("Không tới, chưa có tin thay"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "open":
            return queryset.filter(final_at=None)
        return queryset.filter(LOST) if self.value() == "lost" else queryset


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ["number", "kind", "about", "masked_to", "state", "why", "gateway", "attempts", "created_at", "took"]
    list_filter = [ProgressFilter, "kind"]
    fields = readonly_fields = (
        "number",
        "kind",
        "about",
        "masked_to",
        "state",
        "why",
        "gateway",
        "provider_reference",
        "attempts",
        "created_at",
        "claimed_at",
        "sent_at",
        "delivered_at",
        "final_at",
        "not_after",
    )
    sortable_by = ()  # newest first: another order would read the whole table
    search_fields = ["pk"]  # only so that the box is there
    search_help_text = gettext_lazy("Số của tin (ví dụ 120), hoặc mã số BHXH của tài khoản, gõ đủ 10 chữ số.")
    change_form_template = "admin/accounts/message.html"

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        typed = "".join(search_term.split())
        if not (typed.isascii() and typed.isdecimal()):
            return (queryset.none() if typed else queryset), False
        if len(typed) < BHXH_CODE_LENGTH:
            return queryset.filter(pk=int(typed)), False
        if len(typed) > BHXH_CODE_LENGTH:
            return queryset.none(), False
        account = User.objects.filter(username=typed).only("phone", "person_id").first()
        if account is None or not account.phone:
            return queryset.none(), False
        # When somebody gets messages, and what about, is theirs to know who looked.
        access.record("messages.seen", actor=cast(User, request.user), person_id=account.person_id)
        return queryset.filter(to=account.phone), False

    def get_urls(self) -> list[URLPattern]:
        resend = self.admin_site.admin_view(self.resend)
        return [path("<int:pk>/resend/", resend, name="accounts_message_resend"), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        message = self.get_object(request, object_id)
        may_resend = isinstance(message, Message) and _may_resend(request) and resending.may_resend(message)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "may_resend": may_resend})

    def resend(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not _may_resend(request):
            raise PermissionDenied
        if not self.get_queryset(request).filter(pk=pk).exists():
            raise Http404
        if request.method == "POST":
            try:
                resending.resend(pk, actor=cast(User, request.user))
                messages.success(request, _("Tin mới đang được gửi. Tin cũ giữ lại trong danh sách này."))
            except PortalError as error:
                messages.error(request, str(error))
        return redirect("admin:accounts_message_change", pk)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        used = round(message_watch.budget_used() * 100)
        title = _("Tin nhắn · đã dùng %(used)d%% hạn mức mã hôm nay") % {"used": used}
        return super().changelist_view(request, {**(extra_context or {}), "title": title})

    @admin.display(description=gettext_lazy("số"), ordering="pk")
    def number(self, message: Message) -> int:
        return int(message.pk)

    @admin.display(description=gettext_lazy("việc"))
    def about(self, message: Message) -> str:
        return str({**MESSAGES, **dict(OneTimeCode.Purpose.choices)}.get(message.purpose, message.purpose))

    @admin.display(description=gettext_lazy("tới"))
    def masked_to(self, message: Message) -> str:
        if message.email:
            return f"•••••@{message.email.rpartition('@')[2]}"
        return f"••••• {str(message.to)[-3:]}" if message.to else "–"

    @admin.display(description=gettext_lazy("lý do"))
    def why(self, message: Message) -> str:
        words = failure_in_words(message.failure) or "–"
        return _("%(why)s · đã có tin khác thay") % {"why": words} if message.replaced_at else words

    @admin.display(description=gettext_lazy("đi sau"))
    def took(self, message: Message) -> str:
        if message.sent_at is None:
            return "–"
        seconds = (message.sent_at - message.created_at).total_seconds()
        return _("%(seconds)s giây") % {"seconds": number_format(seconds, decimal_pos=1)}


def _may_resend(request: HttpRequest) -> bool:
    return cast(User, request.user).has_perm(roles.RESEND_MESSAGES)


@admin.register(UnknownReport)
class UnknownReportAdmin(ReadOnlyAdmin):
    list_display = ["gateway", "code", "times", "first_at", "last_at"]
    sortable_by = ()


@admin.register(Alarm)
class AlarmAdmin(ReadOnlyAdmin):
    """Open ones first; closed by hand, once somebody has seen to it."""

    list_display = ["kind", "about", "times", "first_at", "last_at", "closing"]
    fields = readonly_fields = ("kind", "about", "times", "first_at", "last_at", "told_at", "closed_at", "closed_by")
    list_select_related = ["closed_by"]
    sortable_by = ()
    change_form_template = "admin/accounts/alarm.html"

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        return [models.F("closed_at").desc(nulls_first=True), "-last_at"]

    def get_urls(self) -> list[URLPattern]:
        close = self.admin_site.admin_view(self.close)
        return [path("<int:pk>/close/", close, name="accounts_alarm_close"), *super().get_urls()]

    def close(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not cast(User, request.user).has_perm(roles.CLOSE_ALARMS):
            raise PermissionDenied
        if not Alarm.objects.filter(pk=pk).exists():
            raise Http404
        if request.method == "POST":
            message_watch.close_alarm(pk, actor=cast(User, request.user))
            messages.success(request, _("Đã đóng cảnh báo. Nếu việc xảy ra lần nữa, cảnh báo mới sẽ mở."))
        return redirect("admin:accounts_alarm_change", pk)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        may_close = cast(User, request.user).has_perm(roles.CLOSE_ALARMS)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "may_close": may_close})

    @admin.display(description=gettext_lazy("của"))
    def about(self, alarm: Alarm) -> str:
        return subject_in_words(alarm.subject) or "–"

    @admin.display(description=gettext_lazy("tình trạng"))
    def closing(self, alarm: Alarm) -> str:
        if alarm.closed_at is None:
            return format_html("<strong>{}</strong>", _("đang mở"))
        return _("đã đóng · %(who)s") % {"who": alarm.closed_by or "–"}
