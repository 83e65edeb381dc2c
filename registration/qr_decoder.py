"""Finds the QR codes of one picture in a process of its own, with limits.

`python -m registration.qr_decoder JPEG|PNG|WEBP|HEIF`: the file on stdin, on stdout a JSON list of the texts
found, a `Reason` on the exit code. No environment, no way out, a ceiling for memory and time: whatever a crafted
file does to a decoder or to the reader of codes, it does here.

The picture is read small first, which for a JPEG is also decoded small; at full size only if no paper's code was found.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Final

import pi_heif
import zxingcpp
from PIL import Image

from registration.ceiling import limit_self
from registration.pixels import Refused, check_header, opened

NEAR_SIDE: Final = 2000  # pixels: a 12-megapixel JPEG at half its size
MOST_CODES: Final = 10
_CPU_SECONDS: Final = 5
_SEPARATOR: Final = "|"  # of every paper's code


def main(*, pillow_format: str) -> int:
    limit_self(cpu_seconds=_CPU_SECONDS)
    pi_heif.register_heif_opener(thumbnails=False, decode_threads=1)
    data, texts = sys.stdin.buffer.read(), list[str]()
    try:
        for picture in _pictures(data, pillow_format=pillow_format):
            texts = _texts(picture)
            if any(_SEPARATOR in text for text in texts):
                break
    except Refused as refusal:
        return refusal.reason
    sys.stdout.buffer.write(json.dumps(texts).encode())
    return 0


def _pictures(data: bytes, *, pillow_format: str) -> Iterator[Image.Image]:
    """The picture in grey: small, then whole where that is larger. A JPEG is decoded once more for it."""
    near = _grey(data, pillow_format=pillow_format, side=NEAR_SIDE)
    small = near.reduce(max(max(near.size) // NEAR_SIDE, 1))
    yield small
    whole = _grey(data, pillow_format=pillow_format, side=None) if pillow_format == "JPEG" else near
    if whole.size != small.size:
        yield whole


def _grey(data: bytes, *, pillow_format: str, side: int | None) -> Image.Image:
    """Decoded on white; a JPEG with `side` at the smallest of its own scales whose longest side is no shorter."""
    with opened(data, pillow_format=pillow_format) as image:
        check_header(image)
        if side is not None:
            scale = min(side / max(image.size), 1)
            image.draft("L", (int(image.width * scale), int(image.height * scale)))
        if image.mode.startswith("I"):
            return image.point(lambda value: value * (1 / 256)).convert("L")
        if not image.has_transparency_data:
            return image.convert("L")
        layered = image.convert("LA")
        white = Image.new("L", image.size, 255)
        white.paste(layered, mask=layered.getchannel("A"))
        return white


def _texts(picture: Image.Image) -> list[str]:
    """Papers hold UTF-8 and do not say so, hence the bytes; other codes may hold anything."""
    codes = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return [code.bytes.decode("utf-8", "replace") for code in codes[:MOST_CODES]]


if __name__ == "__main__":
    sys.exit(main(pillow_format=sys.argv[1]))
