"""A file's status asked with a phone that is not its own, and of a number no file has (tests/bench/answers.py)."""

from __future__ import annotations

from tests import factories
from tests.bench import logins
from tests.bench.answers import comparison
from tests.bench.harness import Benchmark

NAME = "status-answers"
PHONE = "0999000777"


def benchmark() -> Benchmark:
    logins.as_in_production()
    number = str(factories.filed().file_number)
    unknown = f"99999{number[5:]}"
    return comparison(
        NAME, "/ho-so/", {"file_number": number, "phone": PHONE}, {"file_number": unknown, "phone": PHONE}
    )
