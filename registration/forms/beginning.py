"""Who registers, by which phone, and who helps; field names are a contract."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.form_rendering import PortalForm
from accounts.forms import MobileField
from accounts.names import clean_name
from registration.workflow import HelperRelation

HELPER_NAME_LENGTH = 100


class StartForm(PortalForm):
    """Whoever types for somebody else says so by giving their own name."""

    applicant_kind = forms.ChoiceField(
        label=_("Bạn đăng ký cho ai?"),
        choices=[("individual", _("Cá nhân")), ("organisation", _("Tổ chức"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn Cá nhân hoặc Tổ chức.")},
    )
    helper_name = forms.CharField(
        label=_("Họ và tên của bạn, người khai giúp"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    helper_relation = forms.ChoiceField(
        label=_("Bạn là gì của người được khai?"),
        required=False,
        choices=[("", _("— Chọn —")), *HelperRelation.choices],
    )

    @property
    def has_helper(self) -> bool:
        """Whether the part about the helper stands open."""
        fields = ("helper_name", "helper_relation")
        return any(self[name].value() or self[name].errors for name in fields)

    def clean_helper_name(self) -> str:
        name = clean_name(self.cleaned_data["helper_name"])
        if len(name) > HELPER_NAME_LENGTH:
            raise ValidationError(_("Họ và tên dài nhất 100 ký tự."))
        if name and not any(char.isalpha() for char in name):
            raise ValidationError(_("Họ và tên phải có chữ cái."))
        return name

    def clean(self) -> dict[str, Any]:
        """A helper has a name and a relation, or there is none."""
        answers = super().clean() or {}
        name, relation = answers.get("helper_name", ""), answers.get("helper_relation", "")
        if relation and not name and "helper_name" not in self.errors:
            self.add_error("helper_name", ValidationError(_("Nhập họ và tên của bạn, hoặc bỏ chọn quan hệ.")))
        if name and not relation and "helper_relation" not in self.errors:
            self.add_error("helper_relation", ValidationError(_("Chọn bạn là gì của người được khai.")))
        return answers


class PhoneForm(PortalForm):
    """The number of whoever is declared, in whosever hands the keyboard is."""

    phone = MobileField(
        label=_("Số điện thoại di động"),
        help_text=_("Mật khẩu và mọi mã sau này gửi tới số này. Hãy dùng số của chính bạn."),
    )

    def __init__(self, *args: Any, is_helped: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_helped:
            field = self.fields["phone"]
            field.label = _("Số điện thoại của người được khai")
            field.help_text = _(
                "Mật khẩu và mọi mã sau này gửi tới số này. Người được khai đọc mã cho bạn nhập; không dùng số của bạn."
            )
            field.widget.attrs["autocomplete"] = "off"
