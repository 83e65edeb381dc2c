"""From the outbox through a real worker and a real Kannel to the carrier, and the report all the way back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deployed import Deployment, deployment
from tests.kannel import Kannel, kannel, require_kannel
from tests.waiting import wait_for

pytestmark = pytest.mark.portal

TOKEN = "token-of-kannels-reports"
FILE = """
[kannel]
gateway = "kannel"
url = "{url}"
username = "{username}"
password = "{password}"
sender = "BHXH"
reports = {{token = "{token}"}}
"""
LASTS = {"code": 600.0, "credentials": 3600.0, "notice": 3600.0}


@pytest.fixture
def sms() -> Iterator[Kannel]:
    require_kannel()
    with kannel() as running:
        yield running


@pytest.fixture
def portal(sms: Kannel, tmp_path: Path) -> Iterator[Deployment]:
    with deployment(tmp_path) as made:
        providers = tmp_path / "providers.toml"
        providers.write_text(FILE.format(url=sms.url, username=sms.username, password=sms.password, token=TOKEN))
        made.environment["SMS_PROVIDERS"] = str(providers)
        yield made


def states(portal: Deployment) -> dict[str, int]:
    return dict(portal.rows("SELECT state, count(*) FROM accounts_message GROUP BY state"))


def test_kannel_delivers_and_its_report_ends_the_message(sms: Kannel, portal: Deployment) -> None:
    web, worker, caller = portal.web(), portal.worker(threads=4), portal.caller()
    worker.wait_for(" ready.")
    caller.begin("code", "credentials", "notice", lasts=LASTS, how_many=6)
    put = caller.result()
    wait_for(lambda: states(portal) == {"delivered": 6}, within=30)
    rows = portal.rows("SELECT gateway, attempts, length(body), delivered_at >= sent_at FROM accounts_message")
    assert rows == [("kannel", 1, 0, True)] * 6
    received = sms.received()
    assert len(received) == len(put) == 6
    assert len({text for _to, text in received}) == 6
    for part in (web, worker):
        log = part.log.read_text()
        assert TOKEN not in log
        assert not [text for _to, text in received if text in log]


def test_while_the_carrier_is_away_a_message_is_sent_and_not_delivered(sms: Kannel, portal: Deployment) -> None:
    portal.web()
    portal.worker(threads=4).wait_for(" ready.")
    sms.carrier_goes()
    caller = portal.caller()
    caller.begin("code", lasts=LASTS, how_many=1)
    caller.result()
    wait_for(lambda: states(portal) == {"sent": 1}, within=20)
    assert sms.received() == []
    sms.carrier_returns()
    wait_for(lambda: states(portal) == {"delivered": 1}, within=30)
    assert len(sms.received()) == 1
