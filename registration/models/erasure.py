"""A citizen's wish that a file be erased; events stay, they hold no names, numbers or text."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registration.models.declaration import Declaration


class ErasureRequest(models.Model):
    declaration = models.OneToOneField(Declaration, on_delete=models.CASCADE, related_name="erasure")
    asked_at = models.DateTimeField(_("yêu cầu lúc"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("cán bộ"),
    )
    decided_at = models.DateTimeField(_("quyết định lúc"), null=True, blank=True)
    is_granted = models.BooleanField(_("đã xóa"), default=False, db_default=False)
    words = models.CharField(_("lời của cán bộ"), max_length=500, blank=True, db_default="")

    class Meta:
        verbose_name = _("yêu cầu xóa dữ liệu")
        verbose_name_plural = pgettext_lazy("plural", "yêu cầu xóa dữ liệu")
        ordering = ["asked_at"]

    def __str__(self) -> str:
        return str(self.declaration)
