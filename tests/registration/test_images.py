"""Every odd file is either made into a plain picture or refused with its own sentence."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from registration import images
from registration.images import Shape, prepare
from tests.registration import corpus

ROOT = Path(__file__).resolve().parent.parent.parent

Make = Callable[[], bytes]

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


def prepared(data: bytes, *, shape: Shape = Shape.PORTRAIT) -> images.Picture:
    return prepare(io.BytesIO(data), shape=shape)


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
    pairs = zip(corners(data), corpus.COLOURS, strict=True)
    return all(is_near(colour, wanted, by=16) for colour, wanted in pairs)


@pytest.mark.parametrize("name", TAKEN)
def test_an_odd_photo_becomes_a_plain_portrait(name: str) -> None:
    picture = prepared(TAKEN[name]())
    image = decoded(picture.data)
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (600, 800))
    assert (picture.width, picture.height) == (600, 800)
    assert shows_quarters(picture.data)
    assert shows_quarters(picture.thumbnail)


@pytest.mark.parametrize("name", GREY_OR_BLANK)
def test_grey_deep_and_transparent_photos_keep_their_looks(name: str) -> None:
    make, colour = GREY_OR_BLANK[name]
    image = decoded(prepared(make()).data)
    assert image.mode == "RGB"
    assert is_near(image.getpixel((20, 20)), colour, by=2)


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_by_its_own_sentence(name: str, shape: Shape) -> None:
    make, error = REFUSED[name]
    with pytest.raises(images.PhotoError) as refusal:
        prepared(make(), shape=shape)
    assert type(refusal.value) is error
    assert "%" not in str(refusal.value)


def test_every_reason_has_its_own_code_and_sentence() -> None:
    kinds = {*images._ERRORS.values(), images.PhotoTooLarge, images.PhotoUnsupported}
    assert len({kind.code for kind in kinds}) == len(kinds)
    assert len({str(kind()) for kind in kinds}) == len(kinds)
    assert set(images._ERRORS) == set(images.Reason)


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_photo_stands_upright(orientation: int, file_format: str) -> None:
    picture = prepared(corpus.oriented(orientation, file_format=file_format), shape=Shape.DOCUMENT)
    assert (picture.width, picture.height) == (480, 640)
    assert shows_quarters(picture.data)


@pytest.mark.parametrize(
    "make",
    [
        corpus.full_jpeg,
        corpus.full_png,
        corpus.full_webp,
        lambda: corpus.with_zip(corpus.full_jpeg()),
        lambda: corpus.with_html(corpus.jpeg()),
        lambda: corpus.stored("upright.heic"),
    ],
)
@pytest.mark.parametrize("shape", Shape)
def test_nothing_of_the_original_but_its_pixels_lives_on(make: Make, shape: Shape) -> None:
    original = make()
    assert corpus.PLANTED in original
    picture = prepared(original, shape=shape)
    for data in (picture.data, picture.thumbnail):
        for trace in (corpus.PLANTED, "PLANTED".encode("utf-16-be"), b"Exif", b"ICC_PROFILE", b"PK\3\4"):
            assert trace not in data
        assert set(decoded(data).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert data.endswith(b"\xff\xd9")


def test_colours_of_a_wide_profile_are_brought_to_srgb() -> None:
    profile = corpus.wide_profile()
    plain = corpus.saved(Image.new("RGB", (480, 640), (200, 80, 80)), "PNG")
    wide = corpus.saved(Image.new("RGB", (480, 640), (200, 80, 80)), "PNG", icc_profile=profile)
    before, after = (decoded(prepared(data).data).getpixel((300, 400)) for data in (plain, wide))
    assert is_near(before, (200, 80, 80), by=2)
    assert not is_near(before, after, by=10)


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        ((4_000, 3_000), (1_600, 1_200)),
        ((1_601, 1_000), (1_600, 999)),
        ((1_000, 3_200), (500, 1_600)),
        ((900, 600), (900, 600)),
    ],
)
def test_a_document_is_made_smaller_never_larger(size: tuple[int, int], wanted: tuple[int, int]) -> None:
    picture = prepared(corpus.jpeg(size=size), shape=Shape.DOCUMENT)
    assert (picture.width, picture.height) == wanted
    assert max(decoded(picture.thumbnail).size) == 320


@pytest.mark.parametrize("size", [(150, 200), (4_000, 3_000), (3_000, 4_000), (1_080, 2_400), (640, 480)])
def test_a_portrait_has_one_size(size: tuple[int, int]) -> None:
    picture = prepared(corpus.jpeg(size=size))
    assert (picture.width, picture.height) == (600, 800)
    assert decoded(picture.thumbnail).size == (240, 320)


def test_a_tall_portrait_is_cut_above_its_middle() -> None:
    tall = Image.new("RGB", (600, 1_800), "blue")
    tall.paste("red", (0, 400, 600, 1_200))
    image = decoded(prepared(corpus.saved(tall, "PNG")).data)
    assert is_near(image.getpixel((300, 8)), (254, 0, 0))
    assert is_near(image.getpixel((300, 792)), (254, 0, 0))


def test_a_jpeg_that_ends_early_but_in_good_order_is_left_to_the_officer() -> None:
    picture = prepared(corpus.jpeg_announcing(width=4_000, height=4_000), shape=Shape.DOCUMENT)
    assert (picture.width, picture.height) == (1_600, 1_600)


def test_the_file_is_read_from_its_start_whatever_read_it_before() -> None:
    file = io.BytesIO(corpus.jpeg())
    file.read()
    assert prepare(file, shape=Shape.PORTRAIT).width == 600


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_neither_time_nor_memory(name: str, tmp_path: Path) -> None:
    """Measured in a fresh process: seconds and growth of its peak memory."""
    (tmp_path / "bomb").write_bytes(REFUSED[name][0]())
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.registration.measure", str(tmp_path / "bomb")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=True)
    code, seconds, megabytes = done.stdout.split()
    sys.stdout.write(f"{name}: {code} in {float(seconds) * 1000:.0f} ms, +{megabytes} MB\n")
    assert code == REFUSED[name][1].code
    assert float(seconds) < 1
    assert float(megabytes) < 20


def test_a_broken_decoder_is_told_to_the_log(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(images.PhotoUnreadable):
        prepared(corpus.webp())
    assert "exit 1" in caplog.text


def test_a_decoder_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = tmp_path / "hang"
    script.write_text("#!/bin/sh\nexec sleep 30\n")
    script.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(script))
    monkeypatch.setattr(images, "_APART_SECONDS", 0.2)
    started = time.monotonic()
    with pytest.raises(images.PhotoUnreadable):
        prepared(corpus.webp())
    assert time.monotonic() - started < 5


def test_a_full_house_says_so_and_frees_its_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "_slots", threading.BoundedSemaphore(1))
    monkeypatch.setattr(images, "_WAIT_SECONDS", 0.05)
    with images._slot(), pytest.raises(images.PhotoBusy):
        prepared(corpus.jpeg())
    with pytest.raises(images.PhotoUnreadable):
        prepared(corpus.cut(corpus.jpeg()))
    assert prepared(corpus.jpeg()).width == 600
