"""`python -m tests.registration.measure FILE`: outcome, seconds and peak growth in MB of one `prepare`."""

import sys
import time
from pathlib import Path

from registration.images import PhotoError, Shape, prepare


def peak() -> float:
    """This program's own peak in MB; `ru_maxrss` would carry over that of the one that started it."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def main() -> None:
    with Path(sys.argv[1]).open("rb") as file:
        before, started, outcome = peak(), time.perf_counter(), "taken"
        try:
            prepare(file, shape=Shape.PORTRAIT)
        except PhotoError as error:
            outcome = error.code
        seconds, growth = time.perf_counter() - started, peak() - before
    sys.stdout.write(f"{outcome} {seconds:.4f} {growth:.1f}\n")


if __name__ == "__main__":
    main()
