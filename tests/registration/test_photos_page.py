"""The page of pictures: each readable one is kept at once, nobody else sees it, no file is left behind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from accounts import limits
from registration.forms.photos import PhotosForm
from registration.models import Declaration, Photo
from registration.services import intake, photos
from tests import factories
from tests.factories import jpeg
from tests.registration.keeping import files, named_files
from tests.registration.walking import (
    ADDRESS,
    ANSWERS,
    CHECK,
    IDENTITY,
    NO_PHOTO,
    PHOTOS,
    Page,
    fill,
    open_draft,
    pictures,
    upload,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(client: Client) -> Declaration:
    draft = open_draft(client)
    client.post(IDENTITY, ANSWERS)
    return draft


def test_all_three_pictures_lead_on_and_are_stored_under_random_names(client: Client, draft: Declaration) -> None:
    names = {"portrait": "Nguyen-Van-Mau.jpg", "id_front": "001085999001.jpg", "id_back": "../../x.jpg"}
    assert client.post(PHOTOS, {kind: upload(name) for kind, name in names.items()}).url == ADDRESS
    assert draft.photos.count() == 3
    assert files() == named_files()
    assert len(named_files()) == 7  # of the portrait also what it was cut from
    a_name = rf"declarations/{timezone.localdate()}/{draft.pk}-[0-9a-f]{{32}}\.jpg"
    assert all(re.fullmatch(a_name, name) for name in named_files())


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
    assert files() == named_files()


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
    assert named_files() == before == files()


@pytest.mark.django_db(transaction=True)
def test_a_replaced_pictures_files_are_gone_and_the_new_one_is_served() -> None:
    draft = factories.draft()
    old = draft.photos.get(kind="portrait")
    new = photos.save_photo(draft.pk, kind=Photo.Kind.PORTRAIT, file=upload(content=jpeg(colour="#a03020")))
    assert not {old.file.name, old.thumbnail.name} & files()
    assert {new.file.name, new.thumbnail.name} <= files()
    assert files() == named_files()


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
    before = files()
    with pytest.raises(intake.AlreadyFiled):
        photos.save_photo(filed.pk, kind=Photo.Kind.PORTRAIT, file=upload())
    assert files() == before == named_files()


@pytest.mark.usefixtures("draft")
def test_a_picture_sent_alone_is_answered_by_its_slot_as_the_whole_page_draws_it(client: Client) -> None:
    alone = Page(client.post(PHOTOS, {"slot": "id_front", **pictures("id_front")}))
    assert not alone.all("html")
    (slot,) = alone.all("div", data_slot="id_front")
    whole = Page(client.get(PHOTOS))
    (same,) = whole.all("div", data_slot="id_front")
    assert slot.text == same.text
    assert [image["src"] for image in alone.all("img")] == [image["src"] for image in whole.all("img")]
    assert set(Photo.objects.values_list("kind", flat=True)) == {"id_front"}


@pytest.mark.usefixtures("draft")
def test_only_the_named_slot_is_kept_and_judged_of_what_is_sent_alone(client: Client) -> None:
    alone = Page(client.post(PHOTOS, {"slot": "portrait", **pictures("portrait", "id_front")}))
    assert not alone.is_refused("portrait")
    assert "Chọn hoặc chụp" not in alone.html
    assert set(Photo.objects.values_list("kind", flat=True)) == {"portrait"}


def test_a_refusal_of_what_was_sent_alone_stands_in_its_slot_and_the_earlier_picture_stays(
    client: Client, draft: Declaration
) -> None:
    client.post(PHOTOS, pictures())
    before = named_files()
    alone = Page(client.post(PHOTOS, {"slot": "portrait", "portrait": upload("x.jpg", NO_PHOTO)}))
    assert alone.is_refused("portrait")
    assert "JPEG, PNG, WebP hoặc HEIC" in alone.all("p", id="id_portrait_error")[0].text
    assert alone.all("img")
    assert named_files() == before == files()


def test_a_slot_that_the_paper_no_longer_has_is_answered_by_the_page(client: Client, draft: Declaration) -> None:
    client.post(IDENTITY, {**ANSWERS, "id_kind": "passport", "id_number": "B1234567"})
    page = Page(client.post(PHOTOS, {"slot": "id_back", **pictures("id_back")}))
    assert page.all("form", data_photos="")
    assert not draft.photos.exists()


def test_too_many_uploads_are_told_in_the_slot_with_what_is_kept(client: Client, draft: Declaration) -> None:
    client.post(PHOTOS, pictures())
    for _ in range(limits.LIMITS["photo.draft"].count - 1):
        limits.hit("photo.draft", f"{draft.pk}")
    answer = client.post(PHOTOS, {"slot": "portrait", **pictures("portrait")})
    assert answer.status_code == 429
    assert "Vui lòng chờ" in Page(answer).all("div", data_slot="portrait")[0].text
    assert Page(answer).all("img")


@pytest.mark.usefixtures("draft")
def test_a_phone_may_take_a_new_picture_or_choose_one_it_has(client: Client) -> None:
    for kind in ("portrait", "id_front", "id_back"):
        (control,) = Page(client.get(PHOTOS)).controls(kind)
        assert control.get("capture") is None
        assert "image/heic" in control["accept"]


def test_in_the_app_each_slot_opens_the_camera_it_needs() -> None:
    form = PhotosForm(kinds=["portrait", "id_front", "id_back"], opens_camera=True)
    assert [form.fields[kind].widget.attrs["capture"] for kind in ("portrait", "id_front", "id_back")] == [
        "user",
        "environment",
        "environment",
    ]


@pytest.mark.usefixtures("draft")
def test_on_the_way_of_a_phone_whoever_has_pictures_already_chooses_them(client: Client) -> None:
    def opens() -> list[str | None]:
        return [Page(client.get(PHOTOS)).controls(kind)[0].get("capture") for kind in ("portrait", "id_front")]

    client.get("/dang-ky/?loi-vao=ung-dung")
    assert opens() == ["user", "environment"]
    (link,) = [link for link in Page(client.get(PHOTOS)).all("a") if "ảnh có sẵn" in link.text]
    client.get(PHOTOS + link["href"])
    assert opens() == [None, None]
    assert not [link for link in Page(client.get(PHOTOS)).all("a") if "ảnh có sẵn" in link.text]


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
    assert not {back.file.name, back.thumbnail.name} & files()
    assert files() == named_files()


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
