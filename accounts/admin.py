"""Reference data, staff, and read-only lists; nothing of a citizen's account can be changed here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.forms import PasswordField
from accounts.models import Event, Facility, FormerProvince, Message, Office, Person, Province, User, Ward


class AdministratorAdmin(admin.ModelAdmin):
    """For administrators; lists never count a whole table."""

    show_full_result_count = False
    list_per_page = 50


class ReadOnlyAdmin(AdministratorAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class DirectoryAdmin(AdministratorAdmin):
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


@admin.register(Person)
class PersonAdmin(ReadOnlyAdmin):
    list_display = ["bhxh_code", "full_name", "birth_date_text"]
    search_fields = ["bhxh_code__exact", "id_number__exact"]
    exclude = ["portrait"]


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
    list_filter = ["action"]
    search_fields = ["object_id__exact", "person_id__exact"]


class StaffForm(forms.ModelForm):
    """What belongs to a kind of account; the database's constraints say the same."""

    class Meta:
        model = User
        fields = ["office", "ward", "facility", "phone", "is_active"]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        kind = answers.get("kind") or self.instance.kind
        office, ward, facility = (answers.get(name) for name in ("office", "ward", "facility"))
        if kind == User.Kind.STAFF and facility:
            self.add_error("facility", _("Tài khoản cán bộ không thuộc cơ sở KCB."))
        if kind == User.Kind.CLINIC and not facility:
            self.add_error("facility", _("Chọn cơ sở KCB cho tài khoản này."))
        if kind == User.Kind.CLINIC and (office or ward):
            self.add_error("office", _("Tài khoản cơ sở KCB không thuộc cơ quan hay phường/xã."))
        if ward and not office:
            self.add_error("ward", _("Cán bộ phường/xã cần có cơ quan BHXH."))
        return answers


class NewStaffForm(StaffForm):
    password = PasswordField(
        label=_("Mật khẩu một lần"),
        autocomplete="new-password",
        required_words=_("Nhập mật khẩu một lần."),
        help_text=_("Người nhận phải đổi ở lần đăng nhập đầu."),
    )

    class Meta:
        model = User
        fields = ["username", "kind", "office", "ward", "facility", "phone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]  # a ModelForm field is typed as any field
            (kind.value, kind.label) for kind in (User.Kind.STAFF, User.Kind.CLINIC)
        ]

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        if answers.get("password"):
            try:
                validate_password(answers["password"], User(username=answers.get("username", "")))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return answers


@admin.register(User)
class UserAdmin(AdministratorAdmin):
    """Administrators make and close staff and clinic accounts; citizens' are made by approval only."""

    list_display = ["username", "kind", "office", "ward", "facility", "is_active"]
    list_filter = ["kind", "is_active"]
    list_select_related = ["office", "ward", "facility"]
    search_fields = ["username__exact"]
    raw_id_fields = ["office", "ward", "facility"]
    fields = ["username", "kind", "office", "ward", "facility", "phone", "is_active"]
    add_fields = ["username", "kind", "password", "office", "ward", "facility", "phone"]

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        is_citizen = isinstance(obj, User) and obj.kind == User.Kind.CITIZEN
        return super().has_change_permission(request, obj) and not is_citizen

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        return self.fields if obj else self.add_fields

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[str]:
        return ["username", "kind"] if obj else []

    def get_form(
        self, request: HttpRequest, obj: models.Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        kwargs["form"] = NewStaffForm if obj is None else StaffForm
        return super().get_form(request, obj, change, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        if not change:
            obj.set_password(form.cleaned_data["password"])
            obj.must_change_password = True
        super().save_model(request, obj, form, change)
