"""A portrait is cut round its face, which OpenCV looks for in its own process; without an answer it is cut as before.

The heads are drawn (tests/registration/people.py). What was tried on generated faces is in docs/adr/0026-faces.md.
"""

from __future__ import annotations

import io
import logging
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from accounts.limits import LIMITS, Limit
from registration import apart, faces, framing, hints
from registration.framing import Face
from registration.images import Crop, Picture, Shape, prepare, redraw
from registration.models import Photo
from registration.pixels import SMALLEST_SIDE, Reason, Refused, central_crop, crop_box
from registration.services import photo_edits, photos
from tests import factories
from tests.registration import corpus, pictures
from tests.registration.people import SKINS, photo_of
from tests.registration.walking import ANSWERS, IDENTITY, PHOTOS, Page, open_draft, upload
from tests.registration.walking import pictures as pictures_of

PORTRAIT = Photo.Kind.PORTRAIT
BESIDE = (290, 330, 180)  # to the right of the middle of 450×600, its head a third of the picture's height


def portrait(data: bytes, **choices: object) -> Picture:
    return prepare(io.BytesIO(data), shape=Shape.PORTRAIT, finds_faces=True, **choices)  # type: ignore[arg-type]


def central(data: bytes) -> Crop:
    found = prepare(io.BytesIO(data), shape=Shape.PORTRAIT).crop
    assert found is not None
    return found


