"""The insured person, as the national register feeds it: the truth a declaration is held against."""

from __future__ import annotations

import secrets

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumber_field.modelfields import PhoneNumberField

from accounts import partial_dates
from accounts.models.directory import Ward

validate_bhxh_code = RegexValidator(r"^[0-9]{10}\Z", _("Mã số BHXH gồm đúng 10 chữ số."), code="bhxh_code")


class Sex(models.TextChoices):
    MALE = "male", _("Nam")
    FEMALE = "female", _("Nữ")


class IdKind(models.TextChoices):
    CCCD = "cccd", _("Căn cước / CCCD (12 số)")
    CMND = "cmnd", _("Chứng minh nhân dân (9 số)")
    PASSPORT = "passport", _("Hộ chiếu")


class LivingArea(models.TextChoices):
    K1 = "K1", "K1"
    K2 = "K2", "K2"
    K3 = "K3", "K3"


def portrait_path(person: Person | None = None, filename: str = "") -> str:
    """A random name: nothing of the person or of the upload is in it."""
    return f"persons/{secrets.token_hex(16)}.jpg"


class Person(models.Model):
    bhxh_code = models.CharField(_("mã số BHXH"), max_length=10, unique=True, validators=[validate_bhxh_code])
    full_name = models.CharField(_("họ và tên"), max_length=100)
    name_key = models.CharField(_("tên không dấu"), max_length=100, db_index=True, editable=False)
    birth_date = models.CharField(_("ngày sinh"), max_length=10, help_text=_("YYYY-MM-DD, YYYY-MM hoặc YYYY"))
    sex = models.CharField(_("giới tính"), max_length=6, choices=Sex)
    id_kind = models.CharField(_("loại giấy tờ"), max_length=8, choices=IdKind, blank=True)
    id_number = models.CharField(_("số giấy tờ"), max_length=12, blank=True)
    phone = PhoneNumberField(_("điện thoại trong sổ"), blank=True)
    ward = models.ForeignKey(Ward, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("phường/xã"))
    address = models.CharField(_("số nhà, thôn"), max_length=200, blank=True)
    ethnic_code = models.CharField(_("dân tộc"), max_length=2, blank=True)
    parent_name = models.CharField(_("cha, mẹ hoặc người giám hộ"), max_length=100, blank=True)
    living_area = models.CharField(_("mã nơi đối tượng sinh sống"), max_length=2, choices=LivingArea, blank=True)
    portrait = models.FileField(_("ảnh chân dung"), upload_to=portrait_path, blank=True)
    updated_at = models.DateTimeField(_("cập nhật lúc"), auto_now=True)

    class Meta:
        verbose_name = _("người tham gia")
        verbose_name_plural = pgettext_lazy("plural", "người tham gia")
        ordering = ["bhxh_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["id_kind", "id_number"],
                condition=~models.Q(id_number=""),
                name="person_one_paper_one_person",
            ),
        ]

    def __str__(self) -> str:
        return self.bhxh_code

    @property
    def birth_date_text(self) -> str:
        return partial_dates.display(self.birth_date)
