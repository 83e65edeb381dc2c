"""25 codes a second for two minutes, to two providers of whom one is gone: how many of a hundred go late.

The reference is what is allowed. It is measured once: the harness' first call is the run.
"""

from __future__ import annotations

from functools import cache

from tests.bench import sms
from tests.bench.harness import Benchmark

NAME = "sms-load"
A_SECOND, SECONDS = 25.0, 120
IN_TIME = 10.0  # seconds
MAY_BE_LATE = 0.1  # of a hundred


def benchmark() -> Benchmark:
    return Benchmark(name=NAME, unit="%", ours=late, reference=lambda: MAY_BE_LATE, clock="returned", rounds=1)


@cache
def late() -> float:
    with sms.front_of_two_that_has_one() as front:
        caller = front.portal.caller()
        caller.begin("code", lasts=sms.LASTS, how_many=int(A_SECOND * SECONDS), a_second=A_SECOND)
        put = caller.result()
        sms.wait_until(lambda: not front.unfinished())
        waits = front.waits(put)
    return 100 * sum(wait > IN_TIME for wait in waits) / len(waits)
