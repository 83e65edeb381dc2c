"""The pictures of a declaration: kept once they are readable, and forgotten with their files."""

from __future__ import annotations

from typing import BinaryIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction

from accounts.models import IdKind
from registration.images import Picture, Shape, prepare
from registration.models import Declaration, Photo
from registration.services import readings
from registration.services.status import AlreadyFiled
from registration.workflow import State


def save_photo(draft_id: int, *, kind: Photo.Kind, file: BinaryIO) -> Photo:
    """Decode, straighten, re-encode and keep one picture in place of an earlier one.

    A `registration.images.PhotoError` leaves the earlier picture; so does AlreadyFiled.
    """
    shape = Shape.PORTRAIT if kind == Photo.Kind.PORTRAIT else Shape.DOCUMENT
    picture = prepare(file, shape=shape)
    photo = Photo(declaration_id=draft_id, kind=kind, width=picture.width, height=picture.height)
    _store(photo, picture)
    try:
        with transaction.atomic():
            draft = Declaration.objects.select_for_update().get(pk=draft_id)
            if draft.state != State.DRAFT:
                raise AlreadyFiled
            forget(draft.photos.filter(kind=kind))
            photo.save()
            readings.look_later(photo)
            draft.save(update_fields=["updated_at"])
    except BaseException:
        _delete_files([photo.file.name, photo.thumbnail.name])
        raise
    return photo


def required_photos(draft: Declaration) -> list[Photo.Kind]:
    """A passport has one page; other papers have a front and a back."""
    if draft.id_kind == IdKind.PASSPORT:
        return [Photo.Kind.PORTRAIT, Photo.Kind.ID_FRONT]
    return [Photo.Kind.PORTRAIT, Photo.Kind.ID_FRONT, Photo.Kind.ID_BACK]


def forget(photos: models.QuerySet[Photo]) -> None:
    """Delete rows now, their files once that is certain."""
    names = [name for photo in photos for name in (photo.file.name, photo.thumbnail.name)]
    photos.delete()
    # Robust: a storage that cannot delete now must not undo what is already committed.
    transaction.on_commit(lambda: _delete_files(names), robust=True)


def _store(photo: Photo, picture: Picture) -> None:
    photo.file.save("", ContentFile(picture.data), save=False)
    photo.thumbnail.save("", ContentFile(picture.thumbnail), save=False)


def _delete_files(names: list[str | None]) -> None:
    for name in names:
        if name:
            default_storage.delete(name)
