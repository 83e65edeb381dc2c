"""Every odd file is either made into a plain picture or refused with its own sentence."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from registration import images
from registration.images import Shape, prepare
from registration.pixels import Refused, packed, unpacked
from tests.registration import corpus
from tests.registration.corpus import corners, decoded, is_near, shows_quarters
from tests.registration.odd_files import BOMBS, GREY_OR_BLANK, REFUSED, TAKEN
from tests.registration.pictures import leaves_bytes, portrait_bytes

RED, GREEN, BLUE, YELLOW = corpus.COLOURS
SIZES = st.tuples(st.integers(0, 4), st.integers(0, 4))
ROOT = Path(__file__).resolve().parent.parent.parent


def prepared(data: bytes, *, shape: Shape = Shape.PORTRAIT) -> images.Picture:
    return prepare(io.BytesIO(data), shape=shape)


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
    ("box", "value", "wanted"),
    [
        (b"irot", 0, (GREEN, YELLOW, RED, BLUE)),
        (b"irot", 1, (YELLOW, BLUE, GREEN, RED)),
        (b"irot", 2, (BLUE, RED, YELLOW, GREEN)),
        (b"irot", 3, (RED, GREEN, BLUE, YELLOW)),
        (b"imir", 0, (RED, BLUE, GREEN, YELLOW)),
        (b"imir", 1, (YELLOW, GREEN, BLUE, RED)),
    ],
)
def test_a_heic_photo_stands_as_its_boxes_say(box: bytes, value: int, wanted: tuple[tuple[int, ...], ...]) -> None:
    picture = prepared(corpus.heic_placed(box, value), shape=Shape.DOCUMENT)
    assert all(is_near(one, other, by=16) for one, other in zip(corners(picture.data), wanted, strict=True))
    lies = box == b"imir" or value % 2 == 0
    assert (picture.width, picture.height) == ((640, 480) if lies else (480, 640))


@pytest.mark.parametrize("name", ["photo.heic", "photo.svg", "", "../../photo.php\0.jpg"])
def test_a_name_and_a_declared_type_are_not_asked(name: str) -> None:
    file = SimpleUploadedFile(name or "x", corpus.png(), content_type="text/html")
    assert shows_quarters(prepare(file, shape=Shape.PORTRAIT).data)


def test_the_corpus_is_as_large_as_it_was() -> None:
    assert len(TAKEN) + len(GREY_OR_BLANK) + len(REFUSED) >= 110
    assert not TAKEN.keys() & REFUSED.keys()


@pytest.mark.parametrize("name", TAKEN)
@pytest.mark.parametrize("shape", Shape)
def test_nothing_of_the_original_but_its_pixels_lives_on(name: str, shape: Shape) -> None:
    picture = prepared(TAKEN[name](), shape=shape)
    kept = [data for data in (picture.data, picture.thumbnail, picture.source) if data is not None]
    assert len(kept) == (3 if shape is Shape.PORTRAIT else 2)
    for data in kept:
        for trace in (corpus.PLANTED, "PLANTED".encode("utf-16-be"), b"Exif", b"ICC_PROFILE", b"PK\3\4"):
            assert trace not in data
        assert set(decoded(data).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert data.endswith(b"\xff\xd9")


def test_the_corpus_hides_words_wherever_a_file_has_room_for_them() -> None:
    assert sum(corpus.PLANTED in make() for make in TAKEN.values()) >= 15


@pytest.mark.parametrize("file_format", ["PNG", "JPEG"])
def test_colours_of_a_wide_profile_are_brought_to_srgb(file_format: str) -> None:
    profile = corpus.wide_profile()
    plain = corpus.saved(Image.new("RGB", (480, 640), (200, 80, 80)), file_format)
    wide = corpus.saved(Image.new("RGB", (480, 640), (200, 80, 80)), file_format, icc_profile=profile)
    before, after = (decoded(prepared(data).data).getpixel((300, 400)) for data in (plain, wide))
    assert is_near(before, (200, 80, 80), by=2)
    assert not is_near(before, after, by=10)


@given(st.binary(max_size=64) | st.builds(lambda size, rest: struct.pack(">HH", *size) + rest, SIZES, st.binary()))
def test_the_answer_of_the_decoder_is_measured_not_trusted(answer: bytes) -> None:
    try:
        image = unpacked(answer)
    except Refused:
        return
    assert packed(image) == answer
    assert max(image.size) <= 1_600


def test_what_the_decoder_packs_is_unpacked() -> None:
    image = unpacked(packed(corpus.quarters(size=(37, 1_600))))
    assert image.tobytes() == corpus.quarters(size=(37, 1_600)).tobytes()
    with pytest.raises(Refused):
        unpacked(packed(corpus.quarters(size=(37, 1_601))))


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


@pytest.mark.parametrize("shape", list(Shape))
def test_a_small_picture_is_light_however_busy_it_is(shape: Shape) -> None:
    busy, plain = (prepared(data, shape=shape).thumbnail for data in (leaves_bytes(), portrait_bytes()))
    assert len(plain) < len(busy) <= images.THUMBNAIL_BYTES


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
