"""A storage that is full or away, and an upload that is cut: told, and nothing that was kept is lost."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.test import Client
from django.test.client import encode_multipart

from registration.models import Declaration
from tests.registration.keeping import files, named_files
from tests.registration.pictures import portrait_bytes
from tests.registration.walking import ANSWERS, IDENTITY, PHOTOS, Page, open_draft, pictures, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(client: Client) -> Declaration:
    draft = open_draft(client)
    client.post(IDENTITY, ANSWERS)
    return draft


class FullStorage(FileSystemStorage):
    """A disk with room for so many files and half of one more."""

    room = 0

    def _save(self, name: str, content: Any) -> str:
        if FullStorage.room > 0:
            FullStorage.room -= 1
            return str(super()._save(name, content))
        super()._save(name, ContentFile(content.read()[:100]))
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def full_storage(settings: Any) -> Iterator[type[FullStorage]]:
    def fills_up() -> type[FullStorage]:
        default = {**settings.STORAGES["default"], "BACKEND": f"{__name__}.FullStorage"}
        settings.STORAGES = {**settings.STORAGES, "default": default}
        return FullStorage

    yield fills_up
    FullStorage.room = 0


@pytest.mark.parametrize("room", [0, 1])
@pytest.mark.parametrize("slot", [{}, {"slot": "portrait"}])
def test_a_full_storage_is_told_and_costs_nothing_that_was_there(
    client: Client, draft: Declaration, full_storage: Any, room: int, slot: dict[str, str]
) -> None:
    client.post(PHOTOS, pictures())
    before = named_files()
    full_storage().room = room
    answer = client.post(PHOTOS, {**slot, **pictures("portrait")})
    assert answer.status_code == 200
    page = Page(answer)
    assert page.is_refused("portrait")
    assert "Ảnh giữ trước đó và những gì bạn đã khai vẫn còn nguyên" in page.all("p", id="id_portrait_error")[0].text
    assert named_files() == before == files()
    draft.refresh_from_db()
    assert draft.full_name == ANSWERS["full_name"]


def test_a_storage_that_is_away_is_told_once_for_each_picture(
    client: Client, draft: Declaration, private_files: Path
) -> None:
    private_files.write_text("no folder")
    page = Page(client.post(PHOTOS, pictures()))
    assert all("gửi lại ảnh này" in page.refusal(kind) for kind in ("portrait", "id_front", "id_back"))
    assert not draft.photos.exists()


@pytest.mark.parametrize("part", [0.2, 0.6, 0.99])
def test_an_upload_cut_in_the_middle_leaves_everything_as_it_was(
    client: Client, draft: Declaration, part: float
) -> None:
    client.post(PHOTOS, pictures())
    before = named_files()
    boundary = "cat-ngang"
    whole = encode_multipart(boundary, {"slot": "portrait", "portrait": upload(content=portrait_bytes())})
    cut = whole[: int(len(whole) * part)]
    client.generic("POST", PHOTOS, cut, content_type=f"multipart/form-data; boundary={boundary}")
    assert named_files() == before == files()
