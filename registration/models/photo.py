from __future__ import annotations

import hashlib
import re
import secrets
from datetime import date
from typing import TypeVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registration.models.declaration import Declaration

FOLDER = "declarations"
Row = TypeVar("Row", bound="StoredPhoto")


def photo_path(photo: StoredPhoto, filename: str) -> str:
    """`declarations/2026-07-01/12-….jpg`: day, declaration, chance; nothing of the person or of the upload."""
    return f"{day_folder(timezone.localdate())}/{photo.declaration_id}-{secrets.token_hex(16)}.jpg"


def day_folder(day: date) -> str:
    return f"{FOLDER}/{day.isoformat()}"


def declaration_of(name: str) -> int | None:
    """Whose photo a stored file was; None for a name that `photo_path` did not give."""
    parts = re.fullmatch(rf"{FOLDER}/[\d-]+/(\d{{1,18}})-[0-9a-f]{{32}}\.jpg", name)
    return int(parts[1]) if parts else None


class StoredPhoto(models.Model):
    """One picture of a declaration, already decoded, turned upright and re-encoded as JPEG."""

    class Kind(models.TextChoices):
        PORTRAIT = "portrait", _("Ảnh chân dung 3x4")
        ID_FRONT = "id_front", _("Giấy tờ, mặt trước")
        ID_BACK = "id_back", _("Giấy tờ, mặt sau")

    declaration = models.ForeignKey(Declaration, on_delete=models.CASCADE, related_name="%(class)ss")
    kind = models.CharField(_("loại ảnh"), max_length=8, choices=Kind)
    file = models.FileField(_("tệp"), upload_to=photo_path)
    thumbnail = models.FileField(_("ảnh nhỏ"), upload_to=photo_path)
    # The upright picture a portrait is cut from; gone once the declaration is filed, or the supplement sent.
    source = models.FileField(_("ảnh trước khi cắt"), upload_to=photo_path, blank=True, db_default="")
    # What was cut out of it, by the machine or by hand: left, top and width as fractions of the source.
    crop = models.JSONField(_("khung cắt"), null=True, blank=True)
    hints = models.CharField(_("lưu ý của máy"), max_length=120, blank=True, db_default="")  # codes, blanks between
    width = models.PositiveSmallIntegerField(_("rộng (điểm ảnh)"))
    height = models.PositiveSmallIntegerField(_("cao (điểm ảnh)"))
    created_at = models.DateTimeField(_("nhận lúc"), auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.declaration_id} {self.kind}"

    @property
    def file_names(self) -> list[str]:
        """Every file in storage that is this photo's."""
        return [str(file.name) for file in (self.file, self.thumbnail, self.source) if file]

    def new_name(self) -> str:
        return photo_path(self, "")

    @property
    def version(self) -> str:
        """Another one whenever the picture is: a browser shows no earlier one from memory."""
        return hashlib.sha256(str(self.thumbnail.name).encode()).hexdigest()[:12]

    def moved_to(self, model: type[Row]) -> Row:
        """The same picture, of the same files, for another table; not saved."""
        alike = ("kind", "file", "thumbnail", "source", "crop", "hints", "width", "height")
        return model(declaration_id=self.declaration_id, **{name: getattr(self, name) for name in alike})


class Photo(StoredPhoto):
    """What belongs to the declaration: a draft's, and what officers of a filed one see."""

    qr = models.JSONField(_("đọc từ mã QR trong ảnh"), null=True, blank=True)

    class Meta:
        verbose_name = _("ảnh")
        verbose_name_plural = pgettext_lazy("plural", "ảnh")
        constraints = [models.UniqueConstraint(fields=["declaration", "kind"], name="photo_one_of_each_kind")]


class Replacement(StoredPhoto):
    """What a citizen puts in place of a photo an officer refused; officers see it once the supplement is sent.

    A table of its own: whatever shows the photos of a file cannot show one of these by mistake.
    """

    class Meta:
        verbose_name = _("ảnh bổ sung chưa gửi")
        verbose_name_plural = pgettext_lazy("plural", "ảnh bổ sung chưa gửi")
        constraints = [models.UniqueConstraint(fields=["declaration", "kind"], name="replacement_one_of_each_kind")]
