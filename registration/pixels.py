"""Pixel work with Pillow alone, shared by the web threads and the apart-standing decoder.

A picture is shrunk strip by strip while its mode is still the file's own, so that a palette,
a 16-bit or a transparent original never exists a second time at full size.

Everything the portal keeps is made from one drawing of the whole picture, `drawn`: a paper is
that drawing, a portrait is cut from it.
"""

from __future__ import annotations

import io
import struct
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageCms, PngImagePlugin

if TYPE_CHECKING:
    from collections.abc import Iterator

Size = tuple[int, int]
Box = tuple[float, float, float, float]

MAX_PIXELS: Final = 52_000_000
PORTRAIT_SIZE: Final[Size] = (600, 800)
PORTRAIT_HEAD_ROOM: Final = 0.4
WHOLE_SIDE: Final = 1600

# An icon, not a photo: below this nothing can be told apart. A merely small photo is the officer's to judge.
SMALLEST_SIDE: Final = 32

# Pillow would inflate up to 64 MiB of PNG text before the first pixel. Set once, here.
PngImagePlugin.MAX_TEXT_MEMORY = 1024 * 1024

# Memory of one picture serves the next, at most 64 MB of it: given back and asked for again, it costs a fifth of
# a JPEG's whole time in page faults.
Image.core.set_blocks_max(4)

_STRIP_PIXELS: Final = 1_000_000
_MAX_PROFILE_BYTES: Final = 128 * 1024
_ORIENTATION_TAG: Final = 0x0112
_ORIENTATIONS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Pillow counts its degrees the other way round.
_CLOCKWISE: Final = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


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
    BAD_CROP = 15


class Refused(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.name)
        self.reason = reason


@dataclass(frozen=True)
class Crop:
    """What a portrait is cut out of: fractions (0 to 1) of the upright picture's width, height and width.

    Its height follows from 3:4. Left and top are those of the cut's own corner.
    """

    left: float
    top: float
    width: float


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


def check_header(image: Image.Image) -> None:
    """Refuse by what the header says, before a pixel is decoded."""
    if image.width * image.height > MAX_PIXELS:
        raise Refused(Reason.TOO_MANY_PIXELS)
    if image.format in ("PNG", "WEBP") and getattr(image, "is_animated", False):
        raise Refused(Reason.ANIMATED)
    if min(_size_within(image.size, side=WHOLE_SIDE)) < SMALLEST_SIDE:
        raise Refused(Reason.TOO_SMALL)


def drawn(image: Image.Image) -> Image.Image:
    """The whole picture: upright, on white, sRGB, longest side at most 1600, with an empty `info`.

    Its mode is RGB, or YCbCr where a JPEG need not be brought to RGB and back. Saving copies what is
    in `info` (a JPEG comment, for one), hence the empty one.
    """
    near = _load_near(image)
    whole = _whole_of(near)
    orientation = _orientation(image)
    if orientation in _ORIENTATIONS:
        whole = whole.transpose(_ORIENTATIONS[orientation])
    whole.info = {}
    return _in_srgb(whole, profile=_rgb_profile(image))


def packed(image: Image.Image) -> bytes:
    """Width and height in two bytes each, then RGB: no more than `unpacked` needs to trust."""
    return struct.pack(">HH", *image.size) + image.tobytes()


def unpacked(data: bytes) -> Image.Image:
    """What `packed` made; refused unless size and length agree."""
    width, height = struct.unpack(">HH", data[:4]) if len(data) >= 4 else (0, 0)
    if not (0 < width <= WHOLE_SIDE and 0 < height <= WHOLE_SIDE and len(data) == 4 + width * height * 3):
        raise Refused(Reason.UNREADABLE)
    return Image.frombytes("RGB", (width, height), memoryview(data)[4:])


def turned(image: Image.Image, turn: int) -> Image.Image:
    """Clockwise by `turn` degrees: 0, 90, 180 or 270."""
    return image.transpose(_CLOCKWISE[turn]) if turn else image


