"""How long a code takes from its commit to its carrier while nothing else happens: the 99th percentile.

The reference is three round trips between two processes through the broker by
plain redis-py, and one request by the same client; the 99th percentile too.
"""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack

import redis

from accounts.sms.gateways import calls
from tests.bench import sms
from tests.bench.harness import Benchmark
from tests.servers import _end_with_the_tests

NAME = "sms-latency"
TRIES, A_SECOND = 200, 20.0
ROUND_TRIPS = 3
ECHO = """
import redis, sys
with redis.Redis.from_url(sys.argv[1], socket_timeout=None) as broker:
    while True:
        broker.lpush("back", broker.brpop("there")[1])
"""


def benchmark() -> Benchmark:
    resources = ExitStack()
    atexit.register(resources.close)
    front = resources.enter_context(sms.front("only"))
    floor = Floor(front)
    resources.callback(floor.echo.kill)
    return Benchmark(name=NAME, unit="ms", ours=Ours(front), reference=floor, clock="returned", rounds=5)


class Ours:
    def __init__(self, front: sms.Front) -> None:
        self.front, self.caller = front, front.portal.caller()

    def __call__(self) -> float:
        self.caller.begin("code", lasts=sms.LASTS, how_many=TRIES, a_second=A_SECOND)
        put = self.caller.result()
        sms.wait_until(lambda: not self.front.unfinished())
        return percentile(self.front.waits(put)) * 1e3


class Floor:
    def __init__(self, front: sms.Front) -> None:
        self.url = front.carriers[0].url
        self.broker = redis.Redis.from_url(front.portal.broker, socket_timeout=None)
        command = [sys.executable, "-c", ECHO, front.portal.broker]
        self.echo = subprocess.Popen(command, preexec_fn=_end_with_the_tests)

    def __call__(self) -> float:
        return (ROUND_TRIPS * percentile(timed(self.round_trip)) + percentile(timed(self.request))) * 1e3

    def round_trip(self) -> None:
        self.broker.lpush("there", b"1")
        self.broker.brpop("back")

    def request(self) -> None:
        document = {"to": "+84910000000", "text": "x" * 150, "id": "0"}
        calls.post(self.url, headers={"Content-Type": "application/json"}, body=json.dumps(document).encode())


def timed(call: Callable[[], None]) -> list[float]:
    """As far apart as the codes."""
    found = []
    for _ in range(TRIES):
        time.sleep(1 / A_SECOND)
        begun = time.perf_counter()
        call()
        found.append(time.perf_counter() - begun)
    return sorted(found)


def percentile(ordered: list[float]) -> float:
    return ordered[int(len(ordered) * 0.99) - 1]
