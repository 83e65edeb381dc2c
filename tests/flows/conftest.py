from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.brokers import lead_to
from vssportal.celery import app


@pytest.fixture
def broker_in_memory() -> Iterator[None]:
    """Races are about rows; messages go to a queue nobody reads."""
    before = app.conf.broker_url
    lead_to("memory://")
    yield
    lead_to(before)
