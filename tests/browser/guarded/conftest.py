"""A second portal: staff and clinic desks prove two factors, and a proxy stands in front that tells the address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import Portal, running_portal

SETTINGS = {"STAFF_SECOND_FACTOR": "1", "CLINIC_SESSIONS": "1", "TRUSTED_PROXY_COUNT": "1"}


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("guarded") / "data"


@pytest.fixture(scope="session")
def portal(data: Path) -> Iterator[Portal]:
    with running_portal(data, **SETTINGS) as running:
        yield running
