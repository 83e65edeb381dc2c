"""Files in storage that no photo names: a process died between storing and committing, or a deletion failed.

A photo's name begins with the day it was stored and its declaration's id (`models.photo.photo_path`). So one
day's folder is listed at a time, and its names are held against the photos of just those declarations.
"""

from __future__ import annotations

import logging
from datetime import date, timedelta
from itertools import chain

from django.core.files.storage import default_storage
from django.utils import timezone

from registration.models import Photo, Replacement
from registration.models.photo import day_folder, declaration_of
from registration.services.photos import delete_files

logger = logging.getLogger(__name__)

# A form is sent, decoded and committed within minutes: a whole day later nothing is still on its way.
NEWEST = timedelta(days=2)
# Longer than a declaration's photos live; a file whose deletion failed comes up again within this many runs.
DAYS_GONE_ROUND = 400
DELETED_AT_ONCE = 500
_ASKED_AT_ONCE = 200


def purge_leftovers(*, turn: int) -> int:
    """Delete what no photo names, DELETED_AT_ONCE files at most; how many.

    Looks at the newest day that is old enough, the one before it, and one of the older days, by `turn`.
    """
    newest = timezone.localdate() - NEWEST
    days = (0, 1, 2 + turn % DAYS_GONE_ROUND)
    nameless = [name for back in days for name in _nameless(newest - timedelta(days=back))][:DELETED_AT_ONCE]
    delete_files(nameless)
    if nameless:
        logger.warning("%s photo files that no declaration names were deleted", len(nameless))
    return len(nameless)


def _nameless(day: date) -> list[str]:
    folder = day_folder(day)
    try:
        _folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    found = [f"{folder}/{file}" for file in files]
    parts = [found[first : first + _ASKED_AT_ONCE] for first in range(0, len(found), _ASKED_AT_ONCE)]
    return [name for part in parts for name in _without_a_photo(part)]


def _without_a_photo(names: list[str]) -> list[str]:
    declarations = {pk for name in names if (pk := declaration_of(name)) is not None}
    # In this order: a photo that is being sent goes from the one table to the other, and is seen at least once.
    rows = (model._default_manager.filter(declaration__in=declarations) for model in (Replacement, Photo))
    named = {name for photo in chain.from_iterable(rows) for name in photo.file_names}
    return [name for name in names if name not in named]
