from __future__ import annotations

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from accounts.admin.lists import ListAdmin, ReadOnlyAdmin
from accounts.models import Facility, FormerProvince, Office, Province, Ward


class DirectoryAdmin(ListAdmin):
    search_fields = ["code", "name"]
    list_display = ["code", "name", "valid_from", "valid_to"]

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False  # closed by a date, never deleted: old files point at it


admin.site.register(Province, DirectoryAdmin)
admin.site.register(Facility, DirectoryAdmin)


@admin.register(Ward)
class WardAdmin(DirectoryAdmin):
    list_display = ["code", "full_name", "province", "valid_from", "valid_to"]
    list_select_related = ["province"]
    raw_id_fields = ["province"]


@admin.register(Office)
class OfficeAdmin(DirectoryAdmin):
    list_display = ["code", "name", "level", "province", "provenance"]
    list_select_related = ["province"]
    raw_id_fields = ["province", "parent"]


@admin.register(FormerProvince)
class FormerProvinceAdmin(ReadOnlyAdmin):
    list_display = ["code", "name", "successor"]
    list_select_related = ["successor"]
