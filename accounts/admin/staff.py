"""Accounts of staff and clinics, each with its role; a citizen's is made by approval only and only read here."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.accounts_of_citizens import CitizensAccounts
from accounts.forms import PasswordField
from accounts.models import User
from accounts.services import roles, staff
from accounts.services.roles import CLINIC_ROLES, Role


class StaffForm(forms.ModelForm):
    """What belongs to a kind of account; the database's constraints say the same but for the role."""

    role = forms.TypedChoiceField(
        label=_("Vai trò"),
        choices=[("", _("— Theo nơi làm việc —")), *Role.choices],
        coerce=Role,
        empty_value=None,
        required=False,
        help_text=_(
            "Để trống: có phường/xã thì xét duyệt phường/xã, chỉ có cơ quan thì xét duyệt cơ quan BHXH, cơ sở KCB thì "
            "là quầy."
        ),
    )

    password = PasswordField(
        label=_("Mật khẩu một lần mới"),
        autocomplete="new-password",
        required_words=_("Nhập mật khẩu một lần."),
        required=False,
        help_text=_(
            "Chỉ khi người này quên mật khẩu; để trống thì mật khẩu cũ giữ nguyên. Các phiên đang mở kết thúc, và "
            "người nhận phải đổi ở lần đăng nhập đầu, trong 72 giờ."
        ),
    )

    class Meta:
        model = User
        fields = ["office", "ward", "facility", "phone", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["role"] = roles.role_of(self.instance)

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if password:
            validate_password(password, User(username=self.cleaned_data.get("username", self.instance.username)))
        return password

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
        if "role" in answers:
            answers["role"] = self._fitting(answers["role"], User(kind=kind, office=office, ward=ward))
        return answers

    def _fitting(self, role: Role | None, account: User) -> Role | None:
        """The role chosen, or the one its place implies; none is left to a superuser alone."""
        if role is None and not self.instance.is_superuser:
            role = roles.implied(account)
            if role is None:
                self.add_error("role", _("Cán bộ không thuộc cơ quan nào cần có vai trò: giám sát hoặc quản trị viên."))
        elif role is not None and not _fits(role, account):
            self.add_error("role", _("Vai trò này không hợp với loại tài khoản, cơ quan và phường/xã đã chọn."))
        return role


def _fits(role: Role, account: User) -> bool:
    if account.kind == User.Kind.CLINIC:
        return role in CLINIC_ROLES
    if role == Role.COMMUNE_REVIEWER:
        return account.ward_id is not None
    if role == Role.OFFICE_REVIEWER:
        return account.office_id is not None and account.ward_id is None
    return role not in CLINIC_ROLES and account.ward_id is None


class NewStaffForm(StaffForm):
    class Meta:
        model = User
        fields = ["username", "kind", "office", "ward", "facility", "phone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]  # a ModelForm field is typed as any field
            (kind.value, kind.label) for kind in (User.Kind.STAFF, User.Kind.CLINIC)
        ]
        password = self.fields["password"]
        password.required, password.label = True, _("Mật khẩu một lần")
        password.help_text = _("Người nhận phải đổi ở lần đăng nhập đầu, trong 72 giờ.")

    def clean_username(self) -> str:
        username = str(self.cleaned_data["username"])
        if "".join(username.split()) != username:
            raise forms.ValidationError(_("Tên đăng nhập không có khoảng trắng."))
        if username.isdecimal():
            raise forms.ValidationError(_("Tên đăng nhập chỉ gồm chữ số dành cho người dân; thêm ít nhất một chữ cái."))
        return username


@admin.register(User)
class UserAdmin(CitizensAccounts):
    """Administrators make and close staff and clinic accounts; citizens' are made by approval only."""

    list_display = ["username", "kind", "role", "office", "ward", "facility", "is_active"]
    list_filter = ["kind", "is_active"]
    list_select_related = ["office", "ward", "facility"]
    search_fields = ["username__exact"]
    search_help_text = _("Tên đăng nhập, gõ đủ.")
    raw_id_fields = ["office", "ward", "facility"]
    fields = ["username", "kind", "office", "ward", "facility", "role", "phone", "is_active", "password"]
    add_fields = ["username", "kind", "password", "office", "ward", "facility", "role", "phone"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("vai trò"))
    def role(self, user: User) -> str:
        if user.is_superuser:
            return str(Role.ADMINISTRATOR.label)
        role = roles.role_of(user)
        return str(role.label) if role is not None else "–"

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody's own account either: rights are given by another administrator."""
        if not super().has_change_permission(request, obj):
            return False
        if not isinstance(obj, User):
            return True
        return obj.kind != User.Kind.CITIZEN and roles.may_administer(cast(User, request.user), obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        if isinstance(obj, User) and obj.kind == User.Kind.CITIZEN:
            return self.citizen_fields
        if obj is None:
            return self.add_fields
        # Where nothing may be typed, Django would show what is stored: the password's hash.
        may_type = self.has_change_permission(request, obj)
        return [name for name in self.fields if may_type or name != "password"]

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[str]:
        return ["username", "kind"] if obj else []

    def get_form(
        self, request: HttpRequest, obj: models.Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        kwargs["form"] = NewStaffForm if obj is None else StaffForm
        return super().get_form(request, obj, change, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        actor, role = cast(User, request.user), form.cleaned_data["role"]
        password = form.cleaned_data["password"]
        if change:
            changed = [name for name in form.changed_data if name in StaffForm.Meta.fields]
            staff.change_account(obj, changed=changed, role=role, actor=actor)
            if password:
                staff.issue_password(obj, password=password, actor=actor)
        else:
            staff.add_account(obj, password=password, role=role, actor=actor)
