"""Photos of papers with QR codes on them. All invented."""

from __future__ import annotations

import io
from functools import cache

import segno
from PIL import Image, ImageFilter

from tests.paper_samples import SAMPLES
from tests.registration.corpus import saved
from tests.registration.pictures import PHONE_DOCUMENT, id_front_bytes

CCCD = SAMPLES["cccd_full"].replace("001085999999", "001085999001")
BHYT = SAMPLES["v3_2021_adult"].replace("0190000001", "9900000001")
PAPER = (222, 236, 230)


@cache
def code(text: str = CCCD, *, scale: int = 4, turned: float = 0, encoding: str = "utf-8") -> Image.Image:
    """One module is `scale` pixels wide; the margin is that of the paper."""
    buffer = io.BytesIO()
    drawn = segno.make(text, error="m", encoding=encoding, micro=False)
    drawn.save(buffer, kind="png", scale=scale, border=4, light=PAPER)
    return Image.open(buffer).convert("RGB").rotate(turned, expand=True, fillcolor=PAPER)


def card(*codes: Image.Image, size: tuple[int, int] = (1600, 1200), blur: float = 0) -> Image.Image:
    """A card on a table with the codes from its right upper corner to the left."""
    image = Image.open(io.BytesIO(id_front_bytes(size=size))).convert("RGB")
    right, top = size[0] * 84 // 100, size[1] * 23 // 100
    for one in codes:
        image.paste(one, (right - one.width, top))
        right -= one.width + 40
    return image.filter(ImageFilter.GaussianBlur(blur)) if blur else image


def photo(*codes: Image.Image, file_format: str = "JPEG", blur: float = 0) -> bytes:
    return saved(card(*codes, blur=blur), file_format)


def phone_photo(*codes: Image.Image) -> bytes:
    """12 megapixels."""
    return saved(card(*codes, size=PHONE_DOCUMENT), "JPEG", quality=88)
