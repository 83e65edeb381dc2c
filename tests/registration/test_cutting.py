"""A picture is turned and cut as its citizen says, again and again, and loses next to nothing by it."""

from __future__ import annotations

import io
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageChops, ImageStat

from registration import images
from registration.images import Crop, Shape, prepare, redraw
from registration.pixels import PORTRAIT_SIZE, Refused, central_crop, crop_box
from tests.registration import corpus, pictures
from tests.registration.corpus import decoded, is_near, shows_quarters

RED, GREEN, BLUE, YELLOW = corpus.COLOURS
# The four colours, row by row, after a clockwise turn.
TURNED = {
    0: (RED, GREEN, BLUE, YELLOW),
    90: (BLUE, RED, YELLOW, GREEN),
    180: (YELLOW, BLUE, GREEN, RED),
    270: (GREEN, YELLOW, RED, BLUE),
}


def source() -> bytes:
    """The stored whole picture of a portrait: four colours, 1200×1600."""
    stored = prepare(io.BytesIO(corpus.jpeg(size=(1_200, 1_600))), shape=Shape.PORTRAIT).source
    assert stored is not None
    return stored


def colours(data: bytes) -> list[tuple[int, ...]]:
    image = decoded(data)
    columns, rows = (image.width // 4, image.width * 3 // 4), (image.height // 4, image.height * 3 // 4)
    return [image.getpixel((x, y)) for y in rows for x in columns]


def shows(data: bytes, wanted: tuple[tuple[int, ...], ...]) -> bool:
    return all(is_near(one, other, by=16) for one, other in zip(colours(data), wanted, strict=True))


def difference(one: bytes, other: bytes) -> float:
    """Root mean square over all pixels and colours, of 255."""
    statistics = ImageStat.Stat(ImageChops.difference(decoded(one), decoded(other)))
    return math.sqrt(sum(value**2 for value in statistics.rms) / 3)


@pytest.mark.parametrize("turn", TURNED)
def test_a_picture_is_turned_as_it_is_taken_in(turn: int) -> None:
    file = io.BytesIO(corpus.jpeg(size=(1_200, 1_600)))
    paper = prepare(file, shape=Shape.DOCUMENT, turn=turn)
    portrait = prepare(file, shape=Shape.PORTRAIT, turn=turn)
    assert shows(paper.data, TURNED[turn])
    assert shows(paper.thumbnail, TURNED[turn])
    assert shows(portrait.data, TURNED[turn])
    assert portrait.source is not None
    assert shows(portrait.source, TURNED[turn])


@pytest.mark.parametrize("turn", TURNED)
def test_a_stored_picture_is_turned(turn: int) -> None:
    paper = prepare(io.BytesIO(corpus.jpeg(size=(1_200, 1_600))), shape=Shape.DOCUMENT)
    again = redraw(paper.data, shape=Shape.DOCUMENT, turn=turn, crop=None)
    assert shows(again.data, TURNED[turn])
    assert shows(again.thumbnail, TURNED[turn])
    assert (again.width, again.height) == ((1_200, 1_600) if turn in (0, 180) else (1_600, 1_200))
    assert again.source is None


def test_a_turn_that_is_none_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        redraw(source(), shape=Shape.PORTRAIT, turn=45, crop=None)


def test_the_source_of_a_portrait_is_the_whole_picture() -> None:
    file = io.BytesIO(corpus.full_jpeg())
    picture = prepare(file, shape=Shape.PORTRAIT, crop=Crop(left=0, top=0, width=0.5))
    assert picture.source is not None
    assert decoded(picture.source).size == (480, 640)
    assert shows_quarters(picture.source)
    assert corpus.PLANTED not in picture.source


@pytest.mark.parametrize(
    ("crop", "wanted"),
    [
        (Crop(left=0, top=0, width=0.5), RED),
        (Crop(left=0.5, top=0, width=0.5), GREEN),
        (Crop(left=0, top=0.5, width=0.5), BLUE),
        (Crop(left=0.5, top=0.5, width=0.5), YELLOW),
    ],
)
def test_a_portrait_is_cut_where_the_citizen_says(crop: Crop, wanted: tuple[int, ...]) -> None:
    for picture in (
        redraw(source(), shape=Shape.PORTRAIT, turn=0, crop=crop),
        prepare(io.BytesIO(corpus.jpeg(size=(1_200, 1_600))), shape=Shape.PORTRAIT, crop=crop),
    ):
        assert decoded(picture.data).size == PORTRAIT_SIZE
        assert decoded(picture.thumbnail).size == (240, 320)
        assert shows(picture.data, (wanted,) * 4)


def test_the_cut_is_that_of_the_turned_picture() -> None:
    picture = redraw(source(), shape=Shape.PORTRAIT, turn=90, crop=Crop(left=0, top=0, width=0.25))
    assert shows(picture.data, (BLUE,) * 4)


@pytest.mark.parametrize(
    "crop",
    [
        Crop(left=-0.1, top=0, width=0.5),
        Crop(left=0, top=-0.1, width=0.5),
        Crop(left=0.6, top=0, width=0.5),
        Crop(left=0, top=0.6, width=0.5),
        Crop(left=0, top=0, width=1.1),
        Crop(left=0, top=0, width=0),
        Crop(left=0, top=0, width=-0.5),
        Crop(left=0, top=0, width=31 / 1_200),
        Crop(left=math.nan, top=0, width=0.5),
        Crop(left=0, top=math.nan, width=0.5),
        Crop(left=0, top=0, width=math.nan),
        Crop(left=0, top=0, width=math.inf),
        Crop(left=-math.inf, top=0, width=0.5),
    ],
)
def test_a_cut_outside_the_picture_or_of_nothing_is_refused(crop: Crop) -> None:
    with pytest.raises(images.PhotoBadCrop):
        redraw(source(), shape=Shape.PORTRAIT, turn=0, crop=crop)
    with pytest.raises(images.PhotoBadCrop):
        prepare(io.BytesIO(corpus.jpeg(size=(1_200, 1_600))), shape=Shape.PORTRAIT, crop=crop)


@given(
    size=st.tuples(st.integers(1, 1_600), st.integers(1, 1_600)),
    crop=st.builds(Crop, left=st.floats(), top=st.floats(), width=st.floats()),
)
@settings(max_examples=500)
def test_every_cut_is_inside_or_refused(size: tuple[int, int], crop: Crop) -> None:
    try:
        left, top, right, bottom = crop_box(size, crop)
    except Refused:
        return
    assert 0 <= left < right <= size[0]
    assert 0 <= top < bottom <= size[1]


@given(size=st.tuples(st.integers(1, 1_600), st.integers(1, 1_600)))
@settings(max_examples=500)
def test_the_cut_of_the_machine_is_a_cut_one_may_ask_for(size: tuple[int, int]) -> None:
    try:
        crop = central_crop(size)
    except Refused:
        assert min(size[0], size[1] * 3 / 4) < 32
        return
    left, top, right, bottom = crop_box(size, crop)
    assert (bottom - top) * 3 == pytest.approx((right - left) * 4)


def test_cutting_again_and_again_loses_nothing() -> None:
    stored = source()
    again = redraw(stored, shape=Shape.PORTRAIT, turn=0, crop=Crop(left=0.1, top=0.1, width=0.5))
    assert again.source == stored
    assert (
        redraw(stored, shape=Shape.PORTRAIT, turn=0, crop=None).data
        == prepare(io.BytesIO(stored), shape=Shape.PORTRAIT).data
    )


@pytest.mark.parametrize("turns", [4, 8])
def test_turning_all_the_way_round_loses_next_to_nothing(turns: int) -> None:
    file = io.BytesIO(pictures.id_front_bytes())
    first = prepare(file, shape=Shape.DOCUMENT).data
    last = first
    for _turn in range(turns):
        last = redraw(last, shape=Shape.DOCUMENT, turn=90, crop=None).data
    assert decoded(last).size == decoded(first).size
    assert difference(first, last) < 2


@pytest.mark.parametrize("damaged", [b"", b"\xff\xd8\xff", corpus.PDF])
def test_a_stored_picture_that_is_damaged_is_told_as_such(damaged: bytes) -> None:
    with pytest.raises(images.PhotoUnreadable):
        redraw(damaged, shape=Shape.PORTRAIT, turn=0, crop=None)
