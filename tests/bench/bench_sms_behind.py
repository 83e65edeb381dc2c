"""Codes that come while 10,000 notices wait, to two providers of whom one is gone: seconds that the slowest takes.

The reference is what is allowed. It is measured once: the harness' first call is the run.
"""

from __future__ import annotations

from functools import cache

from tests.bench import sms
from tests.bench.harness import Benchmark

NAME = "sms-behind"
NOTICES, CODES = 10_000, 20
ALLOWED = 2.0  # seconds


def benchmark() -> Benchmark:
    return Benchmark(name=NAME, unit="s", ours=slowest, reference=lambda: ALLOWED, clock="returned", rounds=1)


@cache
def slowest() -> float:
    with sms.front_of_two_that_has_one() as front:
        crowd, someone = front.portal.caller(), front.portal.caller()
        front.worker.kill()
        crowd.begin("notice", lasts=sms.LASTS, how_many=NOTICES)
        crowd.result()
        front.worker.start()
        sms.wait_until(lambda: front.carriers[1].count() > sms.THREADS)
        someone.begin("code", lasts=sms.LASTS, how_many=CODES, a_second=1)
        put = someone.result()
        sms.wait_until(lambda: front.arrived_at().keys() >= {one.pk for one in put})
        return front.waits(put)[-1]
