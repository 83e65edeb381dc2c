"""Consent and commitment, the last thing asked; field names are a contract."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.form_rendering import PortalForm
from registration.consent import Words


class ConfirmForm(PortalForm):
    """Each box stands beside the words it is for."""

    consent = forms.BooleanField(error_messages={"required": _("Cần đánh dấu đồng ý để nộp tờ khai.")})
    commitment = forms.BooleanField(error_messages={"required": _("Cần đánh dấu cam kết để nộp tờ khai.")})

    def __init__(self, *args: Any, words: Words, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consent"].label = words.consent
        self.fields["commitment"].label = words.commitment
