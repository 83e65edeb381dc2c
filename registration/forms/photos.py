"""The pictures of a declaration; field names are a contract."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.form_rendering import PortalForm
from registration.fields import PhotoField

_WHOLE_PAPER = _("Chụp trọn cả giấy tờ, không lóa, đọc được chữ.")


class PhotosForm(PortalForm):
    """Each picture is kept as soon as it can be read, so none of the fields is required by itself."""

    portrait = PhotoField(
        label=_("Ảnh chân dung 3x4"),
        help_text=_("Nhìn thẳng, rõ mặt, đủ sáng. Ảnh được cắt khung 3x4 ở giữa."),
    )
    id_front = PhotoField(label=_("Giấy tờ, mặt trước"), help_text=_WHOLE_PAPER)
    id_back = PhotoField(label=_("Giấy tờ, mặt sau"), help_text=_WHOLE_PAPER)

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(kinds):
            del self.fields[name]
        for field in self.fields.values():
            field.widget.attrs["accept"] = "image/jpeg,image/png,image/webp,image/heic,image/heif"
        if "id_back" not in self.fields:
            self.fields["id_front"].label = _("Hộ chiếu, trang có ảnh")
