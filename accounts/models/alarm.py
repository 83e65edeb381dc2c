"""Something about the portal itself that an administrator has to look at."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Alarm(models.Model):
    """One row while it lasts: what happens again is counted in the open one of its kind and subject.

    `subject` is the name of a limit or a provider, never a person's.
    """

    class Kind(models.TextChoices):
        BUDGET_LOW = "budget_low", _("sắp hết hạn mức tin nhắn")
        BUDGET_GONE = "budget_gone", _("hết hạn mức tin nhắn")
        ADDRESS = "address", _("một địa chỉ mạng xin mã không dứt")
        SLOW = "slow", _("tin nhắn chậm hoặc không gửi đi được")
        UNKNOWN_REPORT = "unknown_report", _("nhà cung cấp báo về mã chưa biết")
        CREDENTIALS_LOST = "credentials_lost", _("mật khẩu cấp cho người dân không tới nơi")

    kind = models.CharField(_("việc"), max_length=20, choices=Kind)
    subject = models.CharField(_("của"), max_length=40, blank=True)
    times = models.PositiveIntegerField(_("số lần"), default=1)
    first_at = models.DateTimeField(_("lần đầu"), auto_now_add=True)
    last_at = models.DateTimeField(_("lần cuối"))
    told_at = models.DateTimeField(_("báo qua thư lúc"), null=True)
    closed_at = models.DateTimeField(_("đóng lúc"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("người đóng")
    )

    class Meta:
        verbose_name = _("cảnh báo hệ thống")
        verbose_name_plural = pgettext_lazy("plural", "cảnh báo hệ thống")
        ordering = ["-last_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=models.Q(closed_at__isnull=True), name="alarm_open_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
