"""A health-insurance card, as the register feeds it."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Facility, Office, Person
from accounts.paper_codes import BHYT_NUMBER
from cards.models.terms import BenefitLevel, ObjectGroup

validate_card_number = RegexValidator(
    rf"^({BHYT_NUMBER})\Z",
    _("Số thẻ gồm 10 chữ số, hoặc 2 chữ cái và 13 chữ số (thẻ cũ)."),
    code="card_number",
)


class Card(models.Model):
    """One issue of a card. Since 04/2021 the number is the BHXH code, so a new issue repeats it.

    `qr_svg` is the drawing of the QR text whose SHA-256 is `qr_digest`: drawn
    at the first view of this content and kept.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", _("đang dùng")
        REVOKED = "revoked", _("đã thu hồi")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cards", verbose_name=_("người tham gia"))
    card_number = models.CharField(_("số thẻ"), max_length=15, validators=[validate_card_number])
    object_group = models.ForeignKey(
        ObjectGroup, on_delete=models.PROTECT, related_name="+", verbose_name=_("nhóm đối tượng")
    )
    benefit_level = models.ForeignKey(
        BenefitLevel, on_delete=models.PROTECT, related_name="+", verbose_name=_("mức hưởng")
    )
    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, related_name="+", verbose_name=_("nơi đăng ký KCB ban đầu")
    )
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", verbose_name=_("cơ quan BHXH"))
    issuing_place = models.CharField(_("nơi cấp, đổi thẻ"), max_length=150)
    issued_on = models.DateField(_("ngày cấp"))
    valid_from = models.DateField(_("giá trị sử dụng từ"))
    valid_to = models.DateField(_("đến"), null=True, blank=True)
    five_years_from = models.DateField(_("đủ 05 năm liên tục từ"), null=True, blank=True)
    status = models.CharField(_("tình trạng"), max_length=7, choices=Status, default=Status.ACTIVE)
    updated_at = models.DateTimeField(_("cập nhật lúc"), auto_now=True)
    qr_digest = models.CharField(max_length=64, blank=True, editable=False)
    qr_svg = models.TextField(blank=True, editable=False)

    class Meta:
        verbose_name = _("thẻ BHYT")
        verbose_name_plural = pgettext_lazy("plural", "thẻ BHYT")
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["card_number", "valid_from"], name="card_number_once_from_a_day"),
            models.CheckConstraint(
                name="card_ends_after_it_begins",
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
            ),
            models.CheckConstraint(name="card_known_status", condition=models.Q(status__in=["active", "revoked"])),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def number_groups(self) -> list[str]:
        """Letters, level and province of an old number, then the ten digits in fives: easy to read aloud."""
        head, code = self.card_number[:-10], self.card_number[-10:]
        return [part for part in (head[:2], head[2:3], head[3:], code[:5], code[5:]) if part]
