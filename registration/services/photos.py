"""The pictures of a declaration: kept once they are readable, and forgotten with their files.

A filed declaration that waits for its citizen keeps the photo an officer refused, and what is put in its place
(`Replacement`) apart from it until the supplement is sent.

A file goes to storage before the row that names it and is deleted after the row is gone, so a row
never names what is not there. What a process that died in between left behind, `services.leftovers`
finds and deletes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import PortalError
from accounts.models import IdKind
from registration import policies
from registration.images import Picture, Shape, prepare
from registration.models import Declaration, Photo, Replacement, StoredPhoto
from registration.services import readings
from registration.services.status import AlreadyFiled
from registration.workflow import State

logger = logging.getLogger(__name__)


class PhotoNotKept(PortalError):
    """Storage is full or away; nothing is wrong with the photo."""

    code = "photo_not_kept"
    message = _(
        "Máy chủ chưa giữ được ảnh vừa gửi. Ảnh giữ trước đó và những gì bạn đã khai vẫn còn nguyên. "
        "Vui lòng chờ vài phút rồi gửi lại ảnh này."
    )


def save_photo(declaration_id: int, *, kind: Photo.Kind, file: BinaryIO) -> StoredPhoto:
    """Decode, straighten, re-encode and keep one picture in place of an earlier one.

    A `registration.images.PhotoError` leaves the earlier picture; so do PhotoNotKept and AlreadyFiled.
    """
    shape = Shape.PORTRAIT if kind == Photo.Kind.PORTRAIT else Shape.DOCUMENT
    picture = prepare(file, shape=shape, finds_faces=settings.FIND_FACES)
    photo: StoredPhoto = Photo(declaration_id=declaration_id, kind=kind)
    with stored(photo, picture, source=picture.source), transaction.atomic():
        declaration = lock(declaration_id, kind=kind)
        photo = photo if declaration.state == State.DRAFT else photo.moved_to(Replacement)
        _keep(photo)
        declaration.save(update_fields=["updated_at"])
    return photo


def put_replacements_in(declaration: Declaration) -> None:
    """The supplement is sent: from here on they are the file's photos, and nobody cuts them any more."""
    for replacement in declaration.replacements.all():
        _keep(replacement.moved_to(Photo))
    declaration.replacements.all().delete()
    forget_sources(declaration)
    take_no_more(declaration)


def take_no_more(declaration: Declaration) -> None:
    """The file waits for its citizen no longer: photos not sent go, and no other phone adds any."""
    forget(declaration.replacements.all())
    declaration.handovers.all().delete()


def changeable(declaration: Declaration) -> models.QuerySet[Any]:
    """What its citizen may still turn and cut: the photos of a draft, of a filed one those that are not sent yet."""
    return declaration.photos.all() if declaration.state == State.DRAFT else declaration.replacements.all()


def required_photos(draft: Declaration) -> list[Photo.Kind]:
    """A passport has one page; other papers have a front and a back."""
    if draft.id_kind == IdKind.PASSPORT:
        return [Photo.Kind.PORTRAIT, Photo.Kind.ID_FRONT]
    return [Photo.Kind.PORTRAIT, Photo.Kind.ID_FRONT, Photo.Kind.ID_BACK]


def in_order(declaration: Declaration) -> list[Photo]:
    """What is kept, as every page shows it: the face first, then the paper's sides."""
    return sorted(declaration.photos.all(), key=lambda photo: Photo.Kind.values.index(photo.kind))


def forget(photos: models.QuerySet[Any]) -> None:
    """Delete rows now, their files once that is certain."""
    names = [name for photo in photos for name in photo.file_names]
    photos.delete()
    delete_later(names)


def forget_sources(declaration: Declaration) -> None:
    """Once filed nobody cuts anew: what the portraits were cut from goes when that is certain."""
    cut = declaration.photos.exclude(source="")
    names = list(cut.values_list("source", flat=True))
    cut.update(source="")
    delete_later(names)


def delete_later(names: Iterable[str]) -> None:
    """Once what is done now is certain."""
    transaction.on_commit(lambda: delete_files(names))


def delete_files(names: Iterable[str]) -> None:
    """A storage that cannot delete now undoes nothing of what is committed: the file is a leftover from here on."""
    for name in names:
        try:
            default_storage.delete(name)
        except Exception:  # every storage has errors of its own
            logger.warning("storage did not delete a photo", exc_info=True)


def lock(declaration_id: int, *, kind: Photo.Kind | None = None) -> Declaration:
    """The row, while its citizen may put such a photo (or any); AlreadyFiled otherwise."""
    declaration = Declaration.objects.select_for_update().get(pk=declaration_id)
    kinds = policies.replaceable(declaration)
    if not kinds or kind not in (None, *kinds):
        raise AlreadyFiled
    return declaration


@contextmanager
def stored(photo: StoredPhoto, picture: Picture, *, source: bytes | None) -> Iterator[None]:
    """The photo is of this picture, its files in storage, and none of them left once the work inside fails.

    Without a `source` the photo keeps the one it has.
    """
    names: list[str] = []
    try:
        for field, data in (("file", picture.data), ("thumbnail", picture.thumbnail), ("source", source)):
            if data is not None:
                name = photo.new_name()
                names.append(name)  # before it is written: a full disk leaves half a file
                setattr(photo, field, _kept_as(name, data))
        photo.width, photo.height, photo.hints = picture.width, picture.height, " ".join(picture.hints)
        photo.crop = asdict(picture.crop) if picture.crop else None
        yield
    except BaseException:
        delete_files(names)
        raise


def _keep(photo: StoredPhoto) -> None:
    """In place of an earlier one of its kind."""
    forget(type(photo)._default_manager.filter(declaration=photo.declaration_id, kind=photo.kind))
    photo.save()
    if isinstance(photo, Photo):
        readings.look_later(photo)


def _kept_as(name: str, data: bytes) -> str:
    try:
        return default_storage.save(name, ContentFile(data))
    except Exception as error:  # every storage has errors of its own
        logger.exception("storage did not keep a photo")
        raise PhotoNotKept from error
