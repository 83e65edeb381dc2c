"""Pixel work with Pillow alone, shared by the web threads and the apart-standing decoder.

A picture is shrunk strip by strip while its mode is still the file's own, so that a palette,
a 16-bit or a transparent original never exists a second time at full size.
"""

from __future__ import annotations

import io
import math
from contextlib import contextmanager
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageCms, PngImagePlugin

if TYPE_CHECKING:
    from collections.abc import Iterator

Size = tuple[int, int]

MAX_PIXELS: Final = 52_000_000
PORTRAIT_SIZE: Final[Size] = (600, 800)
PORTRAIT_HEAD_ROOM: Final = 0.4
DOCUMENT_SIDE: Final = 1600

# An icon, not a photo: below this nothing can be told apart. A merely small photo is the officer's to judge.
SMALLEST_SIDE: Final = 32

# Pillow would inflate up to 64 MiB of PNG text before the first pixel. Set once, here.
PngImagePlugin.MAX_TEXT_MEMORY = 1024 * 1024

_STRIP_PIXELS: Final = 1_000_000
_MAX_PROFILE_BYTES: Final = 128 * 1024
_ORIENTATION_TAG: Final = 0x0112
_SIDEWAYS: Final = range(5, 9)
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Shape(Enum):
    """PORTRAIT is exactly 600×800 (3×4); DOCUMENT has a longest side of at most 1600."""

    PORTRAIT = "portrait"
    DOCUMENT = "document"


class Reason(IntEnum):
    """Why a picture is not taken; also the exit code of the decoder that runs apart."""

    UNREADABLE = 10
    TOO_MANY_PIXELS = 11
    TOO_SMALL = 12
    ANIMATED = 13
    BUSY = 14


class Refused(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.name)
        self.reason = reason


@contextmanager
def opened(data: bytes, *, pillow_format: str) -> Iterator[Image.Image]:
    """Whatever a decoder throws at hostile bytes, inside the block too, becomes `Refused`."""
    try:
        with Image.open(io.BytesIO(data), formats=[pillow_format]) as image:
            yield image
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(Reason.TOO_MANY_PIXELS) from error
    except Exception as error:  # decoders fail in too many ways to name; see above
        raise Refused(Reason.UNREADABLE) from error


def check_header(image: Image.Image, *, shape: Shape) -> None:
    """Refuse by what the header says, before a pixel is decoded."""
    if image.width * image.height > MAX_PIXELS:
        raise Refused(Reason.TOO_MANY_PIXELS)
    if image.format in ("PNG", "WEBP") and getattr(image, "is_animated", False):
        raise Refused(Reason.ANIMATED)
    if min(_kept_size(_upright_size(image), shape=shape)) < SMALLEST_SIDE:
        raise Refused(Reason.TOO_SMALL)


def redrawn(image: Image.Image, *, shape: Shape) -> Image.Image:
    """The picture in its final size: upright, RGB on white, sRGB, with an empty `info`.

    Saving copies what is in `info` (a JPEG comment, for one), hence the empty one.
    """
    near = _load_near(image, shape=shape)
    box = _portrait_box(near.size) if shape is Shape.PORTRAIT else None
    final = near.resize(_final_size(near.size, shape=shape), Image.Resampling.LANCZOS, box=box)
    final.info = {}
    return _in_srgb(final, profile=_rgb_profile(image))


def _kept_size(size: Size, *, shape: Shape) -> Size:
    """How much of the source lives on: a portrait's crop before it is enlarged, a document as reduced."""
    if shape is Shape.DOCUMENT:
        return _final_size(size, shape=shape)
    left, top, right, bottom = _portrait_box(size)
    return int(right - left), int(bottom - top)


def _upright_size(image: Image.Image) -> Size:
    width, height = image.size
    return (height, width) if _orientation(image) in _SIDEWAYS else (width, height)


def _portrait_box(size: Size) -> tuple[float, float, float, float]:
    """The largest 3×4 part: centred across, a touch above the middle, where faces are."""
    width, height = size
    crop_width = min(float(width), height * 3 / 4)
    crop_height = crop_width * 4 / 3
    left, top = (width - crop_width) / 2, (height - crop_height) * PORTRAIT_HEAD_ROOM
    return left, top, left + crop_width, top + crop_height


def _final_size(size: Size, *, shape: Shape) -> Size:
    if shape is Shape.PORTRAIT:
        return PORTRAIT_SIZE
    scale = _scale(size, shape=shape)
    return max(round(size[0] * scale), 1), max(round(size[1] * scale), 1)


def _load_near(image: Image.Image, *, shape: Shape) -> Image.Image:
    """Decode to an upright RGB picture on white, one to four times as wide as the final one."""
    scale = _scale(_upright_size(image), shape=shape)
    image.draft(None, (math.ceil(image.width * scale), math.ceil(image.height * scale)))
    image.load()
    orientation = _orientation(image)
    small = _shrunk(image, factor=max(int(0.5 / _scale(_upright_size(image), shape=shape)), 1))
    return small.transpose(_TURNS[orientation]) if orientation in _TURNS else small


def _scale(size: Size, *, shape: Shape) -> float:
    if shape is Shape.PORTRAIT:
        return min(max(PORTRAIT_SIZE[0] / size[0], PORTRAIT_SIZE[1] / size[1]), 1.0)
    return min(DOCUMENT_SIDE / max(size), 1.0)


def _orientation(image: Image.Image) -> int:
    value = image.getexif().get(_ORIENTATION_TAG)
    return value if isinstance(value, int) else 1


def _shrunk(image: Image.Image, *, factor: int) -> Image.Image:
    width, height = image.size
    canvas = Image.new("RGB", (-(-width // factor), -(-height // factor)))
    for top, strip in _strips(image, rows=factor * max(_STRIP_PIXELS // (width * factor), 1)):
        canvas.paste(_on_white(strip).reduce(factor), (0, top // factor))
    return canvas


def _strips(image: Image.Image, *, rows: int) -> Iterator[tuple[int, Image.Image]]:
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(top + rows, image.height)))


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    if not image.has_transparency_data:
        return image.convert("RGB")
    layered = image.convert("RGBA")
    white = Image.new("RGB", image.size, "white")
    white.paste(layered, mask=layered.getchannel("A"))
    return white


def _rgb_profile(image: Image.Image) -> bytes | None:
    profile = image.info.get("icc_profile")
    if not isinstance(profile, bytes) or image.mode not in ("RGB", "RGBA", "P"):
        return None
    return profile if profile[16:20] == b"RGB " and len(profile) <= _MAX_PROFILE_BYTES else None


def _in_srgb(image: Image.Image, *, profile: bytes | None) -> Image.Image:
    """A profile that cannot be read is left out: slightly wrong colours beat a refusal."""
    if not profile:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), inPlace=True)
    except (ImageCms.PyCMSError, OSError):
        return image
    image.info = {}
    return image
