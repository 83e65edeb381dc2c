"""A phone's 12 MP photo, and the programs the intake of pictures is measured against.

djpeg and cjpeg are libjpeg's own; vipsthumbnail is what one would call to make small pictures of large ones.
"""

from __future__ import annotations

import atexit
import io
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

from PIL import Image, ImageFilter

from registration.images import Picture, Shape, prepare
from tests.deployed import ROOT
from tests.registration import pictures

OUTPUTS: Final = ("source", "data", "thumbnail")

# Starts a program from a small process: the peak of whoever starts it is counted as its own.
_PEAK: Final = (
    "import os, sys; print(os.wait4(os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:]), 0)[2].ru_maxrss / 1024)"
)
_PREPARE: Final = (
    "import sys; from registration.images import Shape, prepare; prepare(open(sys.argv[1], 'rb'), shape=Shape.PORTRAIT)"
)


def require(program: str, *, package: str) -> str:
    """Its path; without it there is nothing to compare with."""
    found = shutil.which(program)
    if found is None:
        raise SystemExit(f"{program} is not installed (Debian: apt-get install {package})")
    return found


@cache
def folder() -> Path:
    made = tempfile.TemporaryDirectory(prefix="portal-photos-")
    atexit.register(made.cleanup)
    return Path(made.name)


@cache
def jpeg() -> Path:
    """A portrait of 3024×4032 with the grain of a phone's small sensor: about 3.5 MB, as phones write them."""
    size = pictures.PHONE_PORTRAIT
    face = Image.open(io.BytesIO(pictures.portrait_bytes())).resize(size, Image.Resampling.BICUBIC)
    bands = [Image.effect_noise(size, 40).filter(ImageFilter.GaussianBlur(0.7)) for _band in range(3)]
    path = folder() / "photo.jpg"
    Image.blend(face, Image.merge("RGB", bands), 0.45).save(path, "JPEG", quality=92)
    return path


@cache
def heic() -> Path:
    """The same, as vips writes it: 1.5 to 2 MB."""
    vips, path = require("vips", package="libvips-tools"), folder() / "photo.heic"
    run(vips, "heifsave", str(jpeg()), str(path), "--compression", "hevc", "--Q", "45", "--effort", "0")
    return path


def intake(path: Path) -> Picture:
    """All three outputs of one portrait: 600×800, the whole at 1600, 320."""
    with path.open("rb") as file:
        return prepare(file, shape=Shape.PORTRAIT)


def thumbnails(path: Path, *sizes: str) -> None:
    """One run a size: the program makes one picture of one picture."""
    program = require("vipsthumbnail", package="libvips-tools")
    for size in sizes:
        run(program, str(path), "--size", size, "--output", str(folder() / "small.jpg[Q=85,strip]"))


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def peak_of_intake(path: Path) -> float:
    """MB of a fresh process that takes in one portrait, or of its decoder if that is the larger."""
    return _peak(sys.executable, "-c", _PREPARE, str(path))


def peak_of_thumbnail(path: Path) -> float:
    output = str(folder() / "small.jpg[Q=85,strip]")
    program = require("vipsthumbnail", package="libvips-tools")
    return _peak(program, str(path), "--size", "1600x1600", "--output", output)


def _peak(*command: str) -> float:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _PEAK, *command], check=True, capture_output=True, text=True, cwd=ROOT
    )
    return float(done.stdout)
