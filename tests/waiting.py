"""For what another process does in its own time."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_for(what: Callable[[], bool], *, within: float = 20.0) -> None:
    deadline = time.monotonic() + within
    while not what():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.02)
