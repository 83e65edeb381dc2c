"""Drawn heads with the light and shade that a search for faces goes by. Nobody's: no photo is behind them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
# Where the eyes are, a little above this point, and the height from chin to hair, of a canvas of 450×600.
Place = tuple[int, int, int]

SKINS: Sequence[Colour] = [(244, 206, 180), (224, 180, 150), (190, 140, 105), (140, 96, 70), (96, 64, 46)]
CANVAS = (450, 600)
WALL = (196, 216, 232)
HAIR = (30, 24, 24)


@cache
def photo_of(
    *heads: Place,
    skin: Colour = SKINS[1],
    glasses: bool = False,
    scarf: bool = False,
    size: tuple[int, int] = (900, 1200),
) -> bytes:
    """A JPEG of such heads before a wall, none as well."""
    image = Image.new("RGB", CANVAS, WALL)
    for place in heads:
        Head(image, place, skin=skin, hair=(70, 44, 96) if scarf else HAIR).draw(glasses=glasses, scarf=scarf)
    image = image.resize(size, Image.Resampling.BICUBIC)
    grain = Image.effect_noise(size, 18).convert("RGB")
    buffer = io.BytesIO()
    Image.blend(image, grain, 0.08).save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


class Head:
    """Measures are hundredths of its height, from its middle."""

    def __init__(self, image: Image.Image, place: Place, *, skin: Colour, hair: Colour) -> None:
        self.image, self.skin, self.hair = image, skin, hair
        self.x, self.y, height = place
        self.unit = height / 100

    def draw(self, *, glasses: bool, scarf: bool) -> None:
        self.spot((-85, 70, 85, 220), (70, 82, 120), soft=0.5)
        self.spot((-17, 30, 17, 75), self.tone(0.78), soft=1.5)
        self.spot((-44, -62, 44, 55 if scarf else 20), self.hair, soft=0.8)
        self.spot((-34, -46, 34, 54), self.tone(0.9), soft=1)
        self.spot((-29, -40, 29, 48), self.skin, soft=4)
        self.spot((-36, -58, 36, -30), self.hair, soft=1.5)
        self.spot((-24, -32, 24, -18), self.tone(1.08), soft=2.5)
        self.spot((-4, -12, 4, 18), self.tone(1.15), soft=2.5)
        for side in (-1, 1):
            self.half(side)
        self.spot((-8, 15, 8, 20), self.tone(0.72), soft=1.2)
        self.spot((-14, 28, 14, 37), (150, 80, 80), soft=1)
        self.spot((-13, 31.5, 13, 33.5), self.tone(0.35), soft=0.6)
        self.spot((-10, 40, 10, 44), self.tone(0.8), soft=1.5)
        if glasses:
            self.glasses()

    def half(self, side: int) -> None:
        """A cheek, and an eye in the shade of its brow."""
        self.spot((18 * side - 9, 6, 18 * side + 9, 24), self.tone(1.12), soft=2.5)
        self.spot((15.5 * side - 9.5, -13, 15.5 * side + 9.5, 3), self.tone(0.6), soft=2)
        self.spot((15.5 * side - 9.5, -16, 15.5 * side + 9.5, -11.5), HAIR, soft=0.6)
        self.spot((15.5 * side - 7.5, -7, 15.5 * side + 7.5, 1), self.tone(0.45), soft=0.6)
        self.spot((15.5 * side - 6.5, -5.5, 15.5 * side + 6.5, 0), (225, 220, 215), soft=0.4)
        self.spot((15.5 * side - 3.4, -6.5, 15.5 * side + 3.4, 0.5), (35, 24, 20), soft=0.3)

    def glasses(self) -> None:
        draw, width = ImageDraw.Draw(self.image), max(round(1.2 * self.unit), 1)
        for side in (-1, 1):
            draw.ellipse(self.box(15.5 * side - 10.5, -12, 15.5 * side + 10.5, 6), outline=(40, 36, 40), width=width)
        draw.line(self.box(-5, -4, 5, -4), fill=(40, 36, 40), width=width)

    def spot(self, box: tuple[float, float, float, float], colour: Colour, *, soft: float) -> None:
        mask = Image.new("L", self.image.size)
        ImageDraw.Draw(mask).ellipse(self.box(*box), fill=255)
        self.image.paste(colour, mask=mask.filter(ImageFilter.GaussianBlur(soft * self.unit)))

    def tone(self, light: float) -> Colour:
        red, green, blue = (min(round(level * light), 255) for level in self.skin)
        return red, green, blue

    def box(self, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        x, y, unit = self.x, self.y, self.unit
        return x + left * unit, y + top * unit, x + right * unit, y + bottom * unit
