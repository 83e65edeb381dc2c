"""Many calls at the same moment, each on a database connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from accounts.errors import PortalError


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call gave, or the portal's refusal it met; connected first, so that all start together."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait()
            return call()
        except PortalError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def refusals(outcomes: list[Any]) -> list[str]:
    return [outcome.code for outcome in outcomes if isinstance(outcome, PortalError)]
