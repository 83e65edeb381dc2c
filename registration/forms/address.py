"""Where the citizen lives and which office takes the file; field names are a contract."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.form_rendering import PortalForm
from accounts.models import Office, Province, Ward
from accounts.names import clean_name
from registration import selectors

ADDRESS_LENGTH = 200


class AddressForm(PortalForm):
    """Province, ward and office stand on one page; wards and offices follow the province."""

    missing_office: ValidationError | None = None

    province = forms.ChoiceField(label=_("Tỉnh/Thành phố"), error_messages={"required": _("Chọn tỉnh/thành phố.")})
    ward = forms.ChoiceField(label=_("Phường/Xã"), error_messages={"required": _("Chọn phường/xã.")})
    address = forms.CharField(
        label=_("Số nhà, đường hoặc thôn, xóm"),
        max_length=ADDRESS_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
        error_messages={"required": _("Nhập số nhà, đường hoặc thôn, xóm.")},
    )
    email = forms.EmailField(
        label=_("Email"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Email chưa đúng, ví dụ ten@example.vn. Có thể để trống.")},
    )
    office = forms.ChoiceField(
        label=_("Cơ quan BHXH nhận hồ sơ"),
        help_text=_(
            "Chọn cơ quan mang tên phường/xã của bạn nếu có, nếu không thì chọn cơ quan cấp tỉnh. "
            "Danh sách có tính minh họa."
        ),
        error_messages={"required": _("Chọn cơ quan BHXH.")},
    )

    def __init__(self, *args: Any, province: Province | None, ward: Ward | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wards = selectors.wards_of(province) if province else []
        offices = selectors.offices_of(province) if province else []
        self._choose("province", selectors.provinces(), _("— Chọn tỉnh/thành phố —"))
        self._choose("ward", wards, _("— Chọn phường/xã —") if wards else _("— Chọn tỉnh trước —"))
        self._choose("office", offices, _("— Chọn cơ quan —") if offices else _("— Chọn tỉnh trước —"))
        if ward is not None:
            self._suggest(selectors.suggested_office(offices, ward=ward))

    def _suggest(self, office: Office | None) -> None:
        """Stand the office of the chosen ward ready where none is chosen; a person still confirms it."""
        if office is None:
            return
        if self.is_bound and not self.data.get("office"):
            data = cast(QueryDict, self.data).copy()
            data["office"] = office.pk
            self.data = data
            self.missing_office = ValidationError(
                _("Chưa chọn cơ quan. Theo phường/xã của bạn, đã chọn sẵn %(office)s; xem lại rồi bấm tiếp tục."),
                params={"office": office},
            )
        elif not self.is_bound and not self.initial.get("office"):
            self.initial["office"] = office.pk

    def _choose(self, name: str, rows: list[Province] | list[Ward] | list[Office], empty: Any) -> None:
        field = self.fields[name]
        field.choices = [("", empty), *((row.pk, _place_label(row)) for row in rows)]  # type: ignore[attr-defined]  # a ChoiceField
        field.error_messages["invalid_choice"] = _("Mục đã chọn không thuộc tỉnh/thành phố này. Chọn lại.")

    def clean_office(self) -> str:
        if self.missing_office is not None:
            raise self.missing_office
        return str(self.cleaned_data["office"])

    def clean_address(self) -> str:
        address = clean_name(self.cleaned_data["address"])
        if not address:
            raise ValidationError(self.fields["address"].error_messages["required"])
        if len(address) > ADDRESS_LENGTH:  # composing letters may lengthen some scripts
            raise ValidationError(_("Địa chỉ dài nhất 200 ký tự."))
        return address


def _place_label(place: Province | Ward | Office) -> str:
    """The name first, so that typing it in a list finds it: `Ba Đình (phường)`."""
    return place.name if isinstance(place, Office) else f"{place.name} ({place.unit.lower()})"
