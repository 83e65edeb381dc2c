from __future__ import annotations

import hashlib
import re
import secrets
from datetime import date

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registration.models.declaration import Declaration

FOLDER = "declarations"


def photo_path(photo: Photo, filename: str) -> str:
    """`declarations/2026-07-01/12-….jpg`: day, declaration, chance; nothing of the person or of the upload."""
    return f"{day_folder(timezone.localdate())}/{photo.declaration_id}-{secrets.token_hex(16)}.jpg"


def day_folder(day: date) -> str:
    return f"{FOLDER}/{day.isoformat()}"


def declaration_of(name: str) -> int | None:
    """Whose photo a stored file was; None for a name that `photo_path` did not give."""
    parts = re.fullmatch(rf"{FOLDER}/[\d-]+/(\d{{1,18}})-[0-9a-f]{{32}}\.jpg", name)
    return int(parts[1]) if parts else None


class Photo(models.Model):
    """One picture of a declaration, already decoded, turned upright and re-encoded as JPEG."""

    class Kind(models.TextChoices):
        PORTRAIT = "portrait", _("Ảnh chân dung 3x4")
        ID_FRONT = "id_front", _("Giấy tờ, mặt trước")
        ID_BACK = "id_back", _("Giấy tờ, mặt sau")

    declaration = models.ForeignKey(Declaration, on_delete=models.CASCADE, related_name="photos")
    kind = models.CharField(_("loại ảnh"), max_length=8, choices=Kind)
    file = models.FileField(_("tệp"), upload_to=photo_path)
    thumbnail = models.FileField(_("ảnh nhỏ"), upload_to=photo_path)
    # The upright picture a portrait is cut from; gone once the declaration is filed.
    source = models.FileField(_("ảnh trước khi cắt"), upload_to=photo_path, blank=True, db_default="")
    # What was cut out of it, by the machine or by hand: left, top and width as fractions of the source.
    crop = models.JSONField(_("khung cắt"), null=True, blank=True)
    hints = models.CharField(_("lưu ý của máy"), max_length=120, blank=True, db_default="")  # codes, blanks between
    qr = models.JSONField(_("đọc từ mã QR trong ảnh"), null=True, blank=True)
    width = models.PositiveSmallIntegerField(_("rộng (điểm ảnh)"))
    height = models.PositiveSmallIntegerField(_("cao (điểm ảnh)"))
    created_at = models.DateTimeField(_("nhận lúc"), auto_now_add=True)

    class Meta:
        verbose_name = _("ảnh")
        verbose_name_plural = pgettext_lazy("plural", "ảnh")
        constraints = [models.UniqueConstraint(fields=["declaration", "kind"], name="photo_one_of_each_kind")]

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
