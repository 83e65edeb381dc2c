"""A one-time code on its way to a phone and back."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumber_field.modelfields import PhoneNumberField


class OneTimeCode(models.Model):
    """Verified against `digest`; `sealed` exists only so that a resend repeats the same code.

    Both are wiped when the code is closed: used, tried wrong too often, or
    expired. The browser session that asked holds the row's id; nothing else
    leads to it.
    """

    class Purpose(models.TextChoices):
        REGISTER = "register", _("xác nhận số điện thoại")
        STATUS = "status", _("xem hồ sơ")
        TAKE_OVER = "take_over", _("chuyển thiết bị")
        RESET = "reset", _("đặt lại mật khẩu")
        RECOVERY = "recovery", _("tạo mã dự phòng")
        PHONE_OLD = "phone_old", _("đổi số điện thoại, gửi số đang dùng")
        PHONE_NEW = "phone_new", _("đổi số điện thoại, gửi số mới")

    purpose = models.CharField(max_length=12, choices=Purpose)
    subject = models.CharField(max_length=40, blank=True)
    phone = PhoneNumberField()
    digest = models.CharField(max_length=64, blank=True)
    sealed = models.BinaryField(blank=True)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    sends = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    last_sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(db_index=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("mã OTP")
        verbose_name_plural = pgettext_lazy("plural", "mã OTP")

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"
