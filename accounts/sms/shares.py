"""How much of its weight a provider keeps: less after each failure or slow answer, and slowly all of it again.

Each worker process judges by what it has seen itself: nothing has to be asked,
and nothing is left to be wrong about when the database or the broker is away.
"""

from __future__ import annotations

import logging
import time
from threading import Lock

logger = logging.getLogger(__name__)

LEAST = 1 / 64
AFTER = {"unreachable": 0.5, "in_doubt": 0.4, "slow": 0.75}
DOUBLES_EVERY = 60.0  # seconds without a failure
SLOW = 3.0  # seconds for one hand-over
# Below it a provider gets only what may be sent twice, while another one can be asked.
TRUSTED_WITH_CODES = 0.25


class Shares:
    """Of each provider by name; between LEAST and 1, and 1 for one that nothing is known of."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last: dict[str, tuple[float, float]] = {}

    def of(self, name: str) -> float:
        last = self._last.get(name)
        if last is None:
            return 1.0
        share, since = last
        grown = share * 2 ** ((time.monotonic() - since) / DOUBLES_EVERY)
        if grown < 1:
            return grown
        with self._lock:
            is_mine = self._last.pop(name, None) is not None
        if is_mine:
            logger.warning("provider %s: share 1.00, back to its whole weight", name)
        return 1.0

    def lower(self, name: str, why: str) -> None:
        """`why` is one of AFTER."""
        before = self.of(name)
        after = max(LEAST, before * AFTER[why])
        with self._lock:
            self._last[name] = (after, time.monotonic())
        if after < before:
            logger.warning("provider %s: share %.2f, was %.2f: %s", name, after, before, why)
