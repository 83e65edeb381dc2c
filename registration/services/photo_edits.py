"""A kept picture turned, or a portrait cut anew, from what is kept of it: nobody uploads a photo twice for that."""

from __future__ import annotations

import io

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image

from accounts import limits
from accounts.errors import PortalError
from registration import framing, policies
from registration.images import Crop, Picture, Shape, redraw
from registration.models import Declaration, Photo, StoredPhoto
from registration.pixels import central_crop
from registration.services import photos
from registration.services.status import AlreadyFiled

TURN = "turn"
QUARTER = 90  # degrees, clockwise
EDITS = (TURN, *framing.MOVES)


class PhotoChanged(PortalError):
    code = "photo_changed"
    message = _("Ảnh này vừa được thay hoặc sửa ở một cửa sổ khác. Đây là ảnh đang được giữ; bạn có thể sửa tiếp.")


class PhotoAway(PortalError):
    code = "photo_away"
    message = _("Máy chủ chưa mở được ảnh đã lưu. Ảnh vẫn được giữ như trước. Vui lòng chờ vài phút rồi thử lại.")


def edit_photo(declaration_id: int, *, kind: Photo.Kind, edit: str) -> None:
    """One of EDITS; papers are turned only. PhotoChanged, PhotoAway, PhotoNotKept or AlreadyFiled change nothing."""
    declaration = Declaration.objects.get(pk=declaration_id)
    if kind not in policies.replaceable(declaration):
        raise AlreadyFiled
    photo = photos.changeable(declaration).filter(kind=kind).first()
    if photo is None:
        raise PhotoChanged
    before = photo.file_names
    kept = _read(str((photo.source or photo.file).name))
    picture = _redrawn(photo, kept, edit)
    new_source = None if photo.source and picture.source is kept else picture.source
    with photos.stored(photo, picture, source=new_source), transaction.atomic():
        declaration = photos.lock(declaration_id, kind=kind)
        if not photos.changeable(declaration).filter(pk=photo.pk, thumbnail__in=before).exists():
            raise PhotoChanged
        photo.save()
        photos.delete_later(set(before) - set(photo.file_names))
        declaration.save(update_fields=["updated_at"])


def _redrawn(photo: StoredPhoto, kept: bytes, edit: str) -> Picture:
    if photo.kind != Photo.Kind.PORTRAIT:
        return redraw(kept, shape=Shape.DOCUMENT, turn=QUARTER, crop=None)
    finds_faces = settings.FIND_FACES and _may_look(photo)
    if edit == TURN:
        return redraw(kept, shape=Shape.PORTRAIT, turn=QUARTER, crop=None, finds_faces=finds_faces)
    with Image.open(io.BytesIO(kept)) as image:
        size = image.size
    frame = Crop(**photo.crop) if photo.crop else central_crop(size)
    frame = framing.moved(frame, size=size, move=edit)
    return redraw(kept, shape=Shape.PORTRAIT, turn=0, crop=frame, finds_faces=finds_faces)


def _may_look(photo: StoredPhoto) -> bool:
    key = str(photo.declaration_id)
    if limits.is_over("photo.faces", key):
        return False
    limits.hit("photo.faces", key)
    return True


def _read(name: str) -> bytes:
    try:
        with default_storage.open(name) as file:
            return bytes(file.read())
    except Exception as error:  # every storage has errors of its own
        photos.logger.exception("storage did not give a photo")
        raise PhotoAway from error
