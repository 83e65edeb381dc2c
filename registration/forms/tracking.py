"""How a file is found by whoever declared it; field names are a contract."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.form_rendering import PortalForm
from accounts.forms import MobileField
from registration import selectors


class TrackForm(PortalForm):
    file_number = forms.CharField(
        label=_("Mã hồ sơ"),
        help_text=_("Có trong tin nhắn và trang xác nhận, ví dụ 03706/2026/00101."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Nhập mã hồ sơ.")},
    )
    phone = MobileField(label=_("Số điện thoại đã khai"))

    def clean_file_number(self) -> str:
        number = selectors.normal_file_number(self.cleaned_data["file_number"])
        if number is None:
            raise ValidationError(_("Mã hồ sơ gồm ba phần số, ví dụ 03706/2026/00101."))
        return number
