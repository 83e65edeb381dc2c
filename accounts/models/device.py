"""The one browser a citizen's account is open on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Device(models.Model):
    """One browser's turn as an account's active device (`User.active_device`), kept as history afterwards.

    `digest` is keyed over the secret in that browser's cookie: the same browser
    comes back without a code, however long ago its session ended.
    """

    class Ending(models.TextChoices):
        SIGN_OUT = "sign_out", _("đăng xuất")
        TAKE_OVER = "take_over", _("chuyển sang thiết bị khác")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices", verbose_name=_("tài khoản")
    )
    name = models.CharField(_("tên"), max_length=40)
    digest = models.CharField(max_length=64, editable=False)
    started_at = models.DateTimeField(_("dùng từ"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("dùng lần cuối"))
    ended_at = models.DateTimeField(_("ngừng lúc"), null=True)
    ended_by = models.CharField(_("vì"), max_length=12, choices=Ending, blank=True)

    class Meta:
        verbose_name = _("thiết bị")
        verbose_name_plural = _("thiết bị")

    def __str__(self) -> str:
        return self.name
