"""Files that no photo names are found and deleted a day later; every other file stays."""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.db.models import QuerySet
from django.utils import timezone

from registration.models import Photo, Replacement, StoredPhoto
from registration.models.photo import day_folder
from registration.services import leftovers, photos, supplement
from registration.services.leftovers import DAYS_GONE_ROUND, NEWEST, purge_leftovers
from registration.services.status import AlreadyFiled
from registration.tasks import purge_leftovers as task
from tests import factories
from tests.registration.walking import upload

pytestmark = pytest.mark.django_db(transaction=True)

TWO_DAYS_AGO = 2


def stored(declaration_id: int, *, days_ago: int) -> str:
    folder = day_folder(timezone.localdate() - timedelta(days=days_ago))
    return default_storage.save(f"{folder}/{declaration_id}-{secrets.token_hex(16)}.jpg", ContentFile(b"x"))


def aged(photo: StoredPhoto, *, days_ago: int) -> list[str]:
    """The photo as if it had been taken so long ago."""
    for field in ("file", "thumbnail", "source"):
        if field != "source" or photo.source:
            setattr(photo, field, stored(photo.declaration_id, days_ago=days_ago))
    photo.save()
    return photo.file_names


def test_what_a_process_that_died_left_behind_goes_and_named_files_stay() -> None:
    draft = factories.draft()
    kept = aged(draft.photos.get(kind="portrait"), days_ago=TWO_DAYS_AGO)
    lost = [stored(draft.pk, days_ago=TWO_DAYS_AGO), stored(draft.pk + 999, days_ago=TWO_DAYS_AGO + 1)]
    assert purge_leftovers(turn=0) == 2
    assert [default_storage.exists(name) for name in lost] == [False, False]
    assert all(default_storage.exists(name) for name in kept)


@pytest.mark.parametrize("days_ago", [0, 1])
def test_a_file_less_than_a_day_old_may_still_be_on_its_way(days_ago: int) -> None:
    name = stored(1, days_ago=days_ago)
    assert sum(purge_leftovers(turn=turn) for turn in (0, 1, DAYS_GONE_ROUND - 1)) == 0
    assert default_storage.exists(name)


def test_a_file_whose_deletion_failed_comes_up_again_within_a_round() -> None:
    name = stored(1, days_ago=NEWEST.days + 2 + 37)
    assert purge_leftovers(turn=36) == 0
    assert default_storage.exists(name)
    assert purge_leftovers(turn=5 * DAYS_GONE_ROUND + 37) == 1
    assert not default_storage.exists(name)


def test_one_run_is_bounded_and_the_next_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers, "DELETED_AT_ONCE", 2)
    for _ in range(3):
        stored(1, days_ago=TWO_DAYS_AGO)
    assert [purge_leftovers(turn=0) for _ in range(3)] == [2, 1, 0]


def test_a_days_folder_is_held_against_its_photos_in_few_questions(django_assert_num_queries: Any) -> None:
    for number in range(4):
        draft = factories.draft(phone=f"+8499900000{number}")
        for photo in draft.photos.all():
            aged(photo, days_ago=TWO_DAYS_AGO)
    with django_assert_num_queries(2):
        assert purge_leftovers(turn=0) == 0


def test_what_a_citizen_has_put_and_not_sent_yet_is_no_leftover() -> None:
    filed = factories.filed()
    factories.asked(filed, "portrait")
    new = photos.save_photo(filed.pk, kind=Photo.Kind.PORTRAIT, file=upload())
    kept = aged(new, days_ago=TWO_DAYS_AGO)
    purge_leftovers(turn=0)
    assert all(default_storage.exists(name) for name in kept)


def test_what_is_sent_while_the_purge_looks_is_no_leftover(monkeypatch: pytest.MonkeyPatch) -> None:
    filed = factories.filed()
    factories.asked(filed, "portrait")
    photos.save_photo(filed.pk, kind=Photo.Kind.PORTRAIT, file=upload())
    kept = aged(filed.replacements.get(), days_ago=TWO_DAYS_AGO)
    looked_at: list[type[StoredPhoto]] = []

    def sends_it_in_between(model: type[StoredPhoto], **which: object) -> Any:
        if looked_at:
            supplement.answer(filed.pk, fields={})
        looked_at.append(model)
        return list(QuerySet(model).filter(**which))

    for model in (Photo, Replacement):
        manager = SimpleNamespace(filter=partial(sends_it_in_between, model))
        monkeypatch.setattr(leftovers, model.__name__, SimpleNamespace(_default_manager=manager))
    purge_leftovers(turn=0)
    assert len(looked_at) == 2
    file, thumbnail = kept[:2]
    assert default_storage.exists(file)
    assert default_storage.exists(thumbnail)


def test_a_file_of_another_name_is_nobodys() -> None:
    folder = day_folder(timezone.localdate() - NEWEST)
    stray = default_storage.save(f"{folder}/readme.txt", ContentFile(b"x"))
    assert purge_leftovers(turn=0) == 1
    assert not default_storage.exists(stray)


class DyingStorage(FileSystemStorage):
    """The process ends before it can clean up: nothing is deleted any more."""

    def delete(self, name: str) -> None:
        raise OSError("gone")


def test_the_task_finds_what_an_upload_left_when_its_cleaning_up_failed(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed = factories.filed()
    before = settings.STORAGES
    settings.STORAGES = {**before, "default": {**before["default"], "BACKEND": f"{__name__}.DyingStorage"}}
    with pytest.raises(AlreadyFiled):
        photos.save_photo(filed.pk, kind=Photo.Kind.PORTRAIT, file=upload())
    settings.STORAGES = before
    today = day_folder(timezone.localdate())
    named = {name for photo in filed.photos.all() for name in photo.file_names}
    assert len(default_storage.listdir(today)[1]) > len(named)
    monkeypatch.setattr(leftovers, "NEWEST", timedelta(0))
    task()
    assert {f"{today}/{name}" for name in default_storage.listdir(today)[1]} == named
