"""Which files the desk's list opens on."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from registration.models import Declaration, SupplementRequest
from registration.workflow import OPEN_STATES, State


class QueueFilter(admin.SimpleListFilter):
    """Opens on what waits for an officer; what waits for its citizen, and the rest, is a click away."""

    title = _("trạng thái")
    parameter_name = "tinh-trang"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        shelves = (State.ACCEPTED, State.REFUSED, State.WITHDRAWN)
        words = [(state.value, state.label) for state in shelves]
        return [(State.SUPPLEMENT.value, _("Chờ bổ sung")), *words, ("all", _("Tất cả"))]

    def choices(self, changelist: Any) -> Any:
        queue, *rest = super().choices(changelist)
        is_search = SEARCH_VAR in changelist.params
        yield {**queue, "display": _("Đang chờ"), "selected": queue["selected"] and not is_search}
        yield from rest

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        is_search = SEARCH_VAR in request.GET
        if self.value() == "all" or (is_search and not self.value()):
            return queryset
        return queryset.filter(state__in=[self.value()] if self.value() else OPEN_STATES)


def with_mended(files: QuerySet[Declaration]) -> QuerySet[Declaration]:
    """Each with `is_mended`: its citizen has answered a request."""
    answered = SupplementRequest.objects.filter(declaration=OuterRef("pk")).exclude(answered_at=None)
    return files.annotate(is_mended=Exists(answered))
