"""What the database is asked for a piece of work: what a stranger with a clock could tell two of them apart by."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

_VALUES = re.compile(r"'[^']*'|\b\d+\b|NULL|x'[0-9a-f]*'|\"s\d+_x\d+\"")
PREPARED = "planned before: the server has its text"


def statements_of(work: Callable[[], object]) -> list[str]:
    """Each without its values."""
    with CaptureQueriesContext(connection) as asked:
        work()
    return [_VALUES.sub("?", query["sql"] or PREPARED) for query in asked]
