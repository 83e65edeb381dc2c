"""The review desk: an officer's own queue, one file a page, decisions as buttons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.utils import label_for_field
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from accounts.admin.lists import ListAdmin
from accounts.admin.records import EventAdmin
from accounts.errors import PortalError
from accounts.event_words import ACTIONS, name_codes
from accounts.files import private_image
from accounts.models import User
from accounts.services import access, offices
from registration import policies, selectors
from registration.forms.desk import RefuseForm
from registration.models import Declaration, Photo
from registration.services import review, sms
from registration.workflow import OPEN_STATES, RefusalReason, State

SHOWN_STEPS = 20


class QueueFilter(admin.SimpleListFilter):
    """Opens on what is waiting; the rest is a click away."""

    title = _("trạng thái")
    parameter_name = "tinh-trang"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [(State.ACCEPTED, State.ACCEPTED.label), (State.REFUSED, State.REFUSED.label), ("all", _("Tất cả"))]

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


@dataclass(frozen=True)
class Happening:
    at: datetime
    words: Any
    by: str


@admin.register(Declaration)
class DeclarationAdmin(ListAdmin):
    list_display = ["file_number", "full_name", "ward", "waiting", "state"]
    list_filter = [QueueFilter]
    list_select_related = ["ward"]
    search_fields = ["file_number__exact", "bhxh_code__exact"]
    search_help_text = _("Mã hồ sơ hoặc mã số BHXH, gõ đủ.")
    ordering = ["filed_at", "pk"]
    sortable_by = ["file_number", "full_name"]
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Declaration]:
        return policies.visible_to(_officer(request)).select_related("ward")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Declaration], search_term: str
    ) -> tuple[QuerySet[Declaration], bool]:
        """Numbers as people read them out, with blanks."""
        return super().get_search_results(request, queryset, "".join(search_term.split()))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Declaration | None = None) -> bool:
        return policies.sees_files(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Declaration | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Declaration | None = None) -> bool:
        return False

    @admin.display(description=_("đã chờ"), ordering="filed_at")
    def waiting(self, declaration: Declaration) -> str:
        if not declaration.is_open or declaration.filed_at is None:
            return "–"
        return selectors.age_words(declaration.filed_at)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        is_queue = not {QueueFilter.parameter_name, SEARCH_VAR} & set(request.GET)
        title = _("Hồ sơ đang chờ") if is_queue else _("Hồ sơ")
        return super().changelist_view(request, {**(extra_context or {}), "title": title})

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/receive/", view(self.receive), name="registration_declaration_receive"),
            path("<int:pk>/accept/", view(self.accept), name="registration_declaration_accept"),
            path("<int:pk>/refuse/", view(self.refuse), name="registration_declaration_refuse"),
            path("<int:pk>/resend/", view(self.resend), name="registration_declaration_resend"),
            path(
                "<int:pk>/message/<int:message_id>/resend/",
                view(self.resend_message),
                name="registration_declaration_resend_message",
            ),
            path("<int:pk>/photo/<slug:kind>/", view(self.photo), name="registration_declaration_photo"),
        ]
        return own + super().get_urls()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self._page(request, self._visible(request, object_id), RefuseForm())

    def receive(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._decide(request, pk, review.receive, done=_("Bạn đã tiếp nhận hồ sơ."), stay=True)

    def accept(self, request: HttpRequest, pk: int) -> HttpResponse:
        done = _("Đã chấp nhận. Tài khoản đã được cấp, tin nhắn có mật khẩu đang được gửi tới người khai.")
        return self._decide(request, pk, review.accept, done=done)

    def resend(self, request: HttpRequest, pk: int) -> HttpResponse:
        done = _("Mật khẩu một lần mới đang được gửi tới người khai; mật khẩu cũ không còn dùng được.")
        return self._decide(request, pk, review.resend_credentials, done=done, stay=True)

    def resend_message(self, request: HttpRequest, pk: int, message_id: int) -> HttpResponse:
        decide = partial(review.resend_message, message_id=message_id)
        return self._decide(request, pk, decide, done=_("Tin nhắn đang được gửi lại."), stay=True)

    def refuse(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = RefuseForm(request.POST)
        if request.method == "POST" and policies.is_reviewer(request.user) and not form.is_valid():
            return self._page(request, self._visible(request, pk), form)

        def decide(declaration_id: int, *, officer: User) -> Declaration:
            reason = RefusalReason(form.cleaned_data["reason"])
            return review.refuse(declaration_id, officer=officer, reason=reason, words=form.cleaned_data["words"])

        return self._decide(request, pk, decide, done=_("Đã từ chối. Tin nhắn đang được gửi tới người khai."))

    def photo(self, request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
        declaration = self._visible(request, pk)
        found = declaration.photos.filter(kind=kind).first()
        if found is None:
            raise Http404
        access.record(
            "photo.viewed",
            actor=_officer(request),
            person_id=selectors.declared_person_id(declaration),
            object_type="declaration",
            object_id=declaration.pk,
            detail={"kind": found.kind},
        )
        return private_image(found.file)

    def _decide(
        self, request: HttpRequest, pk: int, decide: Callable[..., Declaration], *, done: Any, stay: bool = False
    ) -> HttpResponse:
        """Run one step as this officer; a refusal becomes a sentence on the same page."""
        declaration = self._visible(request, pk)
        if request.method != "POST":  # back from the login page, with the decision still to be made
            return redirect(declaration)
        if not policies.is_reviewer(request.user):
            raise PermissionDenied
        try:
            decide(declaration.pk, officer=_officer(request))
        except PortalError as error:
            messages.error(request, str(error))
            return redirect(declaration)
        messages.success(request, _("%(number)s: %(done)s") % {"number": declaration.file_number, "done": done})
        return redirect(declaration if stay else "admin:registration_declaration_changelist")

    def _visible(self, request: HttpRequest, pk: int | str) -> Declaration:
        """The file, if it is this officer's to see; 404 for everyone else's."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        related = self.get_queryset(request).select_related("ward", "province", "office", "reviewer")
        found = related.filter(pk=pk).first() if str(pk).isdecimal() else None
        if found is None:
            raise Http404
        return found

    def _page(self, request: HttpRequest, declaration: Declaration, form: RefuseForm) -> HttpResponse:
        person = review.register_person(declaration)
        access.record(
            "declaration.viewed",
            actor=_officer(request),
            person_id=person.pk if person else None,
            object_type="declaration",
            object_id=declaration.pk,
        )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": _("Tờ khai %(number)s") % {"number": declaration.file_number},
            "declaration": declaration,
            "photos": sorted(declaration.photos.all(), key=lambda photo: Photo.Kind.values.index(photo.kind)),
            "comparisons": [
                (label_for_field(line.field, Declaration), line) for line in review.compare(declaration, person)
            ],
            "person": person,
            "blockers": review.blockers(declaration, person) if declaration.is_open else [],
            "warnings": review.warnings(declaration, person) if declaration.is_open else [],
            "happenings": _happenings(declaration),
            "sms": sms.of_file(declaration),
            "form": form,
            "may_decide": policies.is_reviewer(request.user),
            "awaits_first_login": review.awaits_first_login(declaration),
            "queue_url": reverse("admin:registration_declaration_changelist"),
            "events_url": _events_url(request, declaration),
            "device_url": _device_url(request, declaration),
        }
        return render(request, "admin/registration/declaration/review.html", context)


