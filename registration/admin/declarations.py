"""The review desk: an officer's own queue, one file a page, decisions as buttons."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts.admin.lists import ListAdmin
from accounts.errors import PortalError
from accounts.files import private_image
from accounts.models import User
from accounts.services import access
from registration import policies, selectors
from registration.admin import file_page
from registration.admin.queue import QueueFilter, with_mended
from registration.forms.desk import AskForm, RefuseForm
from registration.models import Declaration
from registration.services import review, supplement
from registration.workflow import RefusalReason


@admin.register(Declaration)
class DeclarationAdmin(ListAdmin):
    list_display = ["file_number", "full_name", "ward", "waiting", "progress"]
    list_filter = [QueueFilter]
    list_select_related = ["ward"]
    search_fields = ["file_number__exact", "bhxh_code__exact"]
    search_help_text = _("Mã hồ sơ hoặc mã số BHXH, gõ đủ.")
    ordering = ["filed_at", "pk"]
    sortable_by = ["file_number", "full_name"]
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Declaration]:
        return with_mended(policies.visible_to(_officer(request)).select_related("ward"))

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

    @admin.display(description=_("trạng thái"))
    def progress(self, declaration: Declaration) -> str:
        words = str(declaration.get_state_display())
        return f"{words} · {_('đã bổ sung')}" if declaration.is_mended else words  # type: ignore[attr-defined]

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
            path("<int:pk>/ask/", view(self.ask), name="registration_declaration_ask"),
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
        return self._page(request, self._visible(request, object_id))

    def receive(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._decide(request, pk, review.receive, done=_("Bạn đã tiếp nhận hồ sơ."), stay=True)

    def accept(self, request: HttpRequest, pk: int) -> HttpResponse:
        done = _("Đã chấp nhận. Tài khoản đã được cấp, tin nhắn có mật khẩu đang được gửi tới người khai.")
        return self._decide(request, pk, partial(review.accept, seen=_seen(request)), done=done)

    def resend(self, request: HttpRequest, pk: int) -> HttpResponse:
        done = _("Mật khẩu một lần mới đang được gửi tới người khai; mật khẩu cũ không còn dùng được.")
        return self._decide(request, pk, review.resend_credentials, done=done, stay=True)

    def resend_message(self, request: HttpRequest, pk: int, message_id: int) -> HttpResponse:
        decide = partial(review.resend_message, message_id=message_id)
        return self._decide(request, pk, decide, done=_("Tin nhắn đang được gửi lại."), stay=True)

    def refuse(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = RefuseForm(request.POST)
        if request.method == "POST" and policies.is_reviewer(request.user) and not form.is_valid():
            return self._page(request, self._visible(request, pk), refuse_form=form)

        def decide(declaration_id: int, *, officer: User) -> Declaration:
            reason, words = RefusalReason(form.cleaned_data["reason"]), form.cleaned_data["words"]
            return review.refuse(declaration_id, officer=officer, reason=reason, words=words, seen=_seen(request))

        return self._decide(request, pk, decide, done=_("Đã từ chối. Tin nhắn đang được gửi tới người khai."))

    def ask(self, request: HttpRequest, pk: int) -> HttpResponse:
        declaration = self._visible(request, pk)
        form = AskForm(request.POST, language=declaration.language)
        if request.method == "POST" and policies.is_reviewer(request.user) and not form.is_valid():
            return self._page(request, declaration, ask_form=form)

        def decide(declaration_id: int, *, officer: User) -> Declaration:
            items, words = form.cleaned_data["items"], form.cleaned_data["ask_words"]
            return supplement.ask(declaration_id, officer=officer, items=items, words=words, seen=_seen(request))

        done = _("Đã yêu cầu bổ sung. Tin nhắn đang được gửi tới người khai; hồ sơ giữ chỗ trong hàng chờ.")
        return self._decide(request, pk, decide, done=done)

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

    def _page(
        self,
        request: HttpRequest,
        declaration: Declaration,
        *,
        refuse_form: RefuseForm | None = None,
        ask_form: AskForm | None = None,
    ) -> HttpResponse:
        person = review.register_person(declaration)
        access.record(
            "declaration.viewed",
            actor=_officer(request),
            person_id=person.pk if person else None,
            object_type="declaration",
            object_id=declaration.pk,
        )
        shown = file_page.context(request, declaration, person)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "form": refuse_form or RefuseForm(initial={"reason": shown["likely_reason"]}),
            "ask_form": ask_form or AskForm(language=declaration.language),
            **shown,
        }
        return render(request, "admin/registration/declaration/review.html", context)


def _officer(request: HttpRequest) -> User:
    return cast(User, request.user)


def _seen(request: HttpRequest) -> int | None:
    """Which answer of the citizen the page had shown that was sent."""
    return access.row_id(request.POST.get("seen", ""))
