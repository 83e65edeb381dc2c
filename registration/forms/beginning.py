"""Who registers, and by which phone; field names are a contract."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.form_rendering import PortalForm
from accounts.forms import MobileField


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