def _officer(request: HttpRequest) -> User:
    return cast(User, request.user)


def _events_url(request: HttpRequest, declaration: Declaration) -> str:
    """Where who did and saw what of this file stands; empty for whoever may not read it."""
    if not request.user.has_perm("accounts.view_event"):
        return ""
    return f"{reverse('admin:accounts_event_changelist')}?{urlencode({SEARCH_VAR: declaration.file_number})}"


def _device_url(request: HttpRequest, declaration: Declaration) -> str:
    """Where the issued account is signed out of its device; empty for whoever may not."""
    if declaration.state != State.ACCEPTED:
        return ""
    account = User.objects.select_related("person__ward").filter(bhxh_code=declaration.bhxh_code).first()
    if account is None or not offices.may_end_device(_officer(request), account):
        return ""
    return reverse("admin:accounts_user_end_device", args=[account.pk])


def _file_of_number(typed: str) -> tuple[str, object] | None:
    """For the list of events: which declaration a file number is; one that nobody has finds nothing."""
    number = selectors.normal_file_number(typed)
    if number is None:
        return None
    return "declaration", Declaration.objects.filter(file_number=number).values_list("pk", flat=True).first() or number


def _happenings(declaration: Declaration) -> list[Happening]:
    """The latest steps of the file; who looked is in the event list."""
    steps = access.events_of("declaration", declaration.pk).exclude(action__endswith=".viewed")[:SHOWN_STEPS]
    actors = {step.actor_id for step in steps if step.actor_id is not None}
    names: dict[int | None, str] = dict(User.objects.filter(pk__in=actors).values_list("pk", "username"))
    return [Happening(step.at, ACTIONS.get(step.action, step.action), names.get(step.actor_id, "")) for step in steps]


EventAdmin.finders.append(_file_of_number)
name_codes("reason", RefusalReason.choices)
name_codes("state", State.choices)
name_codes("kind", Photo.Kind.choices)
