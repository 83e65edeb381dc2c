"""A person's insurance history, as the register feeds it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person


class ParticipationPeriod(models.Model):
    """Whole months with one employer; both months are kept as their first day, an open period has no end."""

    class Scheme(models.TextChoices):
        BHXH = "bhxh", _("Bảo hiểm xã hội")
        BHTN = "bhtn", _("Bảo hiểm thất nghiệp")
        TNLD = "tnld", _("Bảo hiểm tai nạn lao động, bệnh nghề nghiệp")
        BHYT = "bhyt", _("Bảo hiểm y tế")

    # The unique constraint below begins with the person: an index of its own would only repeat it.
    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        related_name="participation",
        db_index=False,
        verbose_name=_("người tham gia"),
    )
    scheme = models.CharField(_("chế độ"), max_length=4, choices=Scheme)
    from_month = models.DateField(_("từ tháng"))
    to_month = models.DateField(_("đến tháng"), null=True, blank=True)
    employer = models.CharField(_("đơn vị"), max_length=200)
    occupation = models.CharField(_("nghề nghiệp, chức vụ"), max_length=150, blank=True)
    salary_vnd = models.PositiveBigIntegerField(_("tiền lương đóng (đồng)"), null=True, blank=True)
    contribution_vnd = models.PositiveBigIntegerField(_("số tiền đóng (đồng)"), null=True, blank=True)
    late_months = models.PositiveSmallIntegerField(_("số tháng chậm đóng"), default=0)

    class Meta:
        verbose_name = _("quá trình tham gia")
        verbose_name_plural = pgettext_lazy("plural", "quá trình tham gia")
        ordering = ["scheme", "from_month", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "scheme", "from_month", "employer"], name="participation_once"),
            models.CheckConstraint(
                name="participation_ends_after_it_begins",
                condition=models.Q(to_month__isnull=True) | models.Q(to_month__gte=models.F("from_month")),
            ),
            models.CheckConstraint(
                name="participation_known_scheme",
                condition=models.Q(scheme__in=["bhxh", "bhtn", "tnld", "bhyt"]),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
