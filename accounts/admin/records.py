"""People, messages and events: lists to read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin.event_words import ACTIONS, OBJECTS, object_code
from accounts.admin.lists import PersonsDataAdmin, ReadOnlyAdmin
from accounts.models import Event, Message, Person, User


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
    fields = ["at", "what", "who", "whose", "thing", "detail"]
    readonly_fields = ["what", "who", "whose", "thing"]
    list_display = ["at", "what", "who", "whose", "thing"]
    sortable_by = ()  # newest first: another order would read the whole table
    search_fields = ["object_id"]  # only so that the box is there
    search_help_text = _(
        "Tên đăng nhập của người làm (ví dụ canbo), số của người tham gia (ví dụ 12), "
        "hoặc đối tượng và số (ví dụ tờ khai 12)."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """With the login name of who did it; a citizen's is a number of the register and stays out of the list."""
        actors = User.objects.filter(pk=OuterRef("actor_id")).exclude(kind=User.Kind.CITIZEN)
        return super().get_queryset(request).annotate(actor_name=Subquery(actors.values("username")))

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """By person, by actor or by object: the three ways the table is indexed."""
        *before, last = search_term.split() or [""]
        if before:
            return queryset.filter(object_type=object_code(" ".join(before)), object_id=last), False
        if last.isdecimal():
            return queryset.filter(person_id=int(last)), False
        if last:
            actor = User.objects.filter(username=last).values_list("pk", flat=True).first()
            return (queryset.none() if actor is None else queryset.filter(actor_id=actor)), False
        return queryset, False

    @admin.display(description=_("việc"))
    def what(self, event: Event) -> str:
        return str(ACTIONS.get(event.action, event.action))

    @admin.display(description=_("người làm"))
    def who(self, event: Any) -> str:
        if event.actor_id is None:
            return "–"
        return event.actor_name or _("tài khoản số %(number)d") % {"number": event.actor_id}

    @admin.display(description=_("của người tham gia"))
    def whose(self, event: Event) -> str:
        if event.person_id is None:
            return "–"
        page = reverse("admin:accounts_person_change", args=[event.person_id])
        return format_html('<a href="{}">{}</a>', page, _("số %(number)d") % {"number": event.person_id})

    @admin.display(description=_("đối tượng"))
    def thing(self, event: Event) -> str:
        return f"{OBJECTS.get(event.object_type, event.object_type)} {event.object_id}".strip() or "–"
