"""Drawn stand-ins for what citizens photograph: a face and the two sides of a card. All invented."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

Size = tuple[int, int]

PHONE_PORTRAIT: Size = (3024, 4032)
PHONE_DOCUMENT: Size = (4032, 3024)


@cache
def portrait_bytes(*, size: Size = (900, 1200)) -> bytes:
    """A face before a light blue wall."""
    image = Image.new("RGB", (900, 1200), (196, 216, 232))
    draw = ImageDraw.Draw(image)
    draw.ellipse((90, 860, 810, 1700), fill=(238, 240, 244))
    draw.rectangle((370, 720, 530, 930), fill=(205, 160, 132))
    draw.ellipse((235, 190, 665, 700), fill=(32, 26, 26))
    draw.ellipse((260, 250, 640, 800), fill=(224, 180, 150))
    for left in (335, 495):
        draw.arc((left - 10, 425, left + 80, 480), 200, 340, fill=(40, 30, 30), width=9)
        draw.ellipse((left, 465, left + 70, 505), fill=(248, 248, 248))
        draw.ellipse((left + 20, 466, left + 52, 504), fill=(45, 30, 25))
    draw.line((450, 500, 435, 600, 465, 606), fill=(188, 138, 112), width=8)
    draw.chord((385, 650, 515, 715), 10, 170, fill=(176, 92, 92))
    return _photo(image, size=size)


@cache
def id_front_bytes(*, size: Size = (1600, 1200)) -> bytes:
    lines = ["CAN CUOC CONG DAN", "So: 001 090 000 000", "Ho va ten: NGUYEN VAN MAU", "Ngay sinh: 01/01/1990"]
    image, draw = _card(lines, left=560)
    draw.rectangle((290, 430, 500, 710), fill=(196, 216, 232))
    draw.ellipse((345, 480, 445, 610), fill=(224, 180, 150))
    return _photo(image, size=size)


@cache
def id_back_bytes(*, size: Size = (1600, 1200)) -> bytes:
    image, draw = _card(["Ngay cap: 01/01/2021", "Noi cap: BAN MAU"], left=560)
    draw.rectangle((290, 430, 480, 590), fill=(214, 178, 92))
    for row, text in enumerate(["IDVNM0900000001001090000000<<0", "9001011M3001011VNM<<<<<<<<<<<2"]):
        draw.text((290, 740 + 60 * row), text, font=_font(44), fill=(30, 34, 40))
    return _photo(image, size=size)


@cache
def leaves_bytes(*, size: Size = (900, 1200)) -> bytes:
    """Busy at every scale and all over, as leaves and patterned cloth are."""
    width, height = size
    layers = [Image.effect_noise((width // step, height // step), 120).resize(size) for step in (75, 25, 10, 4)]
    image = layers.pop()
    while layers:
        image = Image.blend(image, layers.pop(), 0.5)
    return _photo(ImageOps.colorize(ImageOps.autocontrast(image, 2), "#10240c", "#f4ffd8", "#4f9a3a"), size=size)


def _card(lines: list[str], *, left: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """A pale card with lines of text on a wooden table, 1600×1200."""
    image = Image.new("RGB", (1600, 1200), (120, 92, 70))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((240, 260, 1360, 960), radius=36, fill=(222, 236, 230))
    for row, text in enumerate(lines):
        draw.text((left, 320 + 100 * row), text, font=_font(52), fill=(24, 40, 48))
    return image, draw


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _photo(image: Image.Image, *, size: Size) -> bytes:
    """A JPEG with a camera's softness and grain, so that it weighs what a photo weighs."""
    image = image.filter(ImageFilter.GaussianBlur(1)).resize(size, Image.Resampling.BICUBIC)
    grain = Image.effect_noise(size, 18).convert("RGB")
    buffer = io.BytesIO()
    Image.blend(image, grain, 0.12).save(buffer, "JPEG", quality=88)
    return buffer.getvalue()
