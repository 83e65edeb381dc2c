"""What a stranger's file may take: a process apart that sees nothing of this one's environment, a place among few."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

from registration.pixels import Reason, Refused

logger = logging.getLogger(__name__)

_ROOT: Final = Path(__file__).resolve().parent.parent
# Nothing of ours. numpy would set memory aside for a thread a processor, and on a large machine pass the ceiling by it.
_ENVIRONMENT: Final = {"OPENBLAS_NUM_THREADS": "1"}


def answer_of(program: str, data: bytes, *, argument: str, seconds: int) -> bytes:
    """What `registration.<program>` said of `data` within so many seconds; `Refused` by its exit code or its end."""
    try:
        done = subprocess.run(  # noqa: S603 - the arguments are words of ours
            [sys.executable, "-B", "-m", f"registration.{program}", argument],
            input=data,
            capture_output=True,
            timeout=seconds,
            cwd=_ROOT,
            env=_ENVIRONMENT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        logger.warning("%s took longer than %s s", program, seconds)
        raise Refused(Reason.UNREADABLE) from error
    if done.returncode == 0:
        return done.stdout
    if done.returncode in list(Reason):
        raise Refused(Reason(done.returncode))
    logger.warning("%s broke down, exit %s", program, done.returncode)
    raise Refused(Reason.UNREADABLE)


@contextmanager
def one_of(places: BoundedSemaphore, *, wait: float, busy: Exception) -> Iterator[None]:
    """One of a process's places for such work; `busy` if none is free within `wait` seconds."""
    if not places.acquire(timeout=wait):
        raise busy
    try:
        yield
    finally:
        places.release()
