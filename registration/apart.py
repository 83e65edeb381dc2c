"""Runs one of our own programs on a stranger's file: a process apart that sees nothing of this one's environment."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path
from typing import Final

from registration.containers import Kind
from registration.pixels import Reason, Refused

logger = logging.getLogger(__name__)

_ROOT: Final = Path(__file__).resolve().parent.parent


def answer_of(program: str, data: bytes, *, kind: Kind, seconds: int) -> bytes:
    """What `registration.<program>` said of `data` within so many seconds; `Refused` by its exit code or its end."""
    try:
        done = subprocess.run(  # noqa: S603 - the arguments are names of ours
            [sys.executable, "-B", "-m", f"registration.{program}", kind.value],
            input=data,
            capture_output=True,
            timeout=seconds,
            cwd=_ROOT,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(Reason.UNREADABLE) from error
    if done.returncode == 0:
        return done.stdout
    if done.returncode in list(Reason):
        raise Refused(Reason(done.returncode))
    logger.warning("%s broke down, exit %s", program, done.returncode)
    raise Refused(Reason.UNREADABLE)
