"""Second factors of staff, in Vietnamese and without the fields nobody should touch."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.admin.lists import ListAdmin

WORDS = {
    "user": _("Tài khoản"),
    "name": _("Tên để nhận ra"),
    "confirmed": _("Đang dùng"),
    "key": _("Khóa bí mật (dạng số mười sáu)"),
}
HELP = {
    "user": _("Tài khoản cán bộ dùng cách xác thực này."),
    "name": _("Ví dụ: điện thoại của chị Hoa."),
    "confirmed": _("Bỏ chọn để tạm ngừng."),
    "key": _("Nhập vào ứng dụng xác thực của cán bộ ngay bây giờ: lưu xong, khóa không hiện lại."),
}


class AuthenticatorForm(forms.ModelForm):
    class Meta:
        model = TOTPDevice
        fields = ["user", "name", "confirmed", "key"]
        labels, help_texts = WORDS, HELP


class RecoveryForm(forms.ModelForm):
    class Meta:
        model = StaticDevice
        fields = ["user", "name", "confirmed"]
        labels, help_texts = WORDS, HELP


class SecondFactorAdmin(ListAdmin):
    list_display = ["owner", "label", "made_at", "used_at", "in_use"]
    list_display_links = ["owner", "label"]
    list_select_related = ["user"]
    raw_id_fields = ["user"]
    search_fields = ["user__username__exact"]
    search_help_text = _("Tên đăng nhập, gõ đủ.")

    @admin.display(description=_("tài khoản"), ordering="user__username")
    def owner(self, device: Any) -> str:
        return str(device.user)

    @admin.display(description=_("tên để nhận ra"))
    def label(self, device: Any) -> str:
        return str(device.name)

    @admin.display(description=_("tạo lúc"), ordering="created_at")
    def made_at(self, device: Any) -> datetime | None:
        return cast("datetime | None", device.created_at)

    @admin.display(description=_("dùng lần cuối"), ordering="last_used_at")
    def used_at(self, device: Any) -> datetime | None:
        return cast("datetime | None", device.last_used_at)

    @admin.display(description=_("đang dùng"), boolean=True)
    def in_use(self, device: Any) -> bool:
        return bool(device.confirmed)


@admin.register(TOTPDevice)
class AuthenticatorAdmin(SecondFactorAdmin):
    form = AuthenticatorForm

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """The key is shown once, when it is made."""
        return ["user", "name", "confirmed"] if obj else ["user", "name", "confirmed", "key"]


class RecoveryCodeForm(forms.ModelForm):
    class Meta:
        model = StaticToken
        fields = ["token"]
        labels = {"token": _("Mã")}


class RecoveryCodeInline(admin.StackedInline):
    model = StaticToken
    form = RecoveryCodeForm
    extra = 1
    verbose_name = _("mã dự phòng")
    verbose_name_plural = _("Mã dự phòng, mỗi mã dùng một lần")


@admin.register(StaticDevice)
class RecoveryAdmin(SecondFactorAdmin):
    form = RecoveryForm
    inlines = [RecoveryCodeInline]

    def get_inline_instances(self, request: HttpRequest, obj: models.Model | None = None) -> list[Any]:
        """Codes are shown once, when they are made."""
        return [] if obj else super().get_inline_instances(request, obj)
