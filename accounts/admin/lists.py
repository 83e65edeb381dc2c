"""What every list of the desk has in common: bounded work however long the table."""

from __future__ import annotations

from typing import cast

from django.contrib import admin
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property

from accounts.models import User
from accounts.services import access

COUNTED_AT_MOST = 5000
BHXH_CODE_LENGTH = 10


class BoundedPaginator(Paginator):
    """Counts no further than COUNTED_AT_MOST rows; what lies beyond is found by searching."""

    @cached_property
    def count(self) -> int:
        rows = cast("models.QuerySet[models.Model]", self.object_list)
        return rows.order_by().values("pk")[:COUNTED_AT_MOST].count()


class ListAdmin(admin.ModelAdmin):
    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 50
    show_facets = admin.ShowFacets.NEVER  # each would count a whole table

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """What the list filters by, exactly: an address must not be a query language over people's data."""
        filters = {getattr(one, "parameter_name", one) for one in self.get_list_filter(request)}
        return lookup.removesuffix("__exact") in {self.opts.pk.name, *filters}


class ReadOnlyAdmin(ListAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class PersonsDataAdmin(ReadOnlyAdmin):
    """Rows that belong to a person: reading one is an event."""

    def person_id_of(self, row: models.Model) -> int:
        return int(row.person_id)  # type: ignore[attr-defined]  # each such model has the key

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        row = self.get_object(request, object_id)
        if response.status_code == 200 and row is not None:
            access.record(
                f"{self.opts.model_name}.seen",
                actor=cast(User, request.user),
                person_id=self.person_id_of(row),
                object_type=str(self.opts.model_name),
                object_id=row.pk,
            )
        return response


def bound_every_list(site: admin.AdminSite) -> None:
    """Other apps' lists under our rules too: paged, and no query language in their addresses."""
    for model, model_admin in list(site._registry.items()):
        if not isinstance(model_admin, ListAdmin):
            kind = type(model_admin)
            site.unregister(model)
            site.register(model, type(kind.__name__, (ListAdmin, kind), {}))
