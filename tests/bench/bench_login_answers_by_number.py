"""A wrong password for a personal number that has an account and for one that has none (tests/bench/answers.py)."""

from __future__ import annotations

from tests.bench import logins
from tests.bench.answers import comparison
from tests.bench.bench_login_answers import CODE, WRONG
from tests.bench.harness import Benchmark

NAME = "login-answers-by-number"
NUMBER, UNKNOWN = "001085999001", "001085111111"


def benchmark() -> Benchmark:
    logins.an_account(CODE)
    return comparison(
        NAME, logins.LOGIN, {"username": NUMBER, "password": WRONG}, {"username": UNKNOWN, "password": WRONG}
    )