def portrait(whole: Image.Image, crop: Crop) -> Image.Image:
    """The cut, 600×800: enlarged where it is smaller."""
    return _fitted(whole, PORTRAIT_SIZE, box=crop_box(whole.size, crop))


def within(image: Image.Image, *, side: int) -> Image.Image:
    """Its longest side at most `side`; never enlarged."""
    return _fitted(image, _size_within(image.size, side=side))


def _fitted(image: Image.Image, size: Size, *, box: Box | None = None) -> Image.Image:
    """At half the size or less the first halving is a plain mean, which costs a tenth and shows nowhere."""
    return image.resize(size, Image.Resampling.HAMMING, box=box, reducing_gap=1.0)


def _whole_of(near: Image.Image) -> Image.Image:
    """Colour apart from light is taken from the nearest pixel: a JPEG keeps a quarter of it anyway.

    Each band makes way for its smaller one at once, so that memory holds little beside the near picture.
    """
    size = _size_within(near.size, side=WHOLE_SIDE)
    if near.mode != "YCbCr":
        return _fitted(near, size)
    bands = list(near.split())
    bands[0] = _fitted(bands[0], size)
    for colour in (1, 2):
        bands[colour] = bands[colour].resize(size, Image.Resampling.NEAREST)
    return Image.merge("YCbCr", bands)


def central_crop(size: Size) -> Crop:
    """The largest 3×4 part: centred across, a touch above the middle, where faces are.

    Refused where it would be too small to tell a face.
    """
    width, height = size
    cut_width = min(float(width), height * 3 / 4)
    if cut_width < SMALLEST_SIDE:
        raise Refused(Reason.TOO_SMALL)
    top = (height - cut_width * 4 / 3) * PORTRAIT_HEAD_ROOM
    return Crop(left=(width - cut_width) / 2 / width, top=top / height, width=cut_width / width)


def crop_box(size: Size, crop: Crop) -> Box:
    """Left, top, right and bottom in pixels; refused outside the picture, too small or not a number.

    What a browser rounds may reach a pixel over an edge; it is pushed back.
    """
    width, height = size
    cut_width = min(crop.width * width, float(width), height * 3 / 4)
    cut_height = cut_width * 4 / 3
    left, top = (min(crop.left * width, width - cut_width), min(crop.top * height, height - cut_height))
    moved = max(abs(left - crop.left * width), abs(top - crop.top * height), abs(cut_width - crop.width * width))
    # Comparisons with NaN are false, so every one asks for what is right.
    if not (cut_width >= SMALLEST_SIDE and moved <= 1 and left >= 0 and top >= 0):
        raise Refused(Reason.BAD_CROP)
    return left, top, min(left + cut_width, float(width)), min(top + cut_height, float(height))


def _size_within(size: Size, *, side: int) -> Size:
    scale = min(side / max(size), 1.0)
    return max(round(size[0] * scale), 1), max(round(size[1] * scale), 1)


def _load_near(image: Image.Image) -> Image.Image:
    """Decode to a picture on white, one to two times as wide as the drawing, as it lies in the file."""
    mode = "YCbCr" if _rgb_profile(image) is None and _is_stored_as_ycbcr(image) else None
    image.draft(mode, _size_within(image.size, side=WHOLE_SIDE))
    image.load()
    return _shrunk(image, factor=max(max(image.size) // WHOLE_SIDE, 1))


def _is_stored_as_ycbcr(image: Image.Image) -> bool:
    """By the signs libjpeg goes by: a JFIF marker, else Adobe's, else the names of the components."""
    if image.format != "JPEG" or image.mode != "RGB":
        return False
    if "jfif" in image.info:
        return True
    if "adobe_transform" in image.info:
        return bool(image.info["adobe_transform"])
    return [layer[0] for layer in getattr(image, "layer", ())] == [1, 2, 3]


def _orientation(image: Image.Image) -> int:
    value = image.getexif().get(_ORIENTATION_TAG)
    return value if isinstance(value, int) else 1


def _shrunk(image: Image.Image, *, factor: int) -> Image.Image:
    if factor == 1 and image.mode in ("RGB", "YCbCr") and not image.has_transparency_data:
        return image
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
