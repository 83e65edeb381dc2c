"""A kept picture is turned and cut by buttons, from what is kept of it; nothing else of the draft changes."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from accounts import limits
from registration import framing
from registration.images import Crop
from registration.models import Declaration, Photo
from registration.pixels import central_crop
from registration.services import intake, photo_edits, photos
from registration.services.photo_edits import EDITS, PhotoAway, PhotoChanged, edit_photo
from registration.services.status import AlreadyFiled
from tests import factories
from tests.registration.keeping import files, named_files
from tests.registration.walking import ANSWERS, IDENTITY, PHOTOS, Page, open_draft, pictures, upload

pytestmark = pytest.mark.django_db(transaction=True)

PORTRAIT, FRONT = Photo.Kind.PORTRAIT, Photo.Kind.ID_FRONT
RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 180, 30), (30, 30, 200), (250, 250, 250)


@cache
def quarters() -> bytes:
    """Red and green above, blue and white below: where a corner went is plain to see."""
    width, height = size = (450, 800)
    image = Image.new("RGB", size, RED)
    draw = ImageDraw.Draw(image)
    draw.rectangle((width // 2, 0, width, height // 2), fill=GREEN)
    draw.rectangle((0, height // 2, width // 2, height), fill=BLUE)
    draw.rectangle((width // 2, height // 2, width, height), fill=WHITE)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


@pytest.fixture
def draft() -> Declaration:
    draft = factories.draft()
    for kind in (PORTRAIT, FRONT):
        photos.save_photo(draft.pk, kind=kind, file=ContentFile(quarters()))
    return draft


def kept(draft: Declaration, kind: str = PORTRAIT) -> Photo:
    return draft.photos.get(kind=kind)


def corners(file: Any) -> list[str]:
    """The colours from the upper left, clockwise."""
    names = {RED: "red", GREEN: "green", BLUE: "blue", WHITE: "white"}
    with file.open() as opened, Image.open(opened) as image:
        (right, bottom), pixel = image.size, image.convert("RGB").getpixel
        places = ((8, 8), (right - 8, 8), (right - 8, bottom - 8), (8, bottom - 8))
        seen = [pixel(place) for place in places]
    nearest = (min(names, key=lambda one: sum(abs(a - b) for a, b in zip(one, got, strict=True))) for got in seen)
    return [names[one] for one in nearest]


@pytest.mark.parametrize("kind", [PORTRAIT, FRONT])
def test_a_turn_is_a_quarter_to_the_right_and_four_lead_back(draft: Declaration, kind: Photo.Kind) -> None:
    assert corners(kept(draft, kind).file) == ["red", "green", "white", "blue"]
    edit_photo(draft.pk, kind=kind, edit="turn")
    assert corners(kept(draft, kind).file) == corners(kept(draft, kind).thumbnail) == ["blue", "red", "green", "white"]
    for _ in range(3):
        edit_photo(draft.pk, kind=kind, edit="turn")
    assert corners(kept(draft, kind).file) == ["red", "green", "white", "blue"]
    assert files() == named_files()


def test_a_paper_is_turned_whole_and_a_portrait_stays_3x4(draft: Declaration) -> None:
    before = kept(draft, FRONT)
    edit_photo(draft.pk, kind=FRONT, edit="turn")
    edit_photo(draft.pk, kind=PORTRAIT, edit="turn")
    after = kept(draft, FRONT)
    assert (after.width, after.height) == (before.height, before.width)
    assert (kept(draft).width, kept(draft).height) == (600, 800)


@pytest.mark.parametrize(
    ("moves", "seen"),
    [
        ("closer " * 8 + "left " * 14 + "up " * 14, ["red"] * 4),
        ("closer " * 8 + "right " * 14 + "up " * 14, ["green"] * 4),
        ("closer " * 8 + "right " * 14 + "down " * 14, ["white"] * 4),
        ("closer " * 8 + "left " * 14 + "down " * 14 + "farther " * 10, ["red", "green", "white", "blue"]),
    ],
)
def test_buttons_lead_the_frame_wherever_a_face_may_be(draft: Declaration, moves: str, seen: list[str]) -> None:
    source = kept(draft).source.name
    for move in moves.split():
        edit_photo(draft.pk, kind=PORTRAIT, edit=move)
    photo = kept(draft)
    assert corners(photo.file) == corners(photo.thumbnail) == seen
    assert photo.source.name == source
    assert files() == named_files()


@given(
    size=st.tuples(st.integers(60, 1600), st.integers(60, 1600)),
    moves=st.lists(st.sampled_from(framing.MOVES), max_size=60),
)
@pytest.mark.django_db(transaction=False)
def test_no_row_of_presses_leads_out_of_the_picture(size: tuple[int, int], moves: list[str]) -> None:
    frame = central_crop(size)
    width, height = size
    for move in moves:
        frame = framing.moved(frame, size=size, move=move)
        assert frame.left >= 0
        assert frame.top >= 0
        assert (frame.left + frame.width) * width <= width + 1e-6
        assert frame.top * height + frame.width * width * 4 / 3 <= height + 1e-6
        assert frame.width * width >= min(framing.NARROWEST, central_crop(size).width * width) - 1e-6


def test_closer_and_back_is_the_same_frame() -> None:
    frame = Crop(left=0.3, top=0.3, width=0.4)
    there = framing.moved(frame, size=(1200, 1600), move="closer")
    assert there.width < frame.width
    back = framing.moved(there, size=(1200, 1600), move="farther")
    assert (back.left, back.top, back.width) == pytest.approx((frame.left, frame.top, frame.width))


@pytest.mark.parametrize("edit", EDITS)
def test_a_filed_declaration_is_not_touched(draft: Declaration, edit: str) -> None:
    intake.file_declaration(draft.pk)
    before = named_files()
    with pytest.raises(AlreadyFiled):
        edit_photo(draft.pk, kind=PORTRAIT, edit=edit)
    assert named_files() == before == files()


def test_what_a_portrait_was_cut_from_goes_when_the_declaration_is_filed(draft: Declaration) -> None:
    source = kept(draft).source.name
    assert source in files()
    intake.file_declaration(draft.pk)
    assert not kept(draft).source
    assert source not in files()
    assert files() == named_files()


def test_a_picture_replaced_meanwhile_is_not_turned(draft: Declaration, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two tabs: the other one's picture stands."""
    redraw = photo_edits.redraw

    def slow_redraw(*args: Any, **options: Any) -> Any:
        photos.save_photo(draft.pk, kind=PORTRAIT, file=upload())
        return redraw(*args, **options)

    monkeypatch.setattr(photo_edits, "redraw", slow_redraw)
    with pytest.raises(PhotoChanged):
        edit_photo(draft.pk, kind=PORTRAIT, edit="turn")
    assert files() == named_files()


