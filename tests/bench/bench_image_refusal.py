"""The slowest refusal among all bombs of the tests' corpus, beside what a refusal may take (50 ms); elapsed time."""

from __future__ import annotations

import io
import time

from registration.images import PhotoError, Shape, prepare
from tests.bench.harness import Benchmark
from tests.registration.odd_files import BOMBS, REFUSED

NAME = "image-refusal"
ALLOWED_MS = 50.0


def benchmark() -> Benchmark:
    bombs = [REFUSED[name][0]() for name in BOMBS]
    return Benchmark(
        name=NAME,
        unit="ms",
        ours=lambda: max(_refusal(bomb) for bomb in bombs),
        reference=lambda: ALLOWED_MS,
        clock="returned",
        rounds=15,
    )


def _refusal(bomb: bytes) -> float:
    """Milliseconds; taking it would be worse than any time."""
    started = time.perf_counter()
    try:
        prepare(io.BytesIO(bomb), shape=Shape.PORTRAIT)
    except PhotoError:
        return (time.perf_counter() - started) * 1e3
    raise RuntimeError("a bomb was taken for a photo")
