"""Consent and commitment, the last thing asked; field names are a contract."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.form_rendering import PortalForm
from registration.consent import Words


class ConfirmForm(PortalForm):
    """Each box stands beside the words it is for; the third one only where another file of the person waits."""

    consent = forms.BooleanField(error_messages={"required": _("Cần đánh dấu đồng ý để nộp tờ khai.")})
    commitment = forms.BooleanField(error_messages={"required": _("Cần đánh dấu cam kết để nộp tờ khai.")})
    again = forms.BooleanField(
        label=_("Tôi biết hồ sơ kia đang chờ và vẫn nộp thêm tờ khai này."),
        error_messages={"required": _("Xem hồ sơ đang chờ trước. Vẫn muốn nộp thêm thì đánh dấu ô này.")},
    )

    def __init__(self, *args: Any, words: Words, is_second: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consent"].label = words.consent
        self.fields["commitment"].label = words.commitment
        if not is_second:
            del self.fields["again"]