@pytest.fixture(autouse=True)
def time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine busy with a whole suite starts a process late."""
    monkeypatch.setattr(faces, "_APART_SECONDS", 60)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """What the process says, in turn: bytes, or the refusal it ends with."""
    said: list[object] = []

    def answer_of(program: str, data: bytes, *, argument: str, seconds: int) -> bytes:
        assert program == "face_finder"
        answer = said.pop(0)
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, bytes)
        return answer

    monkeypatch.setattr(apart, "answer_of", answer_of)
    yield said
    assert said == []


@pytest.mark.parametrize(
    ("skin", "glasses", "scarf"),
    [(SKINS[0], False, False), (SKINS[2], True, False), (SKINS[3], False, True), (SKINS[4], True, True)],
)
def test_a_face_is_cut_round_with_room_above(skin: tuple[int, int, int], glasses: bool, scarf: bool) -> None:
    picture = portrait(photo_of(BESIDE, skin=skin, glasses=glasses, scarf=scarf))
    assert picture.hints == ()
    crop = picture.crop
    assert crop is not None
    middle, eyes, head = (
        (290 - 450 * crop.left) / (450 * crop.width),
        330 - 600 * crop.top,
        180 / (600 * crop.width),
    )
    assert middle == pytest.approx(0.5, abs=0.06)
    assert 0.3 < eyes / (600 * crop.width) < 0.5
    assert 0.36 < head < 0.65  # cut in the middle it would be 0.3
    assert 0.04 < (eyes - 0.62 * 180) / (600 * crop.width) < 0.25
    assert (picture.width, picture.height) == (600, 800)


def test_a_picture_of_nobody_is_told_and_cut_in_the_middle() -> None:
    for data in (photo_of(), pictures.id_front_bytes()):
        picture = portrait(data)
        assert picture.hints == (hints.NO_FACE,)
        assert picture.crop == central(data)


def test_two_people_are_told_until_one_is_left_in_the_frame() -> None:
    picture = portrait(photo_of((120, 300, 200), (335, 300, 200), size=(1200, 1600)))
    assert hints.MANY_FACES in picture.hints
    assert picture.source is not None
    for frame, said in ((Crop(left=0, top=0.2, width=0.5), False), (Crop(left=0, top=0, width=1), True)):
        again = redraw(picture.source, shape=Shape.PORTRAIT, turn=0, crop=frame, finds_faces=True)
        assert (hints.MANY_FACES in again.hints) is said
        assert again.crop == frame


def test_a_passer_by_is_not_counted() -> None:
    assert portrait(photo_of((190, 290, 260), (390, 160, 95))).hints == ()


def test_without_the_extra_nobody_looks(answers: list[object]) -> None:
    data = photo_of(BESIDE)
    assert prepare(io.BytesIO(data), shape=Shape.PORTRAIT).hints == ()
    assert prepare(io.BytesIO(data), shape=Shape.DOCUMENT, finds_faces=True).crop is None


def test_the_frame_of_a_citizen_stays(answers: list[object]) -> None:
    answers.append(b"[[10, 10, 90, 90, true]]")
    crop = Crop(left=0.2, top=0.3, width=0.5)
    assert portrait(photo_of(BESIDE), crop=crop).crop == crop


def test_a_trace_of_a_face_is_neither_cut_round_nor_called_none(answers: list[object]) -> None:
    data = photo_of(BESIDE)
    answers.append(b"[[100, 100, 60, 60, false]]")
    picture = portrait(data)
    assert (picture.hints, picture.crop) == ((), central(data))


@pytest.mark.parametrize(
    "answer", [Refused(Reason.UNREADABLE), Refused(Reason.BUSY), OSError("no process left"), b"", b"[[1, 2]]"]
)
def test_a_search_that_fails_costs_nothing_else(answers: list[object], answer: object) -> None:
    data = photo_of(BESIDE)
    answers.append(answer)
    picture = portrait(data)
    assert (picture.hints, picture.crop) == ((), central(data))
    assert picture.data == prepare(io.BytesIO(data), shape=Shape.PORTRAIT).data


def test_a_search_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "_APART_SECONDS", 0.02)
    started = time.monotonic()
    assert portrait(photo_of(BESIDE)).crop == central(photo_of(BESIDE))
    assert time.monotonic() - started < 4


def test_a_machine_that_lost_the_extra_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with caplog.at_level(logging.WARNING):
        assert portrait(photo_of(BESIDE)).hints == ()
    assert caplog.messages == ["face_finder broke down, exit 1"]


def test_when_all_finders_are_taken_nobody_waits(answers: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    for _place in range(faces.FINDERS):
        assert faces._places.acquire(blocking=False)
    try:
        assert portrait(photo_of(BESIDE)).hints == ()
    finally:
        faces._places.release(faces.FINDERS)


def test_a_poor_picture_gets_its_own_advice_only(answers: list[object]) -> None:
    answers += [b"[]", b"[]"]
    assert portrait(photo_of(BESIDE, size=(150, 200))).hints == (hints.SMALL,)
    dark = Image.open(io.BytesIO(photo_of(BESIDE))).point(lambda level: level // 5)
    assert portrait(corpus.saved(dark, "JPEG")).hints == (hints.DARK,)


def test_what_is_too_small_is_refused_before_anybody_looks(answers: list[object]) -> None:
    with pytest.raises(Exception, match="quá nhỏ"):
        portrait(corpus.saved(Image.new("RGB", (1_600, 40)), "JPEG"))


@given(
    size=st.tuples(st.integers(43, 1_600), st.integers(43, 1_600)),
    place=st.tuples(st.floats(-0.2, 1), st.floats(-0.2, 1)),
    face=st.tuples(st.floats(0.01, 1), st.floats(0.01, 1)),
)
def test_every_frame_round_a_face_is_one_that_may_be_cut(
    size: tuple[int, int], place: tuple[float, float], face: tuple[float, float]
) -> None:
    frame = framing.around(Face(*place, *face), size=size)
    left, _top, right, _bottom = crop_box(size, frame)
    assert right - left >= min(300, central_crop(size).width * size[0]) - 1 >= SMALLEST_SIDE - 1


@pytest.mark.django_db(transaction=True)
def test_a_declaration_keeps_the_frame_and_the_flags_and_nothing_of_the_face(settings, answers: list[object]) -> None:  # type: ignore[no-untyped-def]
    settings.FIND_FACES = True
    answers += [b"[[190, 150, 80, 80, true], [60, 150, 78, 78, true]]", b"[]", b"[]"]
    draft = factories.draft()
    kept = photos.save_photo(draft.pk, kind=PORTRAIT, file=ContentFile(photo_of(BESIDE)))
    assert kept.crop is not None
    assert set(kept.crop) == {"left", "top", "width"}
    assert kept.crop["left"] > 0.2
    photo_edits.edit_photo(draft.pk, kind=PORTRAIT, edit="closer")
    moved = draft.photos.get(kind=PORTRAIT)
    assert moved.crop["width"] < kept.crop["width"]
    assert moved.hints == hints.NO_FACE
    photo_edits.edit_photo(draft.pk, kind=PORTRAIT, edit="turn")
    assert draft.photos.get(kind=PORTRAIT).hints == hints.NO_FACE


@pytest.mark.django_db(transaction=True)
def test_a_citizen_whose_face_is_not_found_is_told_how_and_may_go_on(client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    settings.FIND_FACES = True
    open_draft(client)
    client.post(IDENTITY, ANSWERS)
    slot = Page(client.post(PHOTOS, {"slot": "portrait", "portrait": upload(content=photo_of())}))
    (advice,) = slot.all("div", data_advice="")
    assert str(hints.WORDS[hints.NO_FACE].citizen) in advice.text
    assert "bạn vẫn có thể đi tiếp" in advice.text
    assert slot.all("img")
    assert client.post(PHOTOS, pictures_of("id_front", "id_back")).status_code == 302

    slot = Page(client.post(PHOTOS, {"slot": "portrait", "portrait": upload(content=photo_of(BESIDE))}))
    assert not slot.all("div", data_advice="")


@pytest.mark.django_db(transaction=True)
def test_beyond_its_limit_a_press_looks_for_no_face(monkeypatch: pytest.MonkeyPatch, settings) -> None:  # type: ignore[no-untyped-def]
    settings.FIND_FACES = True
    draft = factories.draft()
    looked: list[bool] = []
    redraw = photo_edits.redraw

    def noted(*args: Any, finds_faces: bool = False, **options: Any) -> Any:
        looked.append(finds_faces)
        return redraw(*args, finds_faces=False, **options)

    monkeypatch.setattr(photo_edits, "redraw", noted)
    monkeypatch.setitem(LIMITS, "photo.faces", Limit(2, 3600, refuses=False))
    photos.save_photo(draft.pk, kind=PORTRAIT, file=ContentFile(photo_of(BESIDE)))
    for edit in ("turn", "turn", "closer", "turn"):
        photo_edits.edit_photo(draft.pk, kind=PORTRAIT, edit=edit)
    assert looked == [True, True, False, False]
