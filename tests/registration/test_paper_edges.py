"""A paper that leaves its picture is told; a scan, a hand, a sheet under it, a lamp's light are left alone."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw, ImageFilter

from registration import hints, paper_edges
from registration.images import Shape, prepare
from tests.registration import corpus, pictures

Box = tuple[int, int, int, int]
Colour = tuple[int, int, int]

WOOD, CLOTH, STONE = (120, 92, 70), (40, 52, 90), (60, 60, 62)
PALE, WHITE, SKIN = (222, 236, 230), (245, 245, 242), (214, 168, 140)
SIZE = (1_600, 1_200)
WHOLE: Box = (240, 260, 1_360, 965)  # a card of 1.59, all of it in the picture


def moved(by: tuple[int, int]) -> Box:
    left, top, right, bottom = WHOLE
    return left + by[0], top + by[1], right + by[0], bottom + by[1]


def photo(
    card: Box, *, table: Colour = WOOD, paper: Colour = PALE, lean: float = 0, size: tuple[int, int] = SIZE
) -> Image.Image:
    """A card with a face and lines of text on a table; outside the picture wherever `card` says so."""
    sheet = Image.new("RGB", (card[2] - card[0], card[3] - card[1]), paper)
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((60, 170, 270, 450), fill=(196, 216, 232))
    draw.ellipse((110, 220, 220, 350), fill=SKIN)
    for row in range(5):
        draw.text((320, 60 + 100 * row), "NGUYEN VAN MAU 001090", font=pictures._font(52), fill=(24, 40, 48))
    image = Image.new("RGB", size, table)
    mask = Image.new("L", sheet.size, 255).rotate(lean, expand=True)
    image.paste(sheet.rotate(lean, expand=True), card[:2], mask)
    grain = Image.effect_noise(size, 18).convert("RGB")
    return Image.blend(image.filter(ImageFilter.GaussianBlur(1)), grain, 0.1)


def is_told(image: Image.Image) -> bool:
    return paper_edges.is_cut_off(image)


def is_told_of_upload(image: Image.Image) -> bool:
    picture = prepare(io.BytesIO(corpus.saved(image, "JPEG", quality=90)), shape=Shape.DOCUMENT)
    return hints.CUT_OFF in picture.hints


@pytest.mark.parametrize("by", [(-520, 0), (520, 0), (-540, 100), (540, -260), (-700, -300)])
@pytest.mark.parametrize(("table", "paper"), [(WOOD, PALE), (CLOTH, PALE), (STONE, WHITE), (WOOD, WHITE)])
def test_a_card_that_leaves_the_picture_is_told(by: tuple[int, int], table: Colour, paper: Colour) -> None:
    assert is_told(photo(moved(by), table=table, paper=paper))


@pytest.mark.parametrize("by", [(0, -560), (0, 540)])
def test_a_card_half_above_or_below_is_told(by: tuple[int, int]) -> None:
    assert is_told(photo(moved(by)))


@pytest.mark.parametrize("lean", [-3, 3])
def test_a_card_that_leans_and_leaves_the_picture_is_told(lean: float) -> None:
    assert is_told(photo(moved((-520, 0)), lean=lean))


@pytest.mark.parametrize("size", [(480, 360), (800, 600), (4_032, 3_024)])
def test_it_is_told_of_an_upload_of_every_size(size: tuple[int, int]) -> None:
    assert is_told_of_upload(photo(moved((-520, 0))).resize(size))
    assert not is_told_of_upload(photo(WHOLE).resize(size))


@pytest.mark.parametrize("by", [(0, 0), (-200, 0), (200, -200), (-230, 230)])
@pytest.mark.parametrize("lean", [-12, -4, 0, 4, 12])
def test_a_card_in_the_picture_is_left_alone(by: tuple[int, int], lean: float) -> None:
    assert not is_told(photo(moved(by), lean=lean))


@pytest.mark.parametrize("paper", [PALE, WHITE, WOOD])
@pytest.mark.parametrize("size", [(1_120, 705), (705, 1_120), (1_000, 1_414), (1_000, 1_000), (1_600, 500)])
def test_a_scan_that_the_paper_fills_is_left_alone(paper: Colour, size: tuple[int, int]) -> None:
    assert not is_told(photo((0, 0, *size), paper=paper, size=size))


@pytest.mark.parametrize("cut", [(0, 0, 40, 40), (40, 40, 0, 0), (0, 30, 0, 0), (0, 0, 60, 0), (0, 25, 0, 25)])
def test_a_picture_trimmed_to_the_cards_own_edge_is_left_alone(cut: Box) -> None:
    """A phone's own trimming leaves a little of the table on a side or two."""
    left, top, right, bottom = cut
    size = (1_120 + left + right, 705 + top + bottom)
    assert not is_told(photo((left, top, left + 1_120, top + 705), size=size))


