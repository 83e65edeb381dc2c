"""A printed recovery code: stands in for a code to the phone, once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RecoveryCode(models.Model):
    """`digest` is keyed over the code; the code itself is shown once, when the sheet is made."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes", verbose_name=_("tài khoản")
    )
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)
    used_at = models.DateTimeField(_("dùng lúc"), null=True)

    class Meta:
        verbose_name = _("mã dự phòng")
        verbose_name_plural = pgettext_lazy("plural", "mã dự phòng")

    def __str__(self) -> str:
        return str(self.pk)
