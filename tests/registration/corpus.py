"""Odd and hostile photo files, made in code.

Only the two HEIC files in `data/` are stored (drawn with pillow-heif, whose encoder is not
among the portal's dependencies): four colours, planted metadata, `turned` lying on its side.
`PLANTED` is written into every place a file can hide words in.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

from PIL import Image, ImageCms, PngImagePlugin

PLANTED = b"PLANTED"
COLOURS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0))
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_DATA = Path(__file__).with_name("data")
_EXIF_ORIENTATION = 0x0112
_EXIF_DESCRIPTION = 0x010E
_EXIF_GPS = 0x8825
_UNDO = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def quarters(*, size: tuple[int, int] = (480, 640)) -> Image.Image:
    """Red, green over blue, yellow."""
    return Image.frombytes("RGB", (2, 2), bytes(sum(COLOURS, ()))).resize(size, Image.Resampling.NEAREST)


def saved(image: Image.Image, file_format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def stored(name: str) -> bytes:
    return (_DATA / name).read_bytes()


def jpeg(*, size: tuple[int, int] = (480, 640), **options: object) -> bytes:
    return saved(quarters(size=size), "JPEG", **options)


def png(*, mode: str = "RGB", **options: object) -> bytes:
    return saved(quarters().convert(mode), "PNG", **options)


def webp(**options: object) -> bytes:
    return saved(quarters(), "WEBP", **options)


def oriented(orientation: int, *, file_format: str = "JPEG") -> bytes:
    """A file that shows `quarters()` upright once its EXIF orientation is obeyed."""
    exif = Image.Exif()
    exif[_EXIF_ORIENTATION] = orientation
    image = quarters().transpose(_UNDO[orientation]) if orientation in _UNDO else quarters()
    return saved(image, file_format, exif=exif)


def exif() -> Image.Exif:
    data = Image.Exif()
    data[_EXIF_DESCRIPTION] = "PLANTED-exif"
    data[_EXIF_GPS] = {1: "N", 2: (21.0, 1.0, 30.0), 29: "PLANTED-gps"}
    return data


def profile() -> bytes:
    """An sRGB profile whose copyright words carry the mark."""
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    words = "No copyright, use freely".encode("utf-16-be")
    assert words in data
    return data.replace(words, "PLANTED-icc No copyright".encode("utf-16-be"))


def wide_profile() -> bytes:
    """The same profile with red and green swapped: not a real one, but plain to see."""
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return data.replace(b"rXYZ", b"tmpX").replace(b"gXYZ", b"rXYZ").replace(b"tmpX", b"gXYZ")


def full_jpeg() -> bytes:
    xmp = b"<x:xmpmeta>PLANTED-xmp</x:xmpmeta>"
    data = jpeg(exif=exif(), xmp=xmp, icc_profile=profile(), comment=b"PLANTED-comment")
    return with_segment(data, marker=0xED, payload=b"Photoshop 3.0\0PLANTED-iptc")


def full_png() -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "PLANTED-text")
    words.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>PLANTED-xmp</x:xmpmeta>")
    return png(pnginfo=words, exif=exif(), icc_profile=profile())


def full_webp() -> bytes:
    return webp(exif=exif(), xmp=b"<x:xmpmeta>PLANTED-xmp</x:xmpmeta>", icc_profile=profile())


def with_segment(data: bytes, *, marker: int, payload: bytes) -> bytes:
    """A JPEG with one more segment right after its start."""
    return data[:2] + struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload + data[2:]


def with_zip(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("PLANTED.txt", PLANTED)
    return data + buffer.getvalue()


def with_html(data: bytes) -> bytes:
    return with_segment(data, marker=0xFE, payload=b"<script>PLANTED</script>") + b"<html>PLANTED</html>"


def multi_picture() -> bytes:
    """Two pictures in one JPEG, as many phones write for depth or brightness."""
    return saved(quarters(), "MPO", save_all=True, append_images=[quarters(size=(60, 80))])


def animated(file_format: str) -> bytes:
    return saved(quarters(), file_format, save_all=True, append_images=[Image.new("RGB", (480, 640))])


def cut(data: bytes, *, part: float = 0.5) -> bytes:
    return data[: int(len(data) * part)]


def chunk(name: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + name + payload + struct.pack(">I", zlib.crc32(name + payload))


def png_header(*, width: int, height: int) -> bytes:
    return PNG_SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


def png_bomb(*, width: int = 50_000, height: int = 50_000) -> bytes:
    rows = zlib.compress(bytes(8_000_000), 9)
    return png_header(width=width, height=height) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def png_text_bomb() -> bytes:
    """60 texts of a megabyte each, packed into a few kilobytes."""
    text = chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(1_000_000), 9))
    data = png()
    return data[:33] + text * 60 + data[33:]


def png_profile_bomb() -> bytes:
    data = png()
    return data[:33] + chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(10_000_000), 9)) + data[33:]


def png_of_crumbs() -> bytes:
    """Hundreds of thousands of empty chunks."""
    data = png()
    return data[:33] + chunk(b"prVt", b"") * 300_000 + data[33:]


def png_with_broken_sum() -> bytes:
    data = bytearray(png())
    data[data.index(b"IDAT") + 20] ^= 0xFF
    return bytes(data)


def jpeg_announcing(*, width: int, height: int) -> bytes:
    """A small JPEG whose frame header promises another size."""
    data = bytearray(jpeg())
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def jpeg_of_crumbs() -> bytes:
    """A million empty segments before the picture."""
    data = jpeg()
    return data[:2] + b"\xff\xe9\x00\x02" * 1_000_000 + data[2:]


def jpeg_of_scans(*, count: int = 20_000) -> bytes:
    """A progressive picture whose last scan comes again and again: each passes over every block."""
    data = jpeg(size=(2400, 3200), progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * count + b"\xff\xd9"


def webp_bomb() -> bytes:
    canvas = bytes(4) + (16_382).to_bytes(3, "little") * 2
    body = b"VP8X" + struct.pack("<I", 10) + canvas
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def heic_bomb() -> bytes:
    data = bytearray(stored("upright.heic"))
    at = data.index(b"ispe") + 8
    data[at : at + 8] = struct.pack(">II", 30_000, 30_000)
    return bytes(data)


def heic_placed(box: bytes, value: int) -> bytes:
    """The picture as it lies in `turned.heic`, with another way to place it: `irot`, quarters of a turn to the left
    (3 stands it upright); `imir`, the axis of a mirror (0: top and bottom change places, 1: left and right)."""
    data = bytearray(stored("turned.heic"))
    at = data.index(b"irot")
    data[at : at + 5] = box + bytes([value])
    return bytes(data)


def avif_name() -> bytes:
    return struct.pack(">I", 24) + b"ftypavif" + bytes(4) + b"avifmif1" + bytes(64)


def video() -> bytes:
    return struct.pack(">I", 24) + b"ftypisom" + bytes(4) + b"isommp42" + bytes(64)


def sixteen_bit_grey() -> bytes:
    left, right = Image.new("I;16", (240, 640), 0x4000), Image.new("I;16", (240, 640), 0xC000)
    both = Image.new("I;16", (480, 640))
    both.paste(left, (0, 0))
    both.paste(right, (240, 0))
    return saved(both, "PNG")


def sixteen_bit_colour() -> bytes:
    """One colour, (0x4000, 0x8000, 0xC000), in rows that start with their filter byte."""
    row = b"\0" + struct.pack(">HHH", 0x4000, 0x8000, 0xC000) * 480
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 480, 640, 16, 2, 0, 0, 0))
    return PNG_SIGNATURE + header + chunk(b"IDAT", zlib.compress(row * 640)) + chunk(b"IEND", b"")


def see_through(*, mode: str = "RGBA") -> bytes:
    """Nothing but transparency over black, which a careless conversion would show."""
    return saved(Image.new("RGBA", (480, 640), (0, 0, 0, 0)).convert(mode), "PNG")


def see_through_palette() -> bytes:
    return saved(Image.new("P", (480, 640), 0), "PNG", transparency=0)


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
POSTSCRIPT = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n"
HTML = b"<!doctype html><html><script>alert(1)</script></html>"


def decoded(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=["JPEG"])
    image.load()
    return image


def corners(data: bytes) -> list[tuple[int, ...]]:
    image = decoded(data)
    right, bottom = image.width - 20, image.height - 20
    return [image.getpixel(at) for at in ((20, 20), (right, 20), (20, bottom), (right, bottom))]


def is_near(colour: tuple[int, ...], wanted: tuple[int, ...], *, by: int = 6) -> bool:
    return all(abs(one - other) <= by for one, other in zip(colour, wanted, strict=True))


def shows_quarters(data: bytes) -> bool:
    pairs = zip(corners(data), COLOURS, strict=True)
    return all(is_near(colour, wanted, by=16) for colour, wanted in pairs)
