"""A file whose citizen is asked for pictures, and what stands beside it until they are sent."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from registration.models import Declaration, Photo, Replacement
from registration.services import photos
from tests import factories
from tests.registration.following import MEND
from tests.registration.keeping import holder
from tests.registration.walking import Page, upload

PORTRAIT, FRONT, BACK = Photo.Kind.PORTRAIT, Photo.Kind.ID_FRONT, Photo.Kind.ID_BACK
NEW_PORTRAIT = f"{MEND}anh/portrait/"


@pytest.fixture
def filed() -> Declaration:
    return factories.filed()


@pytest.fixture
def client(filed: Declaration) -> Client:
    factories.asked(filed, "portrait", "id_front", "full_name")
    return holder(filed)


def put(declaration: Declaration, kind: Photo.Kind = PORTRAIT) -> Replacement:
    photos.save_photo(declaration.pk, kind=kind, file=ContentFile(factories.jpeg(colour="#aa0000")))
    return declaration.replacements.get(kind=kind)


def sent(client: Client, **more: object) -> Page:
    return Page(client.post(MEND, {"slot": "portrait", "portrait": upload(), **more}))


def kept(declaration: Declaration) -> set[str]:
    return set(declaration.replacements.values_list("kind", flat=True))


def seen_by_officers(declaration: Declaration) -> set[tuple[str, str]]:
    return set(declaration.photos.values_list("kind", "file"))


def shown_on(client: Client) -> list[str]:
    return [e["value"] for e in Page(client.get(MEND)).controls("seen")]
