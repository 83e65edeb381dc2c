"""The same for a 12 MP HEIC: the larger of our two processes, its decoder, beside vipsthumbnail making one of 1600."""

from __future__ import annotations

from tests.bench import photos
from tests.bench.harness import Benchmark

NAME = "image-intake-heic-memory"


def benchmark() -> Benchmark:
    heic = photos.heic()
    return Benchmark(
        name=NAME,
        unit="MB",
        ours=lambda: photos.peak_of_intake(heic),
        reference=lambda: photos.peak_of_thumbnail(heic),
        clock="returned",
        rounds=5,
    )
