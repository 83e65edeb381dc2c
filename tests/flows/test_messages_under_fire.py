"""Messages while everything dies around them: a real worker, beat, web server, broker and database, and two carriers.

FIRE_SEED repeats a run's moments; a failure prints its own.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.breaking import Broker, Database
from tests.carriers import Arrival, Carrier, Mood, carrier
from tests.deployed import Deployment, Part, deployment
from tests.waiting import wait_for

pytestmark = pytest.mark.portal

KINDS = ("code", "notice", "code", "credentials")
# Codes that outlive the judgement of a dead worker's call, and codes that end while the broker hangs.
LASTS = {"code": 100.0, "notice": 86400.0, "credentials": 259200.0}
SHORT = {"code": 35.0}
A_SECOND = 4.0
SUFFERED = (Mood.HANGS, Mood.BREAKS, Mood.CUTS, Mood.SWALLOWS, Mood.DELIVERS)
TAKES = 0.3  # seconds, a carrier's answer
KILLS = 20
LIVES_UP_TO = 1.5  # seconds that a worker is left alone once it is ready
BROKER_HANGS_FOR = 30.0
DATABASE_IS_AWAY_FOR = 3.0
FINAL_WITHIN = 150.0  # seconds, once everything is well again
# The waits of hours that a notice in doubt has, and the hour that its report is given, are cut short.
HURRY = """
    UPDATE accounts_message SET sweep_at = now() WHERE final_at IS NULL AND kind <> 'code'
    AND (state = 'queued' OR state = 'sent' AND sent_at < now() - interval '5 seconds')
"""


class Row(NamedTuple):
    pk: int
    kind: str
    state: str
    failure: str
    is_final: bool
    body_length: int
    not_after: float


class Front(NamedTuple):
    """Everything that runs."""

    portal: Deployment
    worker: Part
    first: Carrier
    second: Carrier

    def rows(self) -> dict[int, Row]:
        query = """SELECT id, kind, state, failure, final_at IS NOT NULL, length(body),
                   extract(epoch FROM not_after)::float8 FROM accounts_message"""
        return {row[0]: Row(*row) for row in self.portal.rows(query)}

    def arrivals(self) -> dict[int, list[Arrival]]:
        """By reference, the earliest first."""
        found = defaultdict(list)
        for arrival in sorted(self.first.arrivals() + self.second.arrivals()):
            found[arrival.reference].append(arrival)
        return found

    def behave(self, mood: Mood, **more: Any) -> None:
        for one in (self.first, self.second):
            one.behave(mood, **more)

    def wait_until_all_is_final(self) -> None:
        deadline = time.monotonic() + FINAL_WITHIN
        while unfinished := [row for row in self.rows().values() if not row.is_final]:
            assert time.monotonic() < deadline, unfinished
            self.portal.rows(HURRY)
            time.sleep(1)


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Front]:
    with deployment(tmp_path) as portal, ExitStack() as stack:
        first, second = (stack.enter_context(carrier(name, portal=portal.url)) for name in ("first", "second"))
        portal.hand_to([first, second])
        portal.web()
        portal.beat()
        worker = portal.worker()
        worker.wait_for(" ready.")
        yield Front(portal, worker, first, second)


def test_a_worker_killed_between_the_hand_over_and_its_note_sends_no_code_twice_and_everything_else_again(
    front: Front,
) -> None:
    front.behave(Mood.SWALLOWS, takes=60.0)
    caller = front.portal.caller()
    caller.begin("code", "notice", "credentials", lasts=LASTS, how_many=3)
    put = [one.pk for one in caller.result()]
    wait_for(lambda: len(front.arrivals()) == 3)
    assert {row.state for row in front.rows().values()} == {"sending"}
    front.worker.kill()
    front.behave(Mood.DELIVERS)
    front.worker.start()
    front.portal.rows("UPDATE accounts_message SET sweep_at = now()")  # the calls are known to be over
    front.wait_until_all_is_final()
    rows, arrived = front.rows(), front.arrivals()
    assert [(rows[pk].state, rows[pk].failure) for pk in put][:1] == [("uncertain", "worker_died")]
    assert [rows[pk].state for pk in put] == ["uncertain", "delivered", "delivered"]
    assert [len(arrived[pk]) for pk in put] == [1, 2, 2]
    assert [len({(arrival.to, arrival.text) for arrival in arrived[pk]}) for pk in put] == [1, 1, 1]


def test_under_fire_every_message_ends_no_code_goes_twice_or_late_and_all_else_arrives(front: Front) -> None:
    seed = int(os.environ.get("FIRE_SEED") or random.SystemRandom().randrange(10**6))
    sys.stdout.write(f"FIRE_SEED={seed}\n")
    callers = [front.portal.caller(), front.portal.caller()]
    callers[0].begin(*KINDS, lasts=LASTS, a_second=A_SECOND)
    callers[1].begin("code", lasts=SHORT, a_second=A_SECOND / 2)
    fire(front, random.Random(seed))
    for caller in callers:
        caller.stop()
    put = [one for caller in callers for one in caller.result()]
    front.behave(Mood.DELIVERS)
    front.wait_until_all_is_final()
    rows, arrived = front.rows(), front.arrivals()
    sys.stdout.write(f"{Counter((row.kind, row.state, row.failure) for row in rows.values())}\n")
    assert sorted(rows) == sorted(one.pk for one in put)
    assert {arrival.mood for found in arrived.values() for arrival in found} >= set(SUFFERED)
    assert "worker_died" in front.worker.log.read_text()
    assert {row.body_length for row in rows.values()} == {0}
    assert {len({(one.to, one.text) for one in found}) for found in arrived.values()} == {1}
    check_codes([row for row in rows.values() if row.kind == "code"], arrived)
    check_the_rest([row for row in rows.values() if row.kind != "code"], arrived)


def fire(front: Front, dice: random.Random) -> None:
    """Everything that happens, and meanwhile the worker's deaths."""
    to_come, kills, begun, dies_at = events(front), 0, time.monotonic(), None
    while to_come or kills < KILLS:
        now = time.monotonic() - begun
        if to_come and to_come[0][0] <= now:
            to_come.pop(0)[1]()
        elif dies_at is None and kills < KILLS and front.worker.has_said(" ready."):
            dies_at = now + dice.uniform(0, LIVES_UP_TO)
        elif dies_at is not None and dies_at <= now:
            front.worker.restart()
            kills, dies_at = kills + 1, None
        time.sleep(0.01)


