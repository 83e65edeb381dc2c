"""Peak memory of a fresh process that takes in a 12 MP JPEG, beside vipsthumbnail making one picture of 1600."""

from __future__ import annotations

from tests.bench import photos
from tests.bench.harness import Benchmark

NAME = "image-intake-memory"


def benchmark() -> Benchmark:
    jpeg = photos.jpeg()
    return Benchmark(
        name=NAME,
        unit="MB",
        ours=lambda: photos.peak_of_intake(jpeg),
        reference=lambda: photos.peak_of_thumbnail(jpeg),
        clock="returned",
        rounds=5,
    )
