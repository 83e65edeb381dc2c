"""The hostile and odd files by name, and what becomes of each: a plain picture, or a refusal of its own."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable

from PIL import Image

from registration import images
from tests.registration import corpus

Make = Callable[[], bytes]


def without_jfif(data: bytes) -> bytes:
    """As phones write them: Exif right at the start."""
    assert data[2:4] == b"\xff\xe0"
    return data[:2] + data[4 + int.from_bytes(data[4:6], "big") :]


def huge_exif() -> Image.Exif:
    exif = corpus.exif()
    exif[0x010E] = "PLANTED" * 9_000
    return exif


def huge_xmp() -> bytes:
    """As much of it as goes into 40 segments."""
    data = corpus.jpeg()
    for number in range(40):
        head = b"http://ns.adobe.com/xmp/extension/\0" + bytes([number])
        data = corpus.with_segment(data, marker=0xE1, payload=head + corpus.PLANTED * 9_000)
    return data


def words_everywhere() -> bytes:
    data = corpus.jpeg()
    for marker in [*range(0xE3, 0xEE), 0xEF, 0xFE]:
        data = corpus.with_segment(data, marker=marker, payload=corpus.PLANTED)
    return data


def with_chunk(data: bytes, name: bytes, payload: bytes) -> bytes:
    """A PNG with one more chunk behind its header."""
    return data[:33] + corpus.chunk(name, payload) + data[33:]


def heic_film() -> bytes:
    """A sequence's brands, and a film's index instead of a picture's."""
    brands = struct.pack(">I", 28) + b"ftyphevc" + bytes(4) + b"msf1hevciso8"
    return brands + struct.pack(">I", 16) + b"moov" + bytes(8) + struct.pack(">I", 72) + b"mdat" + bytes(64)


def lossless_webp_bomb() -> bytes:
    body = b"VP8L" + struct.pack("<I", 16) + b"\x2f" + (16_382 | 16_382 << 14).to_bytes(4, "little") + bytes(11)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


TAKEN: dict[str, Make] = {
    "plain jpeg": corpus.jpeg,
    "progressive jpeg": lambda: corpus.jpeg(progressive=True),
    "cmyk jpeg": lambda: corpus.saved(corpus.quarters().convert("CMYK"), "JPEG"),
    "jpeg with everything planted": corpus.full_jpeg,
    "jpeg with a zip behind": lambda: corpus.with_zip(corpus.jpeg()),
    "jpeg with a web page inside and behind": lambda: corpus.with_html(corpus.jpeg()),
    "jpeg of several pictures": corpus.multi_picture,
    "jpeg with broken exif": lambda: corpus.jpeg(exif=b"Exif\0\0MM\0*\xff\xff\xff\xff"),
    "jpeg with orientation 99": lambda: corpus.oriented(99),
    "jpeg with a broken profile": lambda: corpus.jpeg(icc_profile=b"\0" * 16 + b"RGB " + b"\xff" * 300),
    "plain png": corpus.png,
    "png with everything planted": corpus.full_png,
    "png with a zip behind": lambda: corpus.with_zip(corpus.png()),
    "palette png": lambda: corpus.png(mode="P"),
    "opaque rgba png": lambda: corpus.png(mode="RGBA"),
    "plain webp": corpus.webp,
    "lossless webp": lambda: corpus.webp(lossless=True),
    "webp with everything planted": corpus.full_webp,
    "heic": lambda: corpus.stored("upright.heic"),
    "heic lying on its side": lambda: corpus.stored("turned.heic"),
    "jpeg stored as rgb": lambda: corpus.jpeg(keep_rgb=True, subsampling=0),
    "jpeg without its first marker": lambda: without_jfif(corpus.jpeg(exif=corpus.exif())),
    "jpeg with colours at full size": lambda: corpus.jpeg(subsampling="4:4:4"),
    "jpeg with colours halved across": lambda: corpus.jpeg(subsampling="4:2:2"),
    "jpeg with restart marks": lambda: corpus.jpeg(restart_marker_rows=1),
    "jpeg with orientation 0": lambda: corpus.oriented(0),
    "jpeg with a huge comment": lambda: corpus.jpeg(comment=corpus.PLANTED * 9_000),
    "jpeg with huge exif": lambda: corpus.jpeg(exif=huge_exif()),
    "jpeg with a huge profile": lambda: corpus.jpeg(icc_profile=corpus.profile() + bytes(500_000)),
    "jpeg with huge xmp": huge_xmp,
    "jpeg with words in every segment": words_everywhere,
    "jpeg with a jpeg behind": lambda: corpus.jpeg() + corpus.full_jpeg(),
    "jpeg with a pdf inside": lambda: corpus.with_segment(corpus.jpeg(), marker=0xFE, payload=corpus.PDF),
    "jpeg with megabytes of nothing behind": lambda: corpus.jpeg() + bytes(5_000_000),
    "interlaced-looking png with a private chunk": lambda: with_chunk(corpus.png(), b"prVt", corpus.PLANTED),
    "png with words behind its end": lambda: corpus.png() + corpus.chunk(b"tEXt", b"Comment\0PLANTED"),
    "png of four bits": lambda: corpus.saved(corpus.quarters().quantize(4), "PNG", bits=4),
    "webp with bytes behind": lambda: corpus.webp() + corpus.PLANTED,
    "webp with alpha and everything planted": lambda: corpus.saved(
        corpus.quarters().convert("RGBA"), "WEBP", exif=corpus.exif(), icc_profile=corpus.profile(), quality=95
    ),
    "heic with bytes behind": lambda: corpus.stored("upright.heic") + corpus.PLANTED,
}

