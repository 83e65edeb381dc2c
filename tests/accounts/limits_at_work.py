"""Where limits count in a test: the suite's own store, or the database with no store there."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.limits import LIMITS, failures, hit
from tests.servers import free_port
from vssportal import settings as production

PLACES = ("store", "database")


class WrongGuess(Exception):
    pass


def at_redis(settings: Any, url: str) -> None:
    settings.CACHES = {"default": {**production.CACHES["default"], "LOCATION": url}}


def no_store(settings: Any) -> None:
    at_redis(settings, f"redis://127.0.0.1:{free_port()}/0")


def use_up(name: str, key: str = "") -> None:
    for _ in range(LIMITS[name].count):
        hit(name, key)


def guess(*uses: tuple[str, str], right: bool = False) -> None:
    with failures(*uses):
        if not right:
            raise WrongGuess


def guess_wrong(*uses: tuple[str, str], times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(WrongGuess):
            guess(*uses)
