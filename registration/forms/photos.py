"""The pictures of a declaration; field names are a contract."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.form_rendering import PortalForm
from registration.fields import PhotoField

_WHOLE_PAPER = _("Chụp trọn cả giấy tờ trong khung, không lóa, đọc được chữ.")


class PhotosForm(PortalForm):
    """Each picture is kept as soon as it can be read, so none of the fields is required by itself.

    `opens_camera`: a phone goes straight to its camera, the front one for the face; else it asks which way.
    """

    portrait = PhotoField(
        camera="user",
        label=_("Ảnh chân dung 3x4"),
        help_text=_("Nhìn thẳng, rõ mặt, đủ sáng, nền trơn. Ảnh được tự cắt theo khung 3x4."),
    )
    id_front = PhotoField(camera="environment", label=_("Giấy tờ, mặt trước"), help_text=_WHOLE_PAPER)
    id_back = PhotoField(camera="environment", label=_("Giấy tờ, mặt sau"), help_text=_WHOLE_PAPER)

    def __init__(
        self, *args: Any, kinds: list[str], opens_camera: bool = False, is_passport: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(kinds):
            del self.fields[name]
        for field in self.fields.values():
            if opens_camera and isinstance(field, PhotoField):
                field.widget.attrs["capture"] = field.camera
        if is_passport:
            self.fields["id_front"].label = _("Hộ chiếu, trang có ảnh")