GREY_OR_BLANK: dict[str, tuple[Make, tuple[int, int, int]]] = {
    "transparent png": (corpus.see_through, (255, 255, 255)),
    "transparent grey png": (lambda: corpus.see_through(mode="LA"), (255, 255, 255)),
    "transparent palette png": (corpus.see_through_palette, (255, 255, 255)),
    "transparent webp": (
        lambda: corpus.saved(Image.new("RGBA", (480, 640), (0, 0, 0, 0)), "WEBP"),
        (255, 255, 255),
    ),
    "grey jpeg": (lambda: corpus.saved(Image.new("L", (480, 640), 90), "JPEG"), (90, 90, 90)),
    "grey png": (lambda: corpus.saved(Image.new("L", (480, 640), 90), "PNG"), (90, 90, 90)),
    "black and white png": (lambda: corpus.saved(Image.new("1", (480, 640), 1), "PNG"), (255, 255, 255)),
    "progressive grey jpeg": (
        lambda: corpus.saved(Image.new("L", (480, 640), 90), "JPEG", progressive=True),
        (90, 90, 90),
    ),
    "png with one see-through colour": (
        lambda: corpus.saved(Image.new("RGB", (480, 640), (1, 2, 3)), "PNG", transparency=(1, 2, 3)),
        (255, 255, 255),
    ),
    "16-bit grey png": (corpus.sixteen_bit_grey, (0x40, 0x40, 0x40)),
    "16-bit colour png": (corpus.sixteen_bit_colour, (0x40, 0x80, 0xC0)),
}

