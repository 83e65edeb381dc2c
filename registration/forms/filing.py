"""Consent and commitment, the last thing asked; field names are a contract."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.form_rendering import PortalForm
from registration.consent import COMMITMENT, CONSENT


class ConfirmForm(PortalForm):
    consent = forms.BooleanField(label=CONSENT, error_messages={"required": _("Cần đánh dấu đồng ý để nộp tờ khai.")})
    commitment = forms.BooleanField(
        label=COMMITMENT, error_messages={"required": _("Cần đánh dấu cam kết để nộp tờ khai.")}
    )
