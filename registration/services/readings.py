"""What the QR codes in the photos of papers say beside what was declared: a hint to both sides, never a verdict."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO, cast

from celery import current_app
from django.db import models, transaction
from kombu.exceptions import OperationalError

from accounts.models import IdKind
from registration import qr_reading
from registration.models import Declaration, Photo
from registration.readings import OLD_NUMBER, Reading, agrees, reading_of, shown

logger = logging.getLogger(__name__)

PAPERS = (Photo.Kind.ID_FRONT, Photo.Kind.ID_BACK)
QUEUE = "readings"
_TASK = "registration.tasks.remember_reading"
# In the order of the page. Addresses are left out: a paper's is of before the wards of 2025, and worded freely.
_COMPARED = ("full_name", "bhxh_code", "birth_date", "sex", "id_kind", "id_number")


@dataclass(frozen=True)
class Difference:
    """One field that the photo's code says otherwise; both values as people read them."""

    field: str
    label: str
    declared: str
    read: str


def compare(declaration: Declaration) -> list[Difference]:
    """Where the declaration differs from the codes in its photos; empty where nothing differs or nothing was read."""
    photos = declaration.photos.filter(kind__in=PAPERS, qr__isnull=False).order_by("pk")
    found: dict[Difference, None] = {}  # both sides of a card may say the same
    for photo in photos:
        found |= dict.fromkeys(_differences(declaration, photo.qr or {}))
    return list(found)


def look_later(photo: Photo) -> None:
    """Have a paper's photo looked at once it is certain to stay; with the broker away nobody looks."""
    if photo.kind in PAPERS:
        transaction.on_commit(partial(_enqueue, photo.pk), robust=True)


def remember_reading(photo_id: int) -> None:
    """Read the code in a kept photo and note what it says; an empty note where there is none.

    Nothing is done for a photo that has been replaced. `images.PhotoBusy` when too many are being read.
    """
    photo = Photo.objects.filter(pk=photo_id, kind__in=PAPERS).first()
    if photo is None:
        return
    with photo.file.open() as file:
        text = qr_reading.read(cast(BinaryIO, file))
    Photo.objects.filter(pk=photo_id).update(qr=(text and reading_of(text)) or {})


def _enqueue(photo_id: int) -> None:
    try:
        current_app.send_task(_TASK, args=(photo_id,), queue=QUEUE, retry=False)
    except (OperationalError, OSError):
        logger.warning("broker is away; nobody looks for a code in photo %s", photo_id)


def _differences(declaration: Declaration, reading: Reading) -> list[Difference]:
    """The number is that of the kind declared: of a CMND the one a CCCD names as its forerunner."""
    read = dict(reading)
    if declaration.id_kind != read.get("id_kind"):
        read["id_number"] = read.get(OLD_NUMBER, "") if declaration.id_kind == IdKind.CMND else ""
    return [
        Difference(
            field=name,
            label=str(_field(name).verbose_name),
            declared=_words(name, getattr(declaration, name)),
            read=_words(name, read[name]),
        )
        for name in _COMPARED
        if read.get(name) and not agrees(name, getattr(declaration, name), read[name])
    ]


def _words(name: str, value: str) -> str:
    return str(dict(_field(name).flatchoices).get(value, shown(name, value)))


def _field(name: str) -> models.Field:
    return cast(models.Field, Declaration._meta.get_field(name))
