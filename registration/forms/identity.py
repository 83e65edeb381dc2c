"""Who it is that declares; field names are a contract."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import partial_dates
from accounts.form_rendering import PortalForm
from accounts.models import IdKind, Sex, validate_bhxh_code
from accounts.names import clean_name
from accounts.papers import PAPER_NUMBERS
from registration.fields import PhotoField

_PAPER_SENTENCES = {
    "cccd": _("Số căn cước/CCCD gồm đúng 12 chữ số."),
    "cmnd": _("Số chứng minh nhân dân gồm đúng 9 chữ số."),
    "passport": _("Số hộ chiếu gồm một chữ cái và 7 hoặc 8 chữ số."),
}
# Letters with any marks on them (Ê Đê and Jarai names have letters that exist only as letter plus mark).
_NAME = re.compile(r"[^\W\d_]([^\W\d_]|[\u0300-\u036f]|[ '.\-])*")


def as_stored(name: str, typed: str) -> str:
    """What a field keeps of what was typed or pasted; ValueError for a birth date that is none."""
    visible = clean_name(typed)
    if name == "birth_date":
        return partial_dates.parse(visible)
    return re.sub(r"[\s.]", "", visible).upper() if name in ("bhxh_code", "id_number") else visible


class PaperForm(PortalForm):
    """A picture whose QR code saves typing; it is looked at and not kept."""

    paper_qr = PhotoField(
        camera="environment",
        label=_("Ảnh mã QR của căn cước, CCCD hoặc thẻ BHYT"),
        help_text=_("Chụp gần, đủ sáng, mã nằm trọn trong ảnh. Ảnh này chỉ để đọc mã, không được giữ lại."),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )
    # What the browser itself has read from a picture or through the camera.
    paper_text = forms.CharField(required=False, widget=forms.HiddenInput)


class IdentityForm(PortalForm):
    full_name = forms.CharField(
        label=_("Họ và tên"),
        help_text=_("Đúng như trên giấy tờ, có dấu."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Nhập họ và tên.")},
    )
    bhxh_code = forms.CharField(
        label=_("Mã số BHXH"),
        help_text=_("10 chữ số, in trên thẻ BHYT hoặc sổ BHXH."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": _("Nhập mã số BHXH.")},
    )
    birth_date = forms.CharField(
        label=_("Ngày sinh"),
        help_text=_("Ví dụ 15/08/1985. Giấy tờ chỉ ghi năm sinh thì nhập năm, ví dụ 1945."),
        widget=forms.TextInput(attrs={"autocomplete": "bday"}),
        error_messages={"required": _("Nhập ngày sinh.")},
    )
    sex = forms.ChoiceField(
        label=_("Giới tính"),
        choices=Sex.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn giới tính.")},
    )
    id_kind = forms.ChoiceField(
        label=_("Loại giấy tờ"),
        help_text=_("Trẻ em chưa có giấy tờ: cha, mẹ hoặc người giám hộ mang giấy khai sinh đến cơ quan BHXH."),
        choices=IdKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn loại giấy tờ.")},
    )
    id_number = forms.CharField(
        label=_("Số giấy tờ"),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Nhập số giấy tờ.")},
    )

    def clean_full_name(self) -> str:
        name = as_stored("full_name", self.cleaned_data["full_name"])
        if len(name) > 100:
            raise ValidationError(_("Họ và tên dài nhất 100 ký tự."))
        if not any(char.isalpha() for char in name) or not _NAME.fullmatch(name):
            raise ValidationError(_("Họ và tên chỉ gồm chữ cái, dấu cách, dấu nháy, dấu chấm hoặc gạch nối."))
        return name

    def clean_bhxh_code(self) -> str:
        code = as_stored("bhxh_code", self.cleaned_data["bhxh_code"])
        validate_bhxh_code(code)
        return code

    def clean_birth_date(self) -> str:
        try:
            birth_date = as_stored("birth_date", self.cleaned_data["birth_date"])
        except ValueError as error:
            raise ValidationError(_("Ngày sinh chưa đúng. Nhập như 15/08/1985, 08/1985 hoặc 1985.")) from error
        if not int(birth_date[:4]) >= 1900 or partial_dates.first_day(birth_date) > timezone.localdate():
            raise ValidationError(_("Ngày sinh phải từ năm 1900 đến hôm nay."))
        return birth_date

    def clean(self) -> dict[str, Any]:
        """The number's shape depends on the kind of paper chosen beside it."""
        answers = super().clean() or {}
        kind, number = answers.get("id_kind"), answers.get("id_number")
        if kind and number:
            answers["id_number"] = as_stored("id_number", number)
            if not PAPER_NUMBERS[kind].fullmatch(answers["id_number"]):
                self.add_error("id_number", ValidationError(_PAPER_SENTENCES[kind]))
        return answers