def events(front: Front) -> list[tuple[float, Callable[[], None]]]:
    """Each at its second."""
    broker, database = Broker(front.portal.broker), Database(front.portal.database)
    front.portal.parts.append(database)
    front.behave(Mood.DELIVERS, takes=TAKES)
    moods = [partial(front.first.behave, mood, takes=TAKES) for mood in SUFFERED]
    away = [front.first.refuse_connections, front.first.listen]
    stopped = [database.stop, database.start, broker.hang, broker.go_on]
    waits = [*[5.0] * len(moods), 5.0, 5.0, 5.0, DATABASE_IS_AWAY_FOR, 5.0, BROKER_HANGS_FOR]
    return list(zip(accumulate(waits), [*moods, *away, *stopped], strict=True))


def check_codes(codes: list[Row], arrived: dict[int, list[Arrival]]) -> None:
    assert [row for row in codes if len(arrived[row.pk]) > 1] == []
    assert [row for row in codes if any(arrival.at > row.not_after for arrival in arrived[row.pk])] == []
    assert [row for row in codes if row.state == "expired" and arrived[row.pk]] == []
    assert [row for row in codes if row.state == "delivered" and not arrived[row.pk]] == []
    assert {row.state for row in codes} == {"delivered", "uncertain", "expired"}


def check_the_rest(others: list[Row], arrived: dict[int, list[Arrival]]) -> None:
    assert {row.state for row in others} == {"delivered"}
    moods = {row.pk: {arrival.mood for arrival in arrived[row.pk]} for row in others}
    assert [pk for pk, met in moods.items() if Mood.DELIVERS not in met] == []