REFUSED: dict[str, tuple[Make, type[images.PhotoError]]] = {
    "nothing": (lambda: b"", images.PhotoUnreadable),
    "one byte": (lambda: b"\xff", images.PhotoUnsupported),
    "text": (lambda: b"Khong phai anh", images.PhotoUnsupported),
    "web page": (lambda: corpus.HTML, images.PhotoUnsupported),
    "svg": (lambda: corpus.SVG, images.PhotoUnsupported),
    "pdf": (lambda: corpus.PDF, images.PhotoUnsupported),
    "postscript": (lambda: corpus.POSTSCRIPT, images.PhotoUnsupported),
    "zip": (lambda: corpus.with_zip(b""), images.PhotoUnsupported),
    "gif": (lambda: corpus.saved(corpus.quarters(), "GIF"), images.PhotoUnsupported),
    "tiff": (lambda: corpus.saved(corpus.quarters(), "TIFF"), images.PhotoUnsupported),
    "bmp": (lambda: corpus.saved(corpus.quarters(), "BMP"), images.PhotoUnsupported),
    "ico": (lambda: corpus.saved(corpus.quarters(), "ICO"), images.PhotoUnsupported),
    "jpeg 2000": (lambda: corpus.saved(corpus.quarters(), "JPEG2000"), images.PhotoUnsupported),
    "avif": (corpus.avif_name, images.PhotoUnsupported),
    "video": (corpus.video, images.PhotoUnsupported),
    "gif that is a script": (lambda: b"GIF89a/*" + bytes(20) + b"*/=1;alert('PLANTED')", images.PhotoUnsupported),
    "animated gif": (lambda: corpus.animated("GIF"), images.PhotoUnsupported),
    "packed svg": (lambda: gzip.compress(corpus.SVG), images.PhotoUnsupported),
    "program": (lambda: b"MZ" + bytes(200), images.PhotoUnsupported),
    "jpeg xl": (lambda: b"\xff\x0a" + bytes(200), images.PhotoUnsupported),
    "text before a jpeg": (lambda: b"text" + corpus.jpeg(), images.PhotoUnsupported),
    "zeros": (lambda: bytes(100_000), images.PhotoUnsupported),
    "heic of a film": (heic_film, images.PhotoUnreadable),
    "jpeg of no height": (lambda: corpus.jpeg_announcing(width=480, height=0), images.PhotoUnreadable),
    "jpeg of no width": (lambda: corpus.jpeg_announcing(width=0, height=640), images.PhotoUnreadable),
    "png of no size": (lambda: corpus.png_bomb(width=0, height=0), images.PhotoUnreadable),
    "png that says more than it has": (lambda: corpus.png_bomb(width=4_000, height=4_000), images.PhotoUnreadable),
    "png without pixels": (lambda: corpus.png_header(width=480, height=640), images.PhotoUnreadable),
    "webp whose size lies": (lambda: corpus.webp()[:4] + b"\xff" * 4 + corpus.webp()[8:], images.PhotoUnreadable),
    "lossless webp bomb": (lossless_webp_bomb, images.PhotoTooManyPixels),
    "line across": (lambda: corpus.saved(Image.new("RGB", (40_000, 1)), "PNG"), images.PhotoTooSmall),
    "line down": (lambda: corpus.saved(Image.new("RGB", (1, 40_000)), "PNG"), images.PhotoTooSmall),
    "animated png": (lambda: corpus.animated("PNG"), images.PhotoAnimated),
    "animated webp": (lambda: corpus.animated("WEBP"), images.PhotoAnimated),
    "jpeg start only": (lambda: b"\xff\xd8\xff", images.PhotoUnreadable),
    "jpeg start, then text": (lambda: b"\xff\xd8\xff\xe0" + b"text " * 100, images.PhotoUnreadable),
    "cut jpeg": (lambda: corpus.cut(corpus.jpeg()), images.PhotoUnreadable),
    "cut progressive jpeg": (lambda: corpus.cut(corpus.jpeg(progressive=True)), images.PhotoUnreadable),
    "png start, then nothing": (lambda: corpus.PNG_SIGNATURE, images.PhotoUnreadable),
    "cut png": (lambda: corpus.cut(corpus.png()), images.PhotoUnreadable),
    "png with a wrong sum": (corpus.png_with_broken_sum, images.PhotoUnreadable),
    "cut webp": (lambda: corpus.cut(corpus.webp()), images.PhotoUnreadable),
    "cut heic": (lambda: corpus.cut(corpus.stored("upright.heic"), part=0.9), images.PhotoUnreadable),
    "heic name, then nothing": (lambda: corpus.stored("upright.heic")[:32], images.PhotoUnreadable),
    "png bomb": (corpus.png_bomb, images.PhotoTooManyPixels),
    "thin png bomb": (lambda: corpus.png_bomb(width=1, height=2**31 - 1), images.PhotoTooManyPixels),
    "png over the cap": (lambda: corpus.png_bomb(width=8_001, height=6_500), images.PhotoTooManyPixels),
    "png text bomb": (corpus.png_text_bomb, images.PhotoUnreadable),
    "png profile bomb": (corpus.png_profile_bomb, images.PhotoUnreadable),
    "png of crumbs": (corpus.png_of_crumbs, images.PhotoUnreadable),
    "jpeg bomb": (
        lambda: corpus.jpeg_announcing(width=65_500, height=65_500),
        images.PhotoTooManyPixels,
    ),
    "jpeg of crumbs": (corpus.jpeg_of_crumbs, images.PhotoUnreadable),
    "jpeg of scans": (corpus.jpeg_of_scans, images.PhotoUnreadable),
    "webp bomb": (corpus.webp_bomb, images.PhotoTooManyPixels),
    "heic bomb": (corpus.heic_bomb, images.PhotoTooManyPixels),
    "one pixel": (lambda: corpus.jpeg(size=(1, 1)), images.PhotoTooSmall),
    "ribbon": (lambda: corpus.jpeg(size=(6_000, 20)), images.PhotoTooSmall),
    "tiny webp": (lambda: corpus.saved(corpus.quarters(size=(16, 24)), "WEBP"), images.PhotoTooSmall),
    "heavy": (lambda: corpus.jpeg() + bytes(images.MAX_BYTES), images.PhotoTooLarge),
}

BOMBS = sorted(name for name in REFUSED if "bomb" in name or "crumbs" in name or "scans" in name)
