"""What a clinic desk is asked; field names are a contract."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts import partial_dates
from accounts.errors import PortalError
from accounts.form_rendering import PortalForm
from accounts.paper_codes import UnreadableCode
from accounts.services.access import LookReason
from cards.services.checking import LONGEST_TYPED

LONGEST_SCAN = 2953  # bytes in the largest QR code there is
_NO_DATE = _("Ngày sinh chưa đúng. Nhập như 15/08/1985; giấy tờ chỉ ghi năm thì nhập năm, như 1945.")
_NO_REASON = _("Chọn lý do xem thẻ.")


class CheckForm(PortalForm):
    """The cursor waits in `card` for the next scan; `is_asking` when only the birth date is still missing."""

    is_asking = False

    card = forms.CharField(
        label=_("Quét mã hoặc gõ số"),
        help_text=_("Mã QR trên thẻ hoặc căn cước. Gõ tay: số thẻ, mã số BHXH hoặc số căn cước."),
        max_length=LONGEST_SCAN,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={
            "required": _("Quét mã QR hoặc gõ số thẻ."),
            "max_length": UnreadableCode.message,
            "null_characters_not_allowed": UnreadableCode.message,
        },
    )
    birth_date = forms.CharField(
        label=_("Ngày sinh"),
        help_text=_(
            "Chỉ cần khi gõ số, ví dụ 15/08/1985. Đủ ngày tháng năm như in trên thẻ; giấy tờ chỉ ghi năm thì nhập năm."
        ),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _NO_DATE, "null_characters_not_allowed": _NO_DATE},
    )
    reason = forms.ChoiceField(
        label=_("Lý do xem thẻ"),
        help_text=_("Chọn một lần cho cả phiên làm việc."),
        choices=LookReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _NO_REASON, "invalid_choice": _NO_REASON},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The browser would cut an endless scan to one that reads as something else.
        del self.fields["card"].widget.attrs["maxlength"]
        if not self.is_bound:
            self._put_cursor_in("card")

    def clean_birth_date(self) -> str:
        text = self.cleaned_data["birth_date"]
        try:
            return partial_dates.parse(text) if text else ""
        except ValueError as error:
            raise ValidationError(_NO_DATE) from error

    def clean_reason(self) -> LookReason:
        return LookReason(self.cleaned_data["reason"])

    def ask_birth_date(self, error: PortalError) -> None:
        self.is_asking = True
        self.refuse(error, field="birth_date")
        self._put_cursor_in("birth_date")

    def read_after(self, answer_id: str) -> None:
        """With the cursor at once in `card`, a screen reader hears there what the look before it said."""
        hint_id = f"{self['card'].auto_id}_helptext"
        self.fields["card"].widget.attrs["aria-describedby"] = f"{answer_id} {hint_id}"

    def forget_scan(self) -> None:
        """A scan that led nowhere makes room for the next one; a typed number stays to be corrected."""
        if len(self.data.get("card", "")) > LONGEST_TYPED:
            data = cast(QueryDict, self.data).copy()
            data["card"] = ""
            self.data = data

    def _put_cursor_in(self, name: str) -> None:
        self.fields[name].widget.attrs["autofocus"] = True
