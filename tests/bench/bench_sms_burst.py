"""1,500 codes at once, to two providers of whom one is gone: seconds until the last of them has left.

The reference is what is allowed. It is measured once: the harness' first call is the run.
"""

from __future__ import annotations

from functools import cache

from tests.bench import sms
from tests.bench.harness import Benchmark

NAME = "sms-burst"
CODES = 1500
ALLOWED = 60.0  # seconds


def benchmark() -> Benchmark:
    return Benchmark(name=NAME, unit="s", ours=drained, reference=lambda: ALLOWED, clock="returned", rounds=1)


@cache
def drained() -> float:
    with sms.front_of_two_that_has_one() as front:
        caller = front.portal.caller()
        caller.begin("code", lasts=sms.LASTS, how_many=CODES)
        put = caller.result()
        sms.wait_until(lambda: not front.unfinished())
        arrived = front.arrived_at()
    return max(arrived.get(one.pk, float("inf")) for one in put) - put[0].committed_at
