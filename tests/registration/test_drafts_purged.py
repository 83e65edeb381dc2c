"""Photos of papers do not outlive a declaration nobody finished; everything else stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.test import Client
from django.utils import timezone

from registration.models import Declaration, Photo
from registration.services import intake
from registration.services.intake import DRAFT_LASTS, PURGED_AT_ONCE
from registration.tasks import purge_drafts
from tests import factories
from tests.registration.keeping import files, files_of
from tests.registration.walking import ADDRESS, PHOTOS, open_draft, places, upload

pytestmark = pytest.mark.django_db(transaction=True)

A_MOMENT = timedelta(minutes=1)


class BusyStorage(FileSystemStorage):
    """While the purge deletes a file, something else happens on the portal."""

    meanwhile: list[Any] = []

    def delete(self, name: str) -> None:
        while self.meanwhile:
            self.meanwhile.pop()()
        super().delete(name)


class StuckStorage(FileSystemStorage):
    def delete(self, name: str) -> None:
        raise OSError("read-only")


@pytest.fixture
def storage_is(settings: Any) -> Iterator[Any]:
    def use(kind: type[FileSystemStorage]) -> None:
        before = settings.STORAGES["default"]
        default = {**before, "BACKEND": f"{__name__}.{kind.__name__}"}
        settings.STORAGES = {**settings.STORAGES, "default": default}

    yield use
    BusyStorage.meanwhile.clear()


def aged(declaration: Declaration, by: timedelta) -> Declaration:
    Declaration.objects.filter(pk=declaration.pk).update(updated_at=timezone.now() - by)
    return declaration


def old_draft() -> Declaration:
    return aged(factories.draft(), DRAFT_LASTS + A_MOMENT)


def exists(declaration: Declaration) -> bool:
    return Declaration.objects.filter(pk=declaration.pk).exists()


def test_an_old_draft_goes_with_all_its_pictures_and_nothing_else_does() -> None:
    old, fresh = old_draft(), aged(factories.draft(), DRAFT_LASTS - A_MOMENT)
    filed = aged(factories.filed(), DRAFT_LASTS * 10)
    staying = files_of(fresh) | files_of(filed)
    assert len(files_of(old)) == 6
    purge_drafts()
    assert (exists(old), exists(fresh), exists(filed)) == (False, True, True)
    assert files() == staying
    assert len(staying) == 12
    assert set(Photo.objects.values_list("declaration_id", flat=True)) == {fresh.pk, filed.pk}


def test_a_decided_declaration_stays_however_old() -> None:
    factories.person(id_number="001085999001")
    declaration = factories.filed()
    client = Client()
    factories.signed_in(factories.officer(), client)
    answer = {"reason": "photo_unclear", "words": ""}
    assert client.post(f"/admin/registration/declaration/{declaration.pk}/refuse/", answer).status_code == 302
    before = files_of(aged(declaration, DRAFT_LASTS * 40))
    purge_drafts()
    assert exists(declaration)
    assert files() == before


def test_a_purge_with_nothing_to_do_does_nothing() -> None:
    draft = factories.draft()
    before = files()
    assert intake.purge_old_drafts() == 0
    assert exists(draft)
    assert files() == before


def test_one_run_is_bounded_and_the_next_goes_on() -> None:
    now = timezone.now()
    rows = [Declaration(phone="+84999000001", phone_proved_at=now) for _ in range(PURGED_AT_ONCE + 3)]
    Declaration.objects.bulk_create(rows)
    Declaration.objects.update(updated_at=now - DRAFT_LASTS - A_MOMENT)
    assert intake.purge_old_drafts() == PURGED_AT_ONCE
    assert Declaration.objects.count() == 3
    assert intake.purge_old_drafts() == 3
    assert not Declaration.objects.exists()


def test_a_draft_someone_goes_on_with_during_the_purge_stays_whole(storage_is: Any) -> None:
    first, second = old_draft(), old_draft()
    kept = files_of(second)
    storage_is(BusyStorage)
    BusyStorage.meanwhile.append(lambda: intake.save_answers(second.pk, address="Số 14"))
    purge_drafts()
    assert (exists(first), exists(second)) == (False, True)
    assert files() == kept
    assert Declaration.objects.get().address == "Số 14"


def test_a_draft_filed_during_the_purge_stays_with_its_pictures(storage_is: Any) -> None:
    first, second = old_draft(), old_draft()
    kept = files_of(second)
    storage_is(BusyStorage)
    BusyStorage.meanwhile.append(lambda: intake.file_declaration(second.pk))
    purge_drafts()
    assert (exists(first), exists(second)) == (False, True)
    assert Declaration.objects.get().file_number
    assert files() == kept


def test_a_storage_that_cannot_delete_does_not_keep_the_other_drafts_alive(storage_is: Any) -> None:
    old = [old_draft(), old_draft()]
    storage_is(StuckStorage)
    purge_drafts()
    assert not any(exists(draft) for draft in old)


@pytest.mark.parametrize("page", ["address", "photo"])
def test_going_on_with_a_draft_on_any_page_makes_it_young_again(client: Client, page: str) -> None:
    draft = aged(open_draft(client), DRAFT_LASTS - A_MOMENT)
    answer = {"address": (ADDRESS, places()), "photo": (PHOTOS, {"portrait": upload()})}[page]
    client.post(*answer)
    draft.refresh_from_db()
    assert timezone.now() - draft.updated_at < A_MOMENT


def test_a_browser_whose_draft_is_gone_is_led_to_the_start_and_not_to_an_error(client: Client) -> None:
    aged(open_draft(client), DRAFT_LASTS + A_MOMENT)
    purge_drafts()
    for path in (ADDRESS, PHOTOS):
        assert client.get(path).url == "/dang-ky/ca-nhan/?chua-co-to-khai"
    assert client.post(ADDRESS, places()).url == "/dang-ky/ca-nhan/?chua-co-to-khai"
    assert not Declaration.objects.exists()
