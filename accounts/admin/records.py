"""People, messages and events: lists to read."""

from __future__ import annotations

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.lists import PersonsDataAdmin, ReadOnlyAdmin
from accounts.models import Event, Message, Person


@admin.register(Person)
class PersonAdmin(PersonsDataAdmin):
    list_display = ["bhxh_code", "full_name", "birth_date_text"]
    search_fields = ["bhxh_code__exact"]
    search_help_text = _("Mã số BHXH, gõ đủ 10 chữ số.")
    exclude = ["portrait"]

    def person_id_of(self, row: models.Model) -> int:
        return int(row.pk)


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ["pk", "kind", "purpose", "masked_to", "state", "failure", "attempts", "created_at"]
    list_filter = ["state", "kind"]
    exclude = ["body", "to", "dedupe_key"]

    @admin.display(description=_("tới số"))
    def masked_to(self, message: Message) -> str:
        return f"••••• {str(message.to)[-3:]}"


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["at", "action", "actor_id", "person_id", "object_type", "object_id"]
    search_fields = ["object_id"]  # only so that the box is there
    search_help_text = _("Số của người tham gia (ví dụ 12), hoặc đối tượng và số (ví dụ declaration 12).")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """By person, or by object: the two ways the table is indexed."""
        words = search_term.split()
        if len(words) == 1 and words[0].isdecimal():
            return queryset.filter(person_id=int(words[0])), False
        if len(words) == 2:
            return queryset.filter(object_type=words[0], object_id=words[1]), False
        return (queryset.none() if words else queryset), False
