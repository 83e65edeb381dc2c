from __future__ import annotations

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from registration.models.declaration import Declaration


def photo_path(photo: Photo, filename: str) -> str:
    """A random name: nothing of the person or of the upload is in it."""
    return f"declarations/{secrets.token_hex(16)}.jpg"


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
    # What was cut out of it: left, top and width as fractions of the source; none where the machine chose.
    crop = models.JSONField(_("khung cắt"), null=True, blank=True)
    hints = models.CharField(_("lưu ý của máy"), max_length=120, blank=True, db_default="")  # codes, blanks between
    qr = models.JSONField(_("đọc từ mã QR trong ảnh"), null=True, blank=True)
    width = models.PositiveSmallIntegerField(_("rộng (điểm ảnh)"))
    height = models.PositiveSmallIntegerField(_("cao (điểm ảnh)"))
    created_at = models.DateTimeField(_("nhận lúc"), auto_now_add=True)

    class Meta:
        verbose_name = _("ảnh")
        verbose_name_plural = _("ảnh")
        constraints = [models.UniqueConstraint(fields=["declaration", "kind"], name="photo_one_of_each_kind")]

    def __str__(self) -> str:
        return f"{self.declaration_id} {self.kind}"
