"""What an officer says of a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.form_rendering import PortalForm
from registration.workflow import RefusalReason


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


class KeepDataForm(PortalForm):
    """Why an office does not erase what a citizen asked it to."""

    words = forms.CharField(
        label=_("Lý do không xóa"),
        help_text=_("Người khai đọc được lời này. Không ghi số giấy tờ."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Ghi rõ vì sao không xóa.")},
    )
