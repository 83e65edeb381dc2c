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
from registration import places
from registration.email_typos import probable_address
from registration.ward_search import LONGEST_TYPED

ADDRESS_LENGTH = 200


class OfficeSelect(forms.Select):
    """Each office with what is inferred of it, by code in `notes`, for the script that shows it beside the choice."""

    notes: dict[str, str] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if value in self.notes:
            option["attrs"]["data-note"] = self.notes[value]
        return option


class AddressForm(PortalForm):
    """Province, ward and office stand on one page; wards and offices follow the province."""

    missing_office: ValidationError | None = None
    better_email: str | None = None

    # Not an answer: a name to look for.
    place = forms.CharField(
        label=_("Tìm phường/xã"),
        help_text=_("Gõ tên, có dấu hay không đều được; thêm tên tỉnh, cũ hay mới. Ví dụ: tan hoa binh duong."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "maxlength": LONGEST_TYPED}),
    )
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
    # The mistyped address that was already asked about: the second time it is taken.
    email_asked = forms.CharField(required=False, widget=forms.HiddenInput)
    office = forms.ChoiceField(
        label=_("Cơ quan BHXH nhận hồ sơ"),
        help_text=_(
            "Được chọn sẵn theo phường/xã: cơ quan mang tên phường/xã nếu có, nếu không thì cơ quan cấp tỉnh. "
            "Bạn có thể chọn cơ quan khác."
        ),
        widget=OfficeSelect,
        error_messages={"required": _("Chọn cơ quan BHXH.")},
    )

    def __init__(self, *args: Any, province: Province | None, ward: Ward | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wards = places.wards_of(province) if province else []
        offices = places.offices_of(province) if province else []
        self._choose("province", places.provinces(), _("— Chọn tỉnh/thành phố —"))
        self._choose("ward", wards, _("— Chọn phường/xã —") if wards else _("— Chọn tỉnh trước —"))
        self._choose("office", offices, _("— Chọn cơ quan —") if offices else _("— Chọn tỉnh trước —"))
        self.fields["office"].widget.notes = {office.pk: places.office_note(office) for office in offices}
        if self.initial.get("office") not in {office.pk for office in offices}:
            self.initial["office"] = ""  # closed since, or of the province left behind
        if ward is not None:
            self._suggest(places.suggested_office(offices, ward=ward))

    @property
    def office_note(self) -> str:
        """What of the chosen office is inferred."""
        return self.fields["office"].widget.notes.get(self["office"].value(), "")

    def advise_on_email(self) -> bool:
        """Whether a valid form's e-mail looks mistyped; `better_email` is then the likely one.

        Asked about once: the form carries what was asked.
        """
        email = self.cleaned_data["email"]
        self.better_email = probable_address(email) if email != self.cleaned_data["email_asked"] else None
        if self.better_email is not None:
            data = cast(QueryDict, self.data).copy()
            data["email_asked"] = email
            self.data = data
        return self.better_email is not None

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
        field.error_messages["invalid_choice"] = _(
            "Mục đã chọn không thuộc tỉnh/thành phố này, hoặc không còn hiệu lực. Chọn lại."
        )

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
