"""A wrong password for a BHXH code that has an account and for one that has none (tests/bench/answers.py)."""

from __future__ import annotations

from tests.bench import logins
from tests.bench.answers import comparison
from tests.bench.harness import Benchmark

NAME = "login-answers"
# Both end alike: a forgotten password's page repeats the last three digits.
CODE, UNKNOWN = "9900000001", "9911111001"
WRONG = "khong-phai-mat-khau"


def benchmark() -> Benchmark:
    logins.an_account(CODE)
    return comparison(
        NAME, logins.LOGIN, {"username": CODE, "password": WRONG}, {"username": UNKNOWN, "password": WRONG}
    )
