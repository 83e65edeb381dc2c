"""Second factors of staff: made here, shown once, given to their owner."""

from __future__ import annotations

import re
from base64 import b32encode
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.admin.lists import ListAdmin
from accounts.models import User
from accounts.services import access

RECOVERY_CODES = 10
WORDS = {
    "user": gettext_lazy("Tài khoản"),
    "name": gettext_lazy("Tên để nhận ra"),
    "confirmed": gettext_lazy("Đang dùng"),
}
HELP = {
    "user": gettext_lazy("Tài khoản cán bộ dùng cách xác thực này."),
    "name": gettext_lazy("Ví dụ: điện thoại của chị Hoa."),
    "confirmed": gettext_lazy("Bỏ chọn để tạm ngừng."),
}


class SecondFactorForm(forms.ModelForm):
    class Meta:
        fields = ["user", "name", "confirmed"]
        labels, help_texts = WORDS, HELP

    def clean_user(self) -> User:
        user = cast(User, self.cleaned_data["user"])
        if not user.is_staff:
            raise forms.ValidationError(_("Chỉ tài khoản cán bộ dùng cách xác thực này."))
        return user


class SecondFactorAdmin(ListAdmin):
    """A secret is made by the portal, never typed, and shown once, in the message after it was made."""

    form = SecondFactorForm
    fields = ["user", "name", "confirmed"]
    list_display = ["owner", "label", "made_at", "used_at", "in_use"]
    list_display_links = ["owner", "label"]
    list_select_related = ["user"]
    raw_id_fields = ["user"]
    search_fields = ["user__username__exact"]
    search_help_text = gettext_lazy("Tên đăng nhập, gõ đủ.")
    actions = None
    event: ClassVar[str]
    secret_once: Callable[[Any], str]

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[str]:
        """It stays its owner's."""
        return ["user"] if obj else []

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self._record(request, obj, "changed" if change else "added")
        if not change:
            messages.warning(request, self.secret_once(obj))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self._record(request, obj, "removed")
        super().delete_model(request, obj)

    def _record(self, request: HttpRequest, device: Any, what: str) -> None:
        action = f"{self.event}.{what}"
        access.record(action, actor=cast(User, request.user), object_type="user", object_id=device.user_id)

    @admin.display(description=gettext_lazy("tài khoản"), ordering="user__username")
    def owner(self, device: Any) -> str:
        return str(device.user)

    @admin.display(description=gettext_lazy("tên để nhận ra"))
    def label(self, device: Any) -> str:
        return str(device.name)

    @admin.display(description=gettext_lazy("tạo lúc"), ordering="created_at")
    def made_at(self, device: Any) -> datetime | None:
        return cast("datetime | None", device.created_at)

    @admin.display(description=gettext_lazy("dùng lần cuối"), ordering="last_used_at")
    def used_at(self, device: Any) -> datetime | None:
        return cast("datetime | None", device.last_used_at)

    @admin.display(description=gettext_lazy("đang dùng"), boolean=True)
    def in_use(self, device: Any) -> bool:
        return bool(device.confirmed)


@admin.register(TOTPDevice)
class AuthenticatorAdmin(SecondFactorAdmin):
    event = "authenticator"

    def secret_once(self, device: TOTPDevice) -> str:
        """In base32, as authenticator apps take it."""
        key = b32encode(device.bin_key).decode()
        return _("Khóa để nhập vào ứng dụng xác thực, chỉ hiện lần này: %(key)s") % {
            "key": " ".join(re.findall(".{1,4}", key))
        }


@admin.register(StaticDevice)
class RecoveryAdmin(SecondFactorAdmin):
    event = "recovery_codes"

    def secret_once(self, device: StaticDevice) -> str:
        codes = [StaticToken.random_token() for _code in range(RECOVERY_CODES)]
        StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
        return _("Mã dự phòng, mỗi mã dùng một lần, chỉ hiện lần này: %(codes)s") % {"codes": ", ".join(codes)}
