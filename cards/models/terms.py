"""Who is insured as what, and what is paid for them: data, not code, because the law adds groups."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class BenefitLevel(models.Model):
    level = models.PositiveSmallIntegerField(_("mức"), primary_key=True)
    rate_percent = models.PositiveSmallIntegerField(_("tỷ lệ chi trả (%)"))
    meaning = models.CharField(_("nội dung"), max_length=200)

    class Meta:
        verbose_name = _("mức hưởng")
        verbose_name_plural = pgettext_lazy("plural", "mức hưởng")
        ordering = ["level"]

    def __str__(self) -> str:
        return f"{self.level} ({self.rate_percent} %)"


class ObjectGroup(models.Model):
    code = models.CharField(_("mã"), max_length=2, primary_key=True)
    name = models.CharField(_("tên"), max_length=150)
    default_level = models.ForeignKey(BenefitLevel, on_delete=models.PROTECT, verbose_name=_("mức hưởng"))
    payer_group = models.PositiveSmallIntegerField(_("nhóm đóng (1–5)"))

    class Meta:
        verbose_name = _("nhóm đối tượng")
        verbose_name_plural = pgettext_lazy("plural", "nhóm đối tượng")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} – {self.name}"
