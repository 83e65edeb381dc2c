"""Hints on drawn pictures, both ways: what is plainly wrong is told, what is good is left alone."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from registration import hints
from registration.images import Crop, PhotoTooSmall, Shape, prepare
from tests.registration import corpus, pictures

Make = Callable[..., bytes]
FRONT, BACK, FACE = pictures.id_front_bytes, pictures.id_back_bytes, pictures.portrait_bytes
PAPERS = [FRONT, BACK]


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def found(image: Image.Image, *, shape: Shape = Shape.DOCUMENT) -> set[str]:
    return set(prepare(io.BytesIO(corpus.saved(image, "JPEG", quality=92)), shape=shape).hints)


def glaring(image: Image.Image, *, at: tuple[float, float], size: float = 0.12, strength: int = 255) -> Image.Image:
    """With the reflection of a lamp: white in its middle, fading outwards."""
    lamp = Image.new("L", image.size)
    x, y, radius = at[0] * image.width, at[1] * image.height, size * image.width
    ImageDraw.Draw(lamp).ellipse((x - radius, y - radius, x + radius, y + radius), fill=strength)
    lamp = lamp.filter(ImageFilter.BoxBlur(radius / 2)).filter(ImageFilter.BoxBlur(radius / 2))
    return Image.composite(Image.new("RGB", image.size, "white"), image, lamp)


@pytest.mark.parametrize("make", PAPERS)
@pytest.mark.parametrize("size", [(800, 600), (1_600, 1_200), pictures.PHONE_DOCUMENT])
def test_a_good_photo_of_a_paper_gives_no_hint(make: Make, size: tuple[int, int]) -> None:
    assert prepare(io.BytesIO(make(size=size)), shape=Shape.DOCUMENT).hints == ()


@pytest.mark.parametrize("size", [(480, 640), (900, 1_200), pictures.PHONE_PORTRAIT])
def test_a_good_portrait_gives_no_hint(size: tuple[int, int]) -> None:
    assert prepare(io.BytesIO(FACE(size=size)), shape=Shape.PORTRAIT).hints == ()


@pytest.mark.parametrize("brightness", [0.6, 1.2])
@pytest.mark.parametrize("make", PAPERS)
def test_dull_and_bright_are_still_good(make: Make, brightness: float) -> None:
    assert found(ImageEnhance.Brightness(opened(make())).enhance(brightness)) == set()


@pytest.mark.parametrize("make", PAPERS)
def test_a_little_softness_is_left_alone(make: Make) -> None:
    assert found(opened(make()).filter(ImageFilter.GaussianBlur(4))) == set()


def test_a_soft_face_is_left_alone() -> None:
    assert found(opened(FACE(size=(600, 800))).filter(ImageFilter.GaussianBlur(2)), shape=Shape.PORTRAIT) == set()


@pytest.mark.parametrize("radius", [8, 12, 20])
@pytest.mark.parametrize("make", PAPERS)
def test_a_paper_out_of_focus_is_told(make: Make, radius: int) -> None:
    assert found(opened(make()).filter(ImageFilter.GaussianBlur(radius))) == {hints.BLURRED}


@pytest.mark.parametrize("radius", [5, 10])
def test_a_face_out_of_focus_is_told(radius: int) -> None:
    blurred = opened(FACE(size=(600, 800))).filter(ImageFilter.GaussianBlur(radius))
    assert found(blurred, shape=Shape.PORTRAIT) == {hints.BLURRED}


def test_a_face_before_a_blurred_wall_is_sharp() -> None:
    face = opened(FACE())
    wall = face.filter(ImageFilter.GaussianBlur(20))
    wall.paste(face.crop((200, 150, 700, 900)), (200, 150))
    assert found(wall, shape=Shape.PORTRAIT) == set()


@pytest.mark.parametrize("colour", ["white", "grey", (40, 80, 120)])
def test_of_a_picture_of_nothing_no_sharpness_is_told(colour: str) -> None:
    assert found(Image.new("RGB", (1_600, 1_200), colour)) == set()


@pytest.mark.parametrize(("make", "shape"), [(FRONT, Shape.DOCUMENT), (FACE, Shape.PORTRAIT)])
def test_a_picture_in_the_dark_is_told(make: Make, shape: Shape) -> None:
    dark = ImageEnhance.Brightness(opened(make())).enhance(0.2)
    assert found(dark, shape=shape) == {hints.DARK}
    assert found(dark.filter(ImageFilter.GaussianBlur(12)), shape=shape) == {hints.DARK}


def test_dark_clothes_and_a_dark_wall_are_not_the_dark() -> None:
    image = Image.new("RGB", (900, 1_200), (24, 24, 28))
    ImageDraw.Draw(image).ellipse((260, 250, 640, 800), fill=(190, 150, 125))
    assert found(image, shape=Shape.PORTRAIT) == set()


@pytest.mark.parametrize("at", [(0.5, 0.5), (0.35, 0.4), (0.7, 0.6)])
@pytest.mark.parametrize("make", PAPERS)
def test_the_reflection_of_a_lamp_is_told(make: Make, at: tuple[float, float]) -> None:
    assert found(glaring(opened(make()), at=at)) == {hints.GLARE}


@pytest.mark.parametrize("make", PAPERS)
def test_a_shine_that_hides_nothing_is_left_alone(make: Make) -> None:
    assert found(glaring(opened(make()), at=(0.5, 0.5), strength=120)) == set()


@pytest.mark.parametrize("table", ["white", (120, 92, 70), (225, 222, 215), (30, 30, 30)])
@pytest.mark.parametrize("paper", ["white", (222, 236, 230)])
def test_white_paper_is_no_glare(table: str, paper: str) -> None:
    """Scans, white tables, and a sheet beside the card end at an edge, they do not fade."""
    image = Image.new("RGB", (1_600, 1_200), table)
    draw = ImageDraw.Draw(image)
    draw.rectangle((300, 300, 1_300, 950), fill=paper)
    draw.rectangle((100, 40, 420, 240), fill="white")
    for row in range(6):
        draw.text((340, 340 + 90 * row), "NGUYEN VAN MAU 001090000000", font=pictures._font(48), fill=(20, 30, 40))
    assert found(image) == set()


def test_a_bright_forehead_is_no_glare() -> None:
    assert found(glaring(opened(FACE()), at=(0.5, 0.25)), shape=Shape.PORTRAIT) == set()


def test_a_small_picture_is_told_and_not_called_blurred_as_well() -> None:
    assert found(opened(FACE(size=(150, 200))), shape=Shape.PORTRAIT) == {hints.SMALL}
    assert hints.SMALL in found(opened(FRONT(size=(480, 360))))
    assert hints.BLURRED not in found(opened(FRONT(size=(480, 360))))


def test_a_narrow_cut_of_a_large_picture_is_small() -> None:
    file = io.BytesIO(FACE())
    assert prepare(file, shape=Shape.PORTRAIT, crop=Crop(left=0.4, top=0.4, width=0.2)).hints == (hints.SMALL,)
    assert prepare(file, shape=Shape.PORTRAIT, crop=Crop(left=0.2, top=0.1, width=0.6)).hints == ()


def test_the_same_is_told_of_a_picture_in_rgb() -> None:
    """A PNG stays in RGB, where a JPEG is in YCbCr."""
    for image in (
        opened(FRONT()),
        opened(FRONT()).filter(ImageFilter.GaussianBlur(12)),
        glaring(opened(FRONT()), at=(0.5, 0.5)),
    ):
        assert set(prepare(io.BytesIO(corpus.saved(image, "PNG")), shape=Shape.DOCUMENT).hints) == found(image)


@pytest.mark.parametrize("size", [(1_600, 40), (40, 1_600), (32, 32)])
@pytest.mark.parametrize("shape", Shape)
def test_a_ribbon_is_looked_at_like_any_other(size: tuple[int, int], shape: Shape) -> None:
    file = io.BytesIO(corpus.saved(opened(FRONT()).resize(size), "JPEG"))
    try:
        assert hints.BLURRED not in prepare(file, shape=shape).hints
    except PhotoTooSmall:
        assert shape is Shape.PORTRAIT


def test_every_code_has_words_for_both_that_say_what_to_do() -> None:
    codes = {hints.BLURRED, hints.GLARE, hints.DARK, hints.SMALL, hints.NO_FACE, hints.MANY_FACES, hints.CUT_OFF}
    assert set(hints.WORDS) == codes
    said = [str(words) for pair in hints.WORDS.values() for words in pair]
    assert len(set(said)) == len(said)
    assert all("hãy" in str(words.citizen).lower() for words in hints.WORDS.values())
    # A photo's hints are kept in 120 characters.
    assert len(" ".join(codes)) <= 120
