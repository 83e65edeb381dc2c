"""A forgotten password's first step of a code that has an account and of one that has none (answers.py)."""

from __future__ import annotations

from tests.bench import logins
from tests.bench.answers import comparison
from tests.bench.bench_login_answers import CODE, UNKNOWN
from tests.bench.harness import Benchmark

NAME = "reset-answers"


def benchmark() -> Benchmark:
    logins.an_account(CODE)
    return comparison(NAME, "/quen-mat-khau/", {"username": CODE}, {"username": UNKNOWN}, then="/quen-mat-khau/ma/")
