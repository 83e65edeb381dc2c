"""The page of pictures: each readable one is kept at once, nobody else sees it, no file is left behind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from registration.models import Declaration, Photo
from registration.services import intake, photos
from tests import factories
from tests.factories import jpeg
from tests.registration.walking import (
    ADDRESS,
    ANSWERS,
    CHECK,
    IDENTITY,
    PHOTOS,
    Page,
    fill,
    open_draft,
    pictures,
    upload,
)

pytestmark = pytest.mark.django_db

NO_PHOTO = b"day khong phai la anh"


@pytest.fixture
def draft(client: Client) -> Declaration:
    draft = open_draft(client)
    client.post(IDENTITY, ANSWERS)
    return draft


def stored_files() -> set[str]:
    root = Path(default_storage.location)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def named_files() -> set[str]:
    return {name for photo in Photo.objects.all() for name in (photo.file.name, photo.thumbnail.name)}


def test_all_three_pictures_lead_on_and_are_stored_under_random_names(client: Client, draft: Declaration) -> None:
    names = {"portrait": "Nguyen-Van-Mau.jpg", "id_front": "001085999001.jpg", "id_back": "../../x.jpg"}
    assert client.post(PHOTOS, {kind: upload(name) for kind, name in names.items()}).url == ADDRESS
    assert draft.photos.count() == 3
    assert stored_files() == named_files()
    assert len(named_files()) == 6
    assert all(re.fullmatch(r"declarations/[0-9a-f]{32}\.jpg", name) for name in named_files())


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize("missing", ["portrait", "id_front", "id_back"])
def test_a_missing_picture_is_named_at_its_field_and_the_others_are_kept(client: Client, missing: str) -> None:
    given = {"portrait", "id_front", "id_back"} - {missing}
    page = Page(client.post(PHOTOS, pictures(*given)))
    assert "Chọn hoặc chụp" in page.refusal(missing)
    assert not any(page.is_refused(kind) for kind in given)
    shown = {image["src"].split("?")[0] for image in page.all("img")}
    assert {f"{PHOTOS}{kind}/" for kind in given} <= shown
    assert client.post(PHOTOS, pictures(missing)).url == ADDRESS


@pytest.mark.usefixtures("draft")
def test_pressing_on_with_nothing_chosen_names_all_three(client: Client) -> None:
    page = Page(client.post(PHOTOS, {"csrfmiddlewaretoken": "x"}))
    assert all("Chọn hoặc chụp" in page.refusal(kind) for kind in ("portrait", "id_front", "id_back"))
    assert not Photo.objects.exists()


@pytest.mark.parametrize("content", [NO_PHOTO, b"", b"%PDF-1.7\n", b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
def test_what_is_no_photo_is_refused_once_at_its_field_and_leaves_no_file(
    client: Client, draft: Declaration, content: bytes
) -> None:
    sent = {**pictures("portrait", "id_back"), "id_front": upload("front.jpg", content)}
    page = Page(client.post(PHOTOS, sent))
    assert page.refusal("id_front").count(".") <= 3
    assert set(draft.photos.values_list("kind", flat=True)) == {"portrait", "id_back"}
    assert stored_files() == named_files()


@pytest.mark.usefixtures("draft")
def test_an_empty_file_gets_one_sentence_not_two(client: Client) -> None:
    page = Page(client.post(PHOTOS, {**pictures("portrait", "id_back"), "id_front": upload("front.jpg", b"")}))
    (error,) = [element for element in page.elements if element.get("id") == "id_id_front_error"]
    assert len([element for element in page.elements if element.tag == "br" and error in element.inside]) == 0


def test_a_bad_replacement_leaves_the_earlier_picture(client: Client, draft: Declaration) -> None:
    client.post(PHOTOS, pictures())
    before = named_files()
    page = Page(client.post(PHOTOS, {"portrait": upload("x.jpg", NO_PHOTO)}))
    assert page.refusal("portrait")
    assert any(f"{PHOTOS}portrait/" in image["src"] for image in page.all("img"))
    assert named_files() == before == stored_files()


@pytest.mark.django_db(transaction=True)
def test_a_replaced_pictures_files_are_gone_and_the_new_one_is_served() -> None:
    draft = factories.draft()
    old = draft.photos.get(kind="portrait")
    new = photos.save_photo(draft.pk, kind=Photo.Kind.PORTRAIT, file=upload(content=jpeg(colour="#a03020")))
    assert not {old.file.name, old.thumbnail.name} & stored_files()
    assert {new.file.name, new.thumbnail.name} <= stored_files()
    assert stored_files() == named_files()


@pytest.mark.django_db(transaction=True)
def test_a_storage_that_cannot_delete_the_old_picture_does_not_cost_the_new_one() -> None:
    draft = factories.draft()
    stuck = Path(default_storage.path(draft.photos.get(kind="portrait").file.name))
    stuck.unlink()
    (stuck / "in the way").mkdir(parents=True)
    photos.save_photo(draft.pk, kind=Photo.Kind.PORTRAIT, file=upload())
    assert default_storage.exists(draft.photos.get(kind="portrait").file.name)


@pytest.mark.django_db(transaction=True)
def test_a_picture_for_a_filed_declaration_is_refused_and_leaves_no_file() -> None:
    filed = factories.filed()
    before = stored_files()
    with pytest.raises(intake.AlreadyFiled):
        photos.save_photo(filed.pk, kind=Photo.Kind.PORTRAIT, file=upload())
    assert stored_files() == before == named_files()


def test_a_passport_needs_one_page_only(client: Client) -> None:
    open_draft(client)
    client.post(IDENTITY, {**ANSWERS, "id_kind": "passport", "id_number": "B1234567"})
    page = Page(client.get(PHOTOS))
    assert not page.controls("id_back")
    assert "Hộ chiếu" in page.html
    assert client.post(PHOTOS, pictures("portrait", "id_front")).url == ADDRESS


@pytest.mark.usefixtures("draft")
def test_a_passport_form_takes_no_back_page_even_when_one_is_sent(client: Client) -> None:
    client.post(IDENTITY, {**ANSWERS, "id_kind": "passport", "id_number": "B1234567"})
    client.post(PHOTOS, pictures())
    assert set(Photo.objects.values_list("kind", flat=True)) == {"portrait", "id_front"}


def test_changing_from_a_passport_to_a_card_asks_for_the_back_before_filing(client: Client) -> None:
    draft = fill(client, id_kind="passport", id_number="B1234567")
    assert client.post(IDENTITY, ANSWERS).url == PHOTOS
    assert client.get(CHECK).url == PHOTOS
    assert Page(client.get(PHOTOS)).controls("id_back")
    assert client.post(PHOTOS, pictures("id_back")).url == CHECK
    assert draft.photos.count() == 3


@pytest.mark.django_db(transaction=True)
def test_the_back_of_a_card_is_dropped_when_a_passport_is_filed() -> None:
    draft = factories.draft()
    back = draft.photos.get(kind="id_back")
    intake.save_answers(draft.pk, id_kind="passport", id_number="B1234567")
    filed = intake.file_declaration(draft.pk)
    assert set(filed.photos.values_list("kind", flat=True)) == {"portrait", "id_front"}
    assert not {back.file.name, back.thumbnail.name} & stored_files()
    assert stored_files() == named_files()


def test_a_picture_is_shown_to_its_own_browser_only(client: Client, draft: Declaration) -> None:
    client.post(PHOTOS, pictures())
    own = client.get(f"{PHOTOS}portrait/")
    assert own.headers["Content-Type"] == "image/jpeg"
    assert "no-store" in own.headers["Cache-Control"]
    stranger = Client()
    open_draft(stranger, "+84999000002")
    for other in (Client(), stranger):
        assert other.get(f"{PHOTOS}portrait/").status_code == 404
    assert client.get(f"{PHOTOS}passport/").status_code == 404
    assert client.post(f"{PHOTOS}portrait/").status_code == 405


def test_a_stored_picture_is_at_no_public_address(client: Client, draft: Declaration) -> None:
    client.post(PHOTOS, pictures())
    name = draft.photos.get(kind="portrait").file.name
    assert [client.get(f"/{prefix}{name}").status_code for prefix in ("", "media/", "static/", "private/")] == [404] * 4


@pytest.mark.usefixtures("draft")
def test_a_wrong_page_keeps_what_was_uploaded_through_going_back_and_forth(client: Client) -> None:
    client.post(PHOTOS, pictures())
    client.post(IDENTITY, {**ANSWERS, "full_name": "Trần Văn Thử"})
    page = Page(client.get(PHOTOS))
    assert len([image for image in page.all("img") if PHOTOS in image["src"]]) == 3
    assert client.post(PHOTOS, {"csrfmiddlewaretoken": "x"}).url == ADDRESS
