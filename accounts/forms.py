from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

import phonenumbers
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumber_field.formfields import PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber

from accounts.form_rendering import PortalForm
from accounts.models import AccountAlert, Language, User
from accounts.services.offices import SignOutReason
from accounts.services.second_factor import ResetReason

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


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


class PasswordField(forms.CharField):
    """Composed (NFC), so that one password typed on two keyboards is one password.

    Blanks inside count; around it they came along when it was pasted.
    """

    def __init__(self, *, autocomplete: str, required_words: StrOrPromise, **kwargs: Any) -> None:
        kwargs["widget"] = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        kwargs["error_messages"] = {"required": required_words}
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Without `maxlength`: a browser counts what is typed before it is composed, and cuts the rest off unsaid."""
        return {}

    def to_python(self, value: Any) -> str:
        return unicodedata.normalize("NFC", super().to_python(value) or "")


class CodeForm(PortalForm):
    code = forms.CharField(
        label=_("Mã trong tin nhắn"),
        help_text=_("6 chữ số, dùng được trong 10 phút."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "input--code"}),
        error_messages={"required": _("Nhập 6 chữ số trong tin nhắn.")},
    )

    def clean_code(self) -> str:
        code = "".join(self.cleaned_data["code"].split())
        if not re.fullmatch(r"[0-9]{6}", code):
            raise ValidationError(_("Mã gồm đúng 6 chữ số. Lần nhập này không tính là một lần thử."))
        return code


class RecoveryCodeForm(PortalForm):
    code = forms.CharField(
        label=pgettext_lazy("one", "Mã dự phòng"),
        help_text=_("Một mã trên tờ bạn đã in, chưa dùng lần nào. Chữ hoa, chữ thường, dấu gạch đều được."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("Nhập một mã dự phòng.")},
    )


class SecondFactorForm(PortalForm):
    """At the login of a clinic desk: from the app, or from the printed sheet."""

    code = forms.CharField(
        label=_("Mã xác thực"),
        help_text=_("6 chữ số đang hiện trong ứng dụng xác thực, hoặc một mã dự phòng trên tờ đã in."),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": _("Nhập mã trong ứng dụng xác thực, hoặc một mã dự phòng.")},
    )


class AuthenticatorCodeForm(CodeForm):
    """The first code of a new authenticator app."""

    code = forms.CharField(
        label=_("Mã trong ứng dụng"),
        help_text=_("6 chữ số, đổi 30 giây một lần."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "input--code"}),
        error_messages={"required": _("Nhập 6 chữ số đang hiện trong ứng dụng xác thực.")},
    )


class ResetSecondFactorForm(PortalForm):
    reason = forms.TypedChoiceField(
        label=_("Lý do"),
        choices=[("", _("— Chọn lý do —")), *ResetReason.choices],
        coerce=ResetReason,
        error_messages={"required": _("Chọn lý do đặt lại.")},
    )


class SignOutDeviceForm(PortalForm):
    """An officer signs a citizen's account out of the device that the page showed."""

    device = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.TypedChoiceField(
        label=_("Lý do"),
        choices=SignOutReason.choices,
        coerce=SignOutReason,
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn lý do cho thoát.")},
    )


class CloseAlertForm(PortalForm):
    outcome = forms.TypedChoiceField(
        label=_("Kết quả"),
        choices=[(code, capfirst(words)) for code, words in AccountAlert.Outcome.choices],
        coerce=AccountAlert.Outcome,
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn kết quả xử lý.")},
    )


class LoginForm(PortalForm):
    username = forms.CharField(
        label=_("Mã số BHXH"),
        help_text=_("10 chữ số, hoặc số căn cước 12 chữ số. Cơ sở khám chữa bệnh gõ tên đăng nhập được cấp."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("Nhập mã số BHXH của bạn.")},
    )
    password = PasswordField(
        label=_("Mật khẩu"),
        max_length=128,
        autocomplete="current-password",
        required_words=_("Nhập mật khẩu."),
    )


class PasswordPairForm(PortalForm):
    """The new password of `user`, twice."""

    new_password1 = PasswordField(
        label=_("Mật khẩu mới"),
        help_text=_("Ít nhất 8 ký tự; có thể là cả câu, có dấu và khoảng trắng. Không dùng mã số hay họ tên."),
        autocomplete="new-password",
        required_words=_("Nhập mật khẩu mới."),
    )
    new_password2 = PasswordField(
        label=_("Nhập lại mật khẩu mới"),
        autocomplete="new-password",
        required_words=_("Nhập lại mật khẩu mới một lần nữa."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_new_password1(self) -> str:
        validate_password(self.cleaned_data["new_password1"], self.user)
        return str(self.cleaned_data["new_password1"])

    def clean_new_password2(self) -> str:
        first, second = self.cleaned_data.get("new_password1"), self.cleaned_data["new_password2"]
        if first is not None and first != second:
            raise ValidationError(_("Hai lần nhập chưa giống nhau."))
        return str(second)


class NewPasswordForm(PasswordPairForm):
    """The new password twice, and the present one unless that is a one-time password just used."""

    old_password = PasswordField(
        label=_("Mật khẩu đang dùng"),
        max_length=128,
        autocomplete="current-password",
        required_words=_("Nhập mật khẩu đang dùng."),
    )
    field_order = ["old_password"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.user.must_change_password:
            del self.fields["old_password"]


class PastedMessageForm(PortalForm):
    """Without `maxlength`: a browser would cut a long text off unsaid."""

    text = forms.CharField(
        label=_("Nội dung tin nhắn"),
        help_text=_("Dán nguyên văn một tin. Tin bạn dán không được lưu lại và không gửi cho ai."),
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Dán nội dung tin nhắn vào ô này.")},
    )


class LanguageForm(PortalForm):
    language = forms.TypedChoiceField(
        label=_("Ngôn ngữ tin nhắn"),
        choices=Language.choices,
        coerce=Language,
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn ngôn ngữ của tin nhắn.")},
    )


class ResetForm(PortalForm):
    username = forms.CharField(
        label=_("Mã số BHXH"),
        help_text=_("10 chữ số, hoặc số căn cước 12 chữ số."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("Nhập mã số BHXH hoặc số căn cước của bạn.")},
    )


class OwnPasswordForm(PortalForm):
    """Asked again before something that whoever found a screen open must not do."""

    password = PasswordField(
        label=_("Mật khẩu đang dùng"),
        max_length=128,
        autocomplete="current-password",
        required_words=_("Nhập mật khẩu đang dùng."),
    )


class SheetForm(CodeForm, OwnPasswordForm):
    field_order = ["password", "code"]


class PhoneChangeForm(OwnPasswordForm):
    phone = MobileField(
        label=_("Số điện thoại mới"),
        help_text=_("Số di động của chính bạn, đang cầm trên tay: mã sẽ được gửi tới đó."),
    )
    field_order = ["phone"]
