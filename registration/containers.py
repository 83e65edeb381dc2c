"""What a file's first bytes and its skeleton say, read without decoding a pixel.

Names and declared types are never asked. The walks below exist because a small file can
be costly before its first pixel: a decoder visits every segment, and a progressive JPEG
passes over the whole picture once for each scan (ten is usual, 12 MB has room for 200 000).
"""

from __future__ import annotations

import re
import struct
from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SCANS: Final = 20
MAX_SEGMENTS: Final = 2_000
MAX_CHUNKS: Final = 20_000

_HEVC_BRANDS: Final = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_JPEG_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_TEM, _EOI, _SOS = 0x01, 0xD9, 0xDA


class Kind(Enum):
    """A format the portal takes; the value is Pillow's name for it."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    HEIC = "HEIF"


def kind_of(data: bytes) -> Kind | None:
    if data.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Kind.WEBP
    if data[4:8] == b"ftyp" and _brands(data) & _HEVC_BRANDS:
        return Kind.HEIC
    return None


def is_bloated(data: bytes, *, kind: Kind) -> bool:
    """Whether the file has more parts than any camera or program writes."""
    if kind is Kind.JPEG:
        return _jpeg_is_bloated(data)
    return kind is Kind.PNG and _png_is_bloated(data)


def announced_pixels(data: bytes, *, kind: Kind) -> int:
    """Pixels the header promises; 0 where only the decoder can tell."""
    if kind is Kind.WEBP:
        return _webp_pixels(data)
    return _heic_pixels(data) if kind is Kind.HEIC else 0


def _brands(data: bytes) -> set[bytes]:
    end = min(int.from_bytes(data[:4], "big"), 256)
    return {data[8:12]} | {data[at : at + 4] for at in range(16, end, 4)}


def _jpeg_is_bloated(data: bytes) -> bool:
    at, segments, scans = 2, 0, 0
    while found := _JPEG_MARKER.search(data, at):
        code, at = data[found.start() + 1], found.end()
        if code == _EOI:
            return False
        if code != _TEM:
            at += max(int.from_bytes(data[at : at + 2], "big"), 2)
        segments += 1
        scans += code == _SOS
        if segments > MAX_SEGMENTS or scans > MAX_SCANS:
            return True
    return False


def _png_is_bloated(data: bytes) -> bool:
    at = 8
    for _chunk in range(MAX_CHUNKS):
        if at + 8 > len(data) or data[at + 4 : at + 8] == b"IEND":
            return False
        at += 12 + int.from_bytes(data[at : at + 4], "big")
    return True


def _webp_pixels(data: bytes) -> int:
    chunk, body = data[12:16], data[20:30]
    if len(body) < 10:
        return 0
    if chunk == b"VP8X":
        return (int.from_bytes(body[4:7], "little") + 1) * (int.from_bytes(body[7:10], "little") + 1)
    if chunk == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return ((bits & 0x3FFF) + 1) * ((bits >> 14 & 0x3FFF) + 1)
    width, height = int.from_bytes(body[6:8], "little"), int.from_bytes(body[8:10], "little")
    return (width & 0x3FFF) * (height & 0x3FFF)


def _heic_pixels(data: bytes) -> int:
    """The largest picture size (`ispe`: version and flags, width, height) in the `meta` box."""
    largest = 0
    for name, start, end in _boxes(data):
        if name != b"meta":
            continue
        at = data.find(b"ispe", start, end)
        while 0 <= at <= end - 16:
            width, height = struct.unpack(">II", data[at + 8 : at + 16])
            largest = max(largest, width * height)
            at = data.find(b"ispe", at + 4, end)
    return largest


def _boxes(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of the outermost boxes of an ISO media file, at most a hundred."""
    at = 0
    for _box in range(100):
        if at + 16 > len(data):
            return
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        end = at + size if size >= 8 else len(data)
        yield data[at + 4 : at + 8], at, min(end, len(data))
        at = end
