"""Public reference data: units, offices, facilities. Rows are dated, never deleted."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DatedQuerySet(models.QuerySet):
    def in_force(self) -> DatedQuerySet:
        """Rows valid today."""
        today = timezone.localdate()
        return self.filter(
            models.Q(valid_from__isnull=True) | models.Q(valid_from__lte=today),
            models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=today),
        )


class Dated(models.Model):
    """Valid from and to, both days included; empty means open."""

    valid_from = models.DateField(_("có hiệu lực từ"), null=True, blank=True)
    valid_to = models.DateField(_("có hiệu lực đến"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_in_force(self) -> bool:
        """Whether the row is valid today."""
        today = timezone.localdate()
        return (self.valid_from or today) <= today <= (self.valid_to or today)


class Province(Dated):
    """One of the 34 units since 07/2025."""

    code = models.CharField(_("mã"), max_length=2, primary_key=True)
    name = models.CharField(_("tên"), max_length=100)
    full_name = models.CharField(_("tên đầy đủ"), max_length=100)
    unit = models.CharField(_("loại"), max_length=30)

    class Meta:
        verbose_name = _("tỉnh/thành phố")
        verbose_name_plural = pgettext_lazy("plural", "tỉnh/thành phố")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.full_name


class FormerProvince(models.Model):
    """One of the 63 units before 07/2025: still on papers and in CCCD numbers."""

    code = models.CharField(_("mã cũ"), max_length=2, primary_key=True)
    id_card_prefix = models.CharField(_("đầu số CCCD"), max_length=3)
    name = models.CharField(_("tên cũ"), max_length=100)
    successor = models.ForeignKey(Province, on_delete=models.PROTECT, verbose_name=_("nay là"))

    class Meta:
        verbose_name = _("tỉnh/thành phố trước 07/2025")
        verbose_name_plural = pgettext_lazy("plural", "tỉnh/thành phố trước 07/2025")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Ward(Dated):
    """One of the 3,321 wards, communes and special zones since 07/2025."""

    code = models.CharField(_("mã"), max_length=5, primary_key=True)
    province = models.ForeignKey(Province, on_delete=models.PROTECT, verbose_name=_("tỉnh/thành phố"))
    name = models.CharField(_("tên"), max_length=100)
    full_name = models.CharField(_("tên đầy đủ"), max_length=120)
    unit = models.CharField(_("loại"), max_length=30)

    class Meta:
        verbose_name = _("phường/xã")
        verbose_name_plural = pgettext_lazy("plural", "phường/xã")
        ordering = ["name", "code"]

    def __str__(self) -> str:
        return self.full_name


class Office(Dated):
    """A BHXH office; `provenance` says what of it is inferred."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("cấp tỉnh")
        LOCAL = "local", _("cơ sở")

    code = models.CharField(_("mã"), max_length=5, primary_key=True)
    name = models.CharField(_("tên"), max_length=150)
    level = models.CharField(_("cấp"), max_length=10, choices=Level.choices)
    province = models.ForeignKey(Province, on_delete=models.PROTECT, verbose_name=_("tỉnh/thành phố"))
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("trực thuộc"))
    provenance = models.CharField(_("nguồn"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("cơ quan BHXH")
        verbose_name_plural = pgettext_lazy("plural", "cơ quan BHXH")
        # The province office first, then its local offices by name.
        ordering = ["-level", "name"]

    def __str__(self) -> str:
        return self.name


class Facility(Dated):
    """A health facility (CSKCB)."""

    code = models.CharField(_("mã"), max_length=5, primary_key=True)
    name = models.CharField(_("tên"), max_length=200)
    district_before_2025 = models.CharField(_("quận/huyện cũ"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("cơ sở khám chữa bệnh")
        verbose_name_plural = pgettext_lazy("plural", "cơ sở khám chữa bệnh")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