@pytest.mark.parametrize("by", [(-300, 0), (300, 0), (0, -300)])
def test_a_card_that_misses_little_is_left_alone(by: tuple[int, int]) -> None:
    """Less than a sixth of it: what is there still has a paper's proportions."""
    assert not is_told(photo(moved(by)))


@pytest.mark.parametrize("skin", [SKIN, (140, 96, 70), (240, 205, 180), PALE])
def test_a_hand_that_holds_the_card_is_left_alone(skin: Colour) -> None:
    image = photo(WHOLE)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((-100, 420, 380, 760), radius=150, fill=skin)
    assert not is_told(image)
    draw.ellipse((900, 700, 1_500, 1_400), fill=skin)
    assert not is_told(image)


@pytest.mark.parametrize(
    "sheet", [(0, 0, 1_600, 1_100), (0, 0, 1_000, 1_200), (100, 0, 1_500, 1_200), (0, 150, 1_600, 1_050)]
)
def test_a_sheet_under_the_card_is_left_alone(sheet: Box) -> None:
    image = Image.new("RGB", SIZE, WOOD)
    image.paste(WHITE, sheet)
    card = photo(WHOLE).crop(WHOLE).resize((700, 440))
    image.paste(card, (200, 380))
    assert not is_told(image)


def test_a_lamps_light_on_the_table_is_left_alone() -> None:
    light = (
        Image.radial_gradient("L")
        .resize((2_400, 2_400))
        .point(lambda level: 255 - level)
        .crop((1_000, 400, 2_600, 1_600))
    )
    image = Image.composite(Image.new("RGB", SIZE, (235, 225, 205)), Image.new("RGB", SIZE, WOOD), light)
    assert not is_told(image)
    image.paste(photo(WHOLE).crop(WHOLE), WHOLE[:2])
    assert not is_told(image)


@pytest.mark.parametrize("width", [40, 120, 300])
def test_a_striped_cloth_is_left_alone(width: int) -> None:
    image = Image.new("RGB", SIZE, CLOTH)
    for left in range(0, 1_600, 2 * width):
        image.paste(WHITE, (left, 0, left + width, 1_200))
    assert not is_told(image)
    image.paste(photo(WHOLE).crop(WHOLE), WHOLE[:2])
    assert not is_told(image)


@pytest.mark.parametrize("table", [WHITE, (225, 222, 215)])
def test_on_a_table_as_pale_as_the_paper_nothing_is_told(table: Colour) -> None:
    assert not is_told(photo(moved((-520, 0)), table=table))


@pytest.mark.parametrize("make", [pictures.id_front_bytes, pictures.id_back_bytes, pictures.portrait_bytes])
def test_the_suites_own_pictures_are_left_alone(make) -> None:  # type: ignore[no-untyped-def]
    assert hints.CUT_OFF not in prepare(io.BytesIO(make()), shape=Shape.DOCUMENT).hints


@pytest.mark.parametrize("size", [(1_600, 40), (40, 1_600), (32, 32), (1_600, 1_200)])
@pytest.mark.parametrize("colour", ["black", "white", "grey"])
def test_a_picture_of_nothing_and_a_ribbon_are_left_alone(size: tuple[int, int], colour: str) -> None:
    assert not is_told(Image.new("RGB", size, colour))
