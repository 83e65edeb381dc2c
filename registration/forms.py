"""The declaration, page by page; field names are a contract."""

from __future__ import annotations

import re
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import partial_dates
from accounts.form_rendering import PortalForm
from accounts.forms import MobileField
from accounts.models import IdKind, Office, Province, Sex, Ward, validate_bhxh_code
from accounts.names import clean_name
from accounts.papers import PAPER_NUMBERS
from registration import selectors
from registration.consent import COMMITMENT, CONSENT
from registration.fields import PhotoField
from registration.workflow import RefusalReason

_PAPER_SENTENCES = {
    "cccd": _("Số căn cước/CCCD gồm đúng 12 chữ số."),
    "cmnd": _("Số chứng minh nhân dân gồm đúng 9 chữ số."),
    "passport": _("Số hộ chiếu gồm một chữ cái và 7 hoặc 8 chữ số."),
}
ADDRESS_LENGTH = 200
# Letters with any marks on them (Ê Đê and Jarai names have letters that exist only as letter plus mark).
_NAME = re.compile(r"[^\W\d_]([^\W\d_]|[\u0300-\u036f]|[ '.\-])*")
_WHOLE_PAPER = _("Chụp trọn cả giấy tờ, không lóa, đọc được chữ.")


class StartForm(PortalForm):
    applicant_kind = forms.ChoiceField(
        label=_("Bạn đăng ký cho ai?"),
        choices=[("individual", _("Cá nhân")), ("organisation", _("Tổ chức"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn Cá nhân hoặc Tổ chức.")},
    )


class PhoneForm(PortalForm):
    phone = MobileField(
        label=_("Số điện thoại di động"),
        help_text=_("Mật khẩu và mọi mã sau này gửi tới số này. Hãy dùng số của chính bạn."),
    )


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
        name = clean_name(self.cleaned_data["full_name"])
        if len(name) > 100:
            raise ValidationError(_("Họ và tên dài nhất 100 ký tự."))
        if not any(char.isalpha() for char in name) or not _NAME.fullmatch(name):
            raise ValidationError(_("Họ và tên chỉ gồm chữ cái, dấu cách, dấu nháy, dấu chấm hoặc gạch nối."))
        return name

    def clean_bhxh_code(self) -> str:
        code = "".join(self.cleaned_data["bhxh_code"].split())
        validate_bhxh_code(code)
        return code

    def clean_birth_date(self) -> str:
        try:
            birth_date = partial_dates.parse(self.cleaned_data["birth_date"])
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
            answers["id_number"] = re.sub(r"[\s.]", "", number).upper()
            if not PAPER_NUMBERS[kind].fullmatch(answers["id_number"]):
                self.add_error("id_number", ValidationError(_PAPER_SENTENCES[kind]))
        return answers


class PhotosForm(PortalForm):
    """Each picture is kept as soon as it can be read, so none of the fields is required by itself."""

    portrait = PhotoField(
        label=_("Ảnh chân dung 3x4"),
        help_text=_("Nhìn thẳng, rõ mặt, đủ sáng. Ảnh được cắt khung 3x4 ở giữa."),
    )
    id_front = PhotoField(label=_("Giấy tờ, mặt trước"), help_text=_WHOLE_PAPER)
    id_back = PhotoField(label=_("Giấy tờ, mặt sau"), help_text=_WHOLE_PAPER)

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(kinds):
            del self.fields[name]
        for field in self.fields.values():
            field.widget.attrs["accept"] = "image/jpeg,image/png,image/webp,image/heic,image/heif"
        if "id_back" not in self.fields:
            self.fields["id_front"].label = _("Hộ chiếu, trang có ảnh")


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


class ConfirmForm(PortalForm):
    consent = forms.BooleanField(label=CONSENT, error_messages={"required": _("Cần đánh dấu đồng ý để nộp tờ khai.")})
    commitment = forms.BooleanField(
        label=COMMITMENT, error_messages={"required": _("Cần đánh dấu cam kết để nộp tờ khai.")}
    )


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


class RefuseForm(PortalForm):
    reason = forms.ChoiceField(
        label=_("Lý do"),
        choices=[("", _("— Chọn lý do —")), *RefusalReason.choices],
        error_messages={"required": _("Chọn lý do từ chối.")},
    )
    words = forms.CharField(
        label=_("Ghi chú của cán bộ"),
        help_text=_(
            "Chỉ lưu trong hồ sơ, không gửi đi; bắt buộc với «Lý do khác». Tin nhắn tới người khai nói lý do đã chọn, "
            "riêng «Lý do khác» và lý do về mã số thì bảo họ hỏi cơ quan BHXH. Không ghi số giấy tờ."
        ),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("reason") == RefusalReason.OTHER and not answers.get("words", "").strip():
            self.add_error("words", ValidationError(_("Với lý do khác, ghi rõ lý do.")))
        return answers
