"""What lies in the private storage, and declarations of an age."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import User
from registration.models import Declaration, Photo, Replacement
from registration.services import review
from registration.views import rights
from registration.workflow import RefusalReason
from tests import factories


class StuckStorage(FileSystemStorage):
    """Cannot delete."""

    def delete(self, name: str) -> None:
        raise OSError("read-only")


@contextmanager
def stuck_storage() -> Iterator[None]:
    default = {**settings.STORAGES["default"], "BACKEND": f"{__name__}.{StuckStorage.__name__}"}
    with override_settings(STORAGES={**settings.STORAGES, "default": default}):
        yield


def files() -> set[str]:
    """In storage, whether a photo names them or not."""
    root = Path(default_storage.location)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def named_files() -> set[str]:
    """Of every photo of every declaration, sent or not."""
    kept = [*Photo.objects.all(), *Replacement.objects.all()]
    return {name for photo in kept for name in photo.file_names}


def files_of(declaration: Declaration) -> set[str]:
    return {name for photo in declaration.photos.all() for name in photo.file_names}


def refused(**fields: str) -> Declaration:
    """By the officer `canbo`, for a photo that is not clear."""
    officer = User.objects.filter(username="canbo").first() or factories.officer()
    filed = factories.filed(**fields)
    return review.refuse(filed.pk, officer=officer, reason=RefusalReason.PHOTO_UNCLEAR, words="Ảnh bà Mẫu mờ")


def decided(ago: timedelta, **fields: str) -> Declaration:
    declaration = refused(**fields)
    Declaration.objects.filter(pk=declaration.pk).update(decided_at=timezone.now() - ago)
    declaration.refresh_from_db()
    return declaration


def holder(declaration: Declaration) -> Client:
    """A browser with the right to read the file."""
    client = Client()
    session = client.session
    rights.grant(session, declaration)
    session.save()
    return client
