"""What an officer says of a file."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.form_rendering import PortalForm
from registration.workflow import READY_WORDS, RefusalReason, SupplementItem


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
            "riêng «Lý do khác» thì bảo họ hỏi cơ quan BHXH, hai lý do về mã số thì cùng một lời, chỉ cả cách dùng "
            "«Quên mật khẩu». Không ghi số giấy tờ."
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


class ItemBoxes(forms.CheckboxSelectMultiple):
    """Each box carries the sentence that a script puts into the words when it is ticked."""

    language: str  # of the declaration

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"]["data-ready-words"] = ready_words(value, self.language)
        return option


def ready_words(item: str, language: str) -> str:
    """As whoever declared reads it, whatever language the officer's pages are in."""
    with translation.override(language):
        return str(READY_WORDS[item])


class AskForm(PortalForm):
    """What the citizen is to mend, in words an officer has read before they go."""

    items = forms.MultipleChoiceField(
        label=_("Cần người khai bổ sung"),
        choices=SupplementItem.choices,
        widget=ItemBoxes,
        error_messages={"required": _("Chọn ít nhất một mục cần bổ sung.")},
    )
    ask_words = forms.CharField(
        label=_("Lời gửi người khai"),
        help_text=_(
            "Soạn sẵn theo mục đã chọn, sửa được. Người khai đọc lời này trên trang hồ sơ, sau khi nhập mã gửi tới "
            "điện thoại; tin nhắn chỉ báo có yêu cầu và hạn. Không ghi số giấy tờ hay điều trong sổ tham gia."
        ),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = self.fields["items"].widget.language = language

    def clean_ask_words(self) -> str:
        """Without any, the ready ones are put in to be read: nothing goes that no officer has seen."""
        words = "\n".join(str(self.cleaned_data["ask_words"]).splitlines()).strip()
        if words or not self.cleaned_data.get("items"):
            return words
        data = cast(QueryDict, self.data).copy()
        data["ask_words"] = "\n".join(ready_words(item, self.language) for item in self.cleaned_data["items"])
        self.data = data
        raise ValidationError(_("Đã soạn sẵn lời theo các mục đã chọn. Xem lại, sửa nếu cần, rồi bấm lần nữa."))
