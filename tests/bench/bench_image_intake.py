"""A phone's 12 MP JPEG becomes a portrait of 600×800, the whole at 1600 and a thumbnail of 320; processor time.

The limit is libjpeg alone: one djpeg at the nearest scale it has above 1600 (4/8), and one cjpeg for each output
from pixels that lie ready in its size, so that resizing costs it nothing. The reference is what one would do with
the two programs: a djpeg at the nearest scale and a cjpeg for each output.
"""

from __future__ import annotations

import io

from PIL import Image

from tests.bench import photos
from tests.bench.harness import Benchmark

NAME = "image-intake"
QUALITIES = {"source": "90", "data": "85", "thumbnail": "65"}
NEAREST = {"source": "3/8", "data": "2/8", "thumbnail": "1/8"}


def benchmark() -> Benchmark:
    programs = Programs()
    return Benchmark(
        name=NAME,
        unit="ms",
        ours=lambda: photos.intake(photos.jpeg()),
        reference=programs.one_by_one,
        limit=programs.at_once,
        rounds=21,
    )


class Programs:
    def __init__(self) -> None:
        self.djpeg = photos.require("djpeg", package="libjpeg-turbo-progs")
        self.cjpeg = photos.require("cjpeg", package="libjpeg-turbo-progs")
        self.near, self.small = str(photos.folder() / "near.ppm"), str(photos.folder() / "small.jpg")
        self.pixels = {name: str(photos.folder() / f"{name}.ppm") for name in photos.OUTPUTS}
        picture = photos.intake(photos.jpeg())
        for name, path in self.pixels.items():
            Image.open(io.BytesIO(getattr(picture, name))).save(path)

    def one_by_one(self) -> None:
        for name, quality in QUALITIES.items():
            self._decode(NEAREST[name])
            self._encode(self.near, quality)

    def at_once(self) -> None:
        self._decode("4/8")
        for name, quality in QUALITIES.items():
            self._encode(self.pixels[name], quality)

    def _decode(self, scale: str) -> None:
        photos.run(self.djpeg, "-scale", scale, "-outfile", self.near, str(photos.jpeg()))

    def _encode(self, pixels: str, quality: str) -> None:
        photos.run(self.cjpeg, "-quality", quality, "-outfile", self.small, pixels)
