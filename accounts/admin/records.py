"""People and events: lists to read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin.event_details import tell_details
from accounts.admin.lists import BHXH_CODE_LENGTH, PersonsDataAdmin, ReadOnlyAdmin
from accounts.event_words import ACTIONS, OBJECTS, object_code
from accounts.models import Event, Person, User

# An object's type and id from the number people know it by; None for what is no such number.
Finder = Callable[[str], tuple[str, object] | None]


@admin.register(Person)
class PersonAdmin(PersonsDataAdmin):
    list_display = ["bhxh_code", "full_name", "born"]
    search_fields = ["bhxh_code__exact"]
    search_help_text = _("Mã số BHXH, gõ đủ 10 chữ số.")
    exclude = ["portrait"]
    readonly_fields = ["events"]

    @admin.display(description=_("ngày sinh"))
    def born(self, person: Person) -> str:
        return person.birth_date_text

    @admin.display(description=_("ai đã xem, đã làm gì"))
    def events(self, person: Person) -> str:
        page = f"{reverse('admin:accounts_event_changelist')}?q={person.pk}"
        return format_html('<a href="{}">{}</a>', page, _("Sự kiện của người này"))

    def person_id_of(self, row: models.Model) -> int:
        return int(row.pk)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    # The wings add theirs: what a file number is, is not known down here.
    finders: ClassVar[list[Finder]] = []
    fields = ["at", "what", "who", "whose", "thing", "told"]
    readonly_fields = ["what", "who", "whose", "thing", "told"]
    list_display = ["at", "what", "who", "whose", "thing", "told"]
    sortable_by = ()  # newest first: another order would read the whole table
    search_fields = ["object_id"]  # only so that the box is there
    search_help_text = _(
        "Mã số BHXH hoặc số của người tham gia (ví dụ 12), tên đăng nhập của người làm (ví dụ canbo), "
        "mã hồ sơ (ví dụ 00001/2026/00101), hoặc đối tượng và số (ví dụ tờ khai 12)."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """With the login name of who did it; a citizen's is a number of the register and stays out of the list."""
        actors = User.objects.filter(pk=OuterRef("actor_id")).exclude(kind=User.Kind.CITIZEN)
        return super().get_queryset(request).annotate(actor_name=Subquery(actors.values("username")))

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """A page of rows with their details in words: as many queries for fifty as for one."""
        page = super().get_changelist_instance(request)
        page.result_list = list(page.result_list)
        tell_details(page.result_list)
        return page

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Event | None:
        event: Event | None = super().get_object(request, object_id, from_field)
        if event is not None:
            tell_details([event])
        return event

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """By person, by actor or by object: the three ways the table is indexed."""
        for found in filter(None, (finder(search_term) for finder in self.finders)):
            return queryset.filter(object_type=found[0], object_id=str(found[1])), False
        words = search_term.split()
        *before, last = words[1:] if words[:1] == ["số"] else words or [""]
        if before:
            return queryset.filter(object_type=object_code(" ".join(before)), object_id=last), False
        if len(last) == BHXH_CODE_LENGTH and last.isdecimal():
            person = Person.objects.filter(bhxh_code=last).values_list("pk", flat=True).first()
            return (queryset.none() if person is None else queryset.filter(person_id=person)), False
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

    @admin.display(description=_("chi tiết"))
    def told(self, event: Any) -> str:
        return event.told or "–"
