"""Form fields of the declaration."""

from __future__ import annotations

from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber

_MOBILE_TYPES = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)


class MobileField(PhoneNumberField):
    """A Vietnamese mobile number, in any of the ways people write it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["widget"] = forms.TelInput(attrs={"autocomplete": "tel", "inputmode": "tel"})
        kwargs["error_messages"] = {
            "invalid": _("Số điện thoại chưa đúng. Nhập số di động Việt Nam, ví dụ 0912 345 678."),
            "required": _("Nhập số điện thoại di động."),
        }
        super().__init__(region="VN", **kwargs)

    def clean(self, value: Any) -> PhoneNumber:
        if any(char.isalpha() for char in str(value or "")):
            raise ValidationError(self.error_messages["invalid"], code="invalid")  # no 0999-ABC-DEF: letters are keys
        number = super().clean(value)
        if number.country_code != 84 or phonenumbers.number_type(number) not in _MOBILE_TYPES:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number


class PhotoField(forms.FileField):
    """Whatever was picked; what it is, an empty file included, is for `registration.images` to say."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, allow_empty_file=True, **kwargs)
