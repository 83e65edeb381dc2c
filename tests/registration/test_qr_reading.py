"""The codes of papers are found in what people photograph, and a hostile picture costs what it may."""

from __future__ import annotations

import io
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from registration import images, qr_reading
from tests.registration import corpus
from tests.registration.codes import BHYT, CCCD, card, code, phone_photo, photo
from tests.registration.corpus import saved
from tests.registration.odd_files import REFUSED

Make = Callable[[], bytes]

FOUND: dict[str, tuple[Make, str]] = {
    "identity card": (lambda: photo(code()), CCCD),
    "health-insurance card": (lambda: photo(code(BHYT)), BHYT),
    "png": (lambda: photo(code(), file_format="PNG"), CCCD),
    "webp": (lambda: photo(code(), file_format="WEBP"), CCCD),
    "upside down": (lambda: photo(code(turned=180)), CCCD),
    "on its side": (lambda: photo(code(turned=90)), CCCD),
    "askew": (lambda: photo(code(turned=17)), CCCD),
    "a bit blurred": (lambda: photo(code(), blur=1.2), CCCD),
    "in the corner of a phone's photo": (lambda: phone_photo(code(scale=5)), CCCD),
    "small in a phone's photo": (lambda: phone_photo(code(scale=2, turned=17)), CCCD),
    "beside another code": (lambda: photo(code("https://example.vn/quang-cao"), code()), CCCD),
    "beside a health-insurance card": (lambda: photo(code(BHYT), code()), CCCD),
    "grey": (lambda: saved(card(code()).convert("L"), "PNG"), CCCD),
    "16 bit": (lambda: saved(card(code()).convert("L").convert("I;16").point(lambda v: v * 256), "PNG"), CCCD),
    "palette": (lambda: saved(card(code()).convert("P"), "PNG"), CCCD),
    "cmyk": (lambda: saved(card(code()).convert("CMYK"), "JPEG"), CCCD),
    "nothing but the code": (lambda: saved(code(), "PNG"), CCCD),
    "black on transparent": (lambda: saved(_on_nothing(code()), "PNG"), CCCD),
}

NOT_FOUND: dict[str, Make] = {
    "no code": lambda: photo(),
    "an advertisement's": lambda: photo(code("https://example.vn/quang-cao")),
    "a code of other parts": lambda: photo(code("a|b|c")),
    "hidden bytes": lambda: photo(code("\x00\x01\x02", encoding="latin1")),
    "blurred past reading": lambda: photo(code(), blur=6),
    "heic without a code": lambda: corpus.stored("upright.heic"),
}


def _on_nothing(image: Image.Image) -> Image.Image:
    dark = image.convert("L").point(lambda value: 255 if value < 128 else 0)
    picture = Image.new("RGBA", image.size, (0, 0, 0, 0))
    picture.putalpha(dark)
    return picture


def read(data: bytes) -> str | None:
    return qr_reading.read(io.BytesIO(data))


@pytest.mark.parametrize("name", FOUND)
def test_the_code_of_a_paper_is_found(name: str) -> None:
    make, text = FOUND[name]
    assert read(make()) == text


@pytest.mark.parametrize("name", NOT_FOUND)
def test_anything_else_is_no_paper(name: str) -> None:
    assert read(NOT_FOUND[name]()) is None


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_by_the_sentence_of_photos(name: str) -> None:
    make, error = REFUSED[name]
    with pytest.raises(images.PhotoError) as refusal:
        read(make())
    assert type(refusal.value) is error


def test_the_file_is_read_from_its_start_whatever_read_it_before() -> None:
    file = io.BytesIO(photo(code()))
    file.read()
    assert qr_reading.read(file) == CCCD


def test_a_reader_that_breaks_down_is_told_to_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(images.PhotoUnreadable):
        read(photo())
    assert "exit 1" in caplog.text


def test_a_reader_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = tmp_path / "hang"
    script.write_text("#!/bin/sh\nexec sleep 30\n")
    script.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(script))
    monkeypatch.setattr(qr_reading, "_APART_SECONDS", 0.2)
    started = time.monotonic()
    with pytest.raises(images.PhotoUnreadable):
        read(photo())
    assert time.monotonic() - started < 5


def test_a_full_house_says_so_and_frees_its_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qr_reading, "_places", threading.BoundedSemaphore(1))
    monkeypatch.setattr(qr_reading, "_WAIT_SECONDS", 0.05)
    with qr_reading._places, pytest.raises(images.PhotoBusy):
        read(photo(code()))
    with pytest.raises(images.PhotoUnreadable):
        read(corpus.cut(corpus.jpeg()))
    assert read(photo(code())) == CCCD
