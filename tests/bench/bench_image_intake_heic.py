"""A phone's 12 MP HEIC becomes the same three pictures; processor time, that of our limited decoder included.

The reference is vipsthumbnail making the three outputs, one run each, as it makes one picture a run. The limit is
a single one of its runs (1600), as if the other two were free.
"""

from __future__ import annotations

from tests.bench import photos
from tests.bench.harness import Benchmark

NAME = "image-intake-heic"


def benchmark() -> Benchmark:
    heic = photos.heic()
    return Benchmark(
        name=NAME,
        unit="ms",
        ours=lambda: photos.intake(heic),
        reference=lambda: photos.thumbnails(heic, "1600x1600", "600x800", "320x320"),
        limit=lambda: photos.thumbnails(heic, "1600x1600"),
        rounds=7,
    )
