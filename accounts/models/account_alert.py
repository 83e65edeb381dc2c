"""Something about a citizen's account that an officer has to look at."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.device import Device
from accounts.models.directory import Office


class AccountAlert(models.Model):
    """Open until an officer of `office` closes it with what was found."""

    class Kind(models.TextChoices):
        DISPUTE = "dispute", _("chủ tài khoản bấm «Không phải tôi»")

    class Outcome(models.TextChoices):
        MISTAKE = "mistake", _("bấm nhầm, đúng là chủ tài khoản")
        STOLEN = "stolen", _("người khác đã vào tài khoản, đã hướng dẫn chủ tài khoản")
        UNREACHED = "unreached", _("chưa liên lạc được với chủ tài khoản")

    kind = models.CharField(_("việc"), max_length=12, choices=Kind)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="alerts", verbose_name=_("tài khoản")
    )
    device = models.ForeignKey(
        Device, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("thiết bị bị báo")
    )
    office = models.ForeignKey(Office, null=True, on_delete=models.PROTECT, verbose_name=_("cơ quan BHXH"))
    created_at = models.DateTimeField(_("lúc"), auto_now_add=True)
    closed_at = models.DateTimeField(_("xong lúc"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("cán bộ")
    )
    outcome = models.CharField(_("kết quả"), max_length=12, choices=Outcome, blank=True)

    class Meta:
        verbose_name = _("cảnh báo tài khoản")
        verbose_name_plural = pgettext_lazy("plural", "cảnh báo tài khoản")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["office", "-id"], name="alert_open", condition=models.Q(closed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
