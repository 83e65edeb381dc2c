"""What the benchmarks of messages share: the portal as it is deployed, with one worker, and when messages arrived."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.carriers import Carrier, Mood, carrier
from tests.deployed import Deployment, Part, Put, deployment

THREADS = 32  # as in deploy/portal-worker.service
LASTS = {"code": 600.0, "notice": 86400.0, "credentials": 259200.0}
REPORTS_AFTER = 0.05  # seconds
TAKES = 0.3  # seconds, a real provider's answer
GIVE_UP_AFTER = 600.0


@dataclass(frozen=True)
class Front:
    portal: Deployment
    worker: Part
    carriers: tuple[Carrier, ...]
    database: psycopg.Connection

    def arrived_at(self) -> dict[int, float]:
        """When each message first reached a carrier, by its id."""
        arrivals = sorted((one for each in self.carriers for one in each.arrivals()), reverse=True)
        return {one.reference: one.at for one in arrivals}

    def waits(self, put: Iterable[Put]) -> list[float]:
        """Seconds from the commit of each to its arrival, the shortest first; without end for what never arrived."""
        arrived = self.arrived_at()
        return sorted(arrived.get(one.pk, float("inf")) - one.committed_at for one in put)

    def unfinished(self) -> int:
        """On a connection that stays open: a new one each time would cost what is measured."""
        row = self.database.execute("SELECT count(*) FROM accounts_message WHERE final_at IS NULL").fetchone()
        return int(row[0]) if row else 0


@contextmanager
def front(*names: str, takes: float = 0.0) -> Iterator[Front]:
    """With carriers of these names, which report what they took."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-sms-")))
        portal = stack.enter_context(deployment(folder))
        carriers = [stack.enter_context(carrier(name, portal=portal.url)) for name in names]
        for one in carriers:
            one.behave(Mood.DELIVERS, takes=takes, reports_after=REPORTS_AFTER)
        portal.hand_to(carriers)
        portal.web()
        portal.beat()
        worker = portal.worker(threads=THREADS)
        worker.wait_for(" ready.")
        database = stack.enter_context(psycopg.connect(portal.database, autocommit=True))
        yield Front(portal, worker, tuple(carriers), database)


@contextmanager
def front_of_two_that_has_one() -> Iterator[Front]:
    """Real providers, as slow as they are, of whom one refuses connections."""
    with front("first", "second", takes=TAKES) as made:
        made.carriers[0].refuse_connections()
        yield made


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + GIVE_UP_AFTER
    while not is_so():
        if time.monotonic() > deadline:
            raise RuntimeError("the messages do not come to an end")
        time.sleep(0.02)
