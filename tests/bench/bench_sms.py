"""Messages a second of our whole path, beside bare Celery that makes the same request; as milliseconds a message.

Ours: sealed and committed by its caller, queued, claimed by the worker, handed
to a carrier that answers at once, its outcome written down, the carrier's
report taken by the page for it. The reference: an id sent to Celery, whose
worker makes the request with `requests`, as one does. Both on one Valkey, in the same number of threads.
A ratio of 1.67 is 0.6 of the messages a second.
"""

from __future__ import annotations

import atexit
import subprocess
import sys
import time
from contextlib import ExitStack

from tests.bench import sms
from tests.bench.harness import Benchmark
from tests.carriers import Carrier, carrier
from tests.deployed import ROOT, WORKER, Deployment
from tests.servers import _end_with_the_tests

NAME = "sms"
MESSAGES = 1500


def benchmark() -> Benchmark:
    resources = ExitStack()
    atexit.register(resources.close)
    front = resources.enter_context(sms.front("ours"))
    plain = resources.enter_context(carrier("plain"))
    return Benchmark(
        name=NAME, unit="ms", ours=Ours(front), reference=Plain(front.portal, plain), clock="returned", rounds=7
    )


class Ours:
    def __init__(self, front: sms.Front) -> None:
        self.front, self.caller = front, front.portal.caller()

    def __call__(self) -> float:
        begun = time.monotonic()
        self.caller.begin("code", lasts=sms.LASTS, how_many=MESSAGES)
        self.caller.result()
        sms.wait_until(lambda: not self.front.unfinished())
        return (time.monotonic() - begun) * 1e3 / MESSAGES


class Plain:
    def __init__(self, portal: Deployment, plain: Carrier) -> None:
        self.plain = plain
        broker = f"{portal.broker.rpartition('/')[0]}/1"
        portal.environment.update(PLAIN_BROKER=broker, PLAIN_CARRIER=plain.url)
        words = [word.replace("vssportal", "tests.bench.plain_celery") for word in WORKER]
        portal.start("plain", *words, "-c", str(sms.THREADS), "-n", "plain@%h", "--loglevel", "INFO").wait_for(
            " ready."
        )
        self.sender = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.plain_celery"],
            cwd=ROOT,
            env=portal.environment,
            stdin=subprocess.PIPE,
            preexec_fn=_end_with_the_tests,
            text=True,
        )

    def __call__(self) -> float:
        assert self.sender.stdin is not None
        arrived, begun = self.plain.count(), time.monotonic()
        self.sender.stdin.write(f"{MESSAGES}\n")
        self.sender.stdin.flush()
        sms.wait_until(lambda: self.plain.count() == arrived + MESSAGES)
        return (time.monotonic() - begun) * 1e3 / MESSAGES