def test_a_storage_that_gives_nothing_is_told(draft: Declaration) -> None:
    default_storage.delete(kept(draft).source.name)
    with pytest.raises(PhotoAway):
        edit_photo(draft.pk, kind=PORTRAIT, edit="left")
    assert default_storage.exists(kept(draft).file.name)


class TestThePage:
    @pytest.fixture
    def client(self) -> Client:
        client = Client()
        open_draft(client)
        client.post(IDENTITY, ANSWERS)
        client.post(PHOTOS, {**pictures("id_back"), "portrait": upload(content=quarters())})
        return client

    def test_a_button_acts_without_javascript_and_leads_back_to_its_slot(self, client: Client) -> None:
        before = Photo.objects.get(kind=PORTRAIT).crop
        answer = client.post(PHOTOS, {"edit": "portrait closer"})
        assert answer.url == f"{PHOTOS}?khung=portrait#anh-portrait"
        assert Photo.objects.get(kind=PORTRAIT).crop["width"] < before["width"]
        page = Page(client.get(answer.url.partition("#")[0]))
        assert page.all("details", open="")
        assert page.all("div", id="anh-portrait")
        assert not page.alert

    def test_a_picture_picked_beside_the_button_is_kept_too(self, client: Client) -> None:
        client.post(PHOTOS, {"edit": "portrait turn", **pictures("id_front")})
        assert set(Photo.objects.values_list("kind", flat=True)) == {"portrait", "id_front", "id_back"}

    def test_the_script_gets_the_slot_with_another_picture(self, client: Client) -> None:
        def shown(html: Page) -> str:
            return next(image["src"] for image in html.all("img") if "/anh/portrait/" in image["src"])

        before = shown(Page(client.get(PHOTOS)))
        slot = Page(client.post(PHOTOS, {"slot": "portrait", "edit": "portrait left"}))
        assert not slot.all("html")
        assert shown(slot) != before

    @pytest.mark.parametrize("edit", ["id_front turn", "portrait explode", "passport turn", "portrait", " turn", ""])
    def test_what_no_button_sends_changes_nothing(self, client: Client, edit: str) -> None:
        before = named_files()
        assert client.post(PHOTOS, {"edit": edit}).status_code in (200, 302)
        assert named_files() == before == files()

    def test_too_many_presses_are_told_in_the_slot(self, client: Client) -> None:
        draft = Declaration.objects.get()
        for _ in range(limits.LIMITS["photo.edit"].count):
            limits.hit("photo.edit", str(draft.pk))
        answer = client.post(PHOTOS, {"slot": "portrait", "edit": "portrait left"})
        assert answer.status_code == 429
        assert Page(answer).is_refused("portrait")

    def test_a_machines_doubt_is_kind_and_stops_nobody(self, client: Client) -> None:
        Photo.objects.filter(kind=PORTRAIT).update(hints="dark unknown_code")
        slot = Page(client.get(PHOTOS)).all("div", data_advice="")
        assert ["bạn vẫn có thể đi tiếp" in one.text for one in slot] == [True]
        assert client.post(PHOTOS, pictures("id_front")).status_code == 302

    def test_another_browser_turns_nothing(self, client: Client) -> None:
        before = named_files()
        stranger = Client()
        open_draft(stranger, "+84999000002")
        stranger.post(PHOTOS, {"edit": "portrait turn"})
        Client().post(PHOTOS, {"edit": "portrait turn"})
        assert named_files() == before

    def test_a_dark_picture_is_kept_and_told_of_as_soon_as_it_is_sent(self, client: Client) -> None:
        night = upload(content=factories.jpeg(colour="#050505"))
        slot = Page(client.post(PHOTOS, {"slot": "id_front", "id_front": night}))
        assert slot.all("div", data_advice="")
        assert slot.all("img")
        assert Photo.objects.get(kind=FRONT).hints
