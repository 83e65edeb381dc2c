from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.form_rendering import PortalForm
from accounts.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class PasswordField(forms.CharField):
    """Composed (NFC), so that one password typed on two keyboards is one password.

    Blanks inside count; around it they came along when it was pasted.
    """

    def __init__(self, *, autocomplete: str, required_words: StrOrPromise, **kwargs: Any) -> None:
        kwargs["widget"] = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        kwargs["error_messages"] = {"required": required_words}
        super().__init__(**kwargs)

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


class NewPasswordForm(PortalForm):
    """The new password twice, and the present one unless that is a one-time password just used."""

    old_password = PasswordField(
        label=_("Mật khẩu đang dùng"),
        max_length=128,
        autocomplete="current-password",
        required_words=_("Nhập mật khẩu đang dùng."),
    )
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
        if user.must_change_password:
            del self.fields["old_password"]

    def clean_new_password1(self) -> str:
        validate_password(self.cleaned_data["new_password1"], self.user)
        return str(self.cleaned_data["new_password1"])

    def clean_new_password2(self) -> str:
        first, second = self.cleaned_data.get("new_password1"), self.cleaned_data["new_password2"]
        if first is not None and first != second:
            raise ValidationError(_("Hai lần nhập chưa giống nhau."))
        return str(second)
