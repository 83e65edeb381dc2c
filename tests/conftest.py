"""What every test stands on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection

from accounts import limits


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: python -m tests.on_postgres"))


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    """No test uses up another's rate limits."""
    cache.clear()
    limits._away_until = 0.0
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path) -> None:
    """Every test keeps its photos in a folder of its own."""
    storage = settings.STORAGES["default"]
    options = {**storage["OPTIONS"], "location": tmp_path / "private"}
    settings.STORAGES = {**settings.STORAGES, "default": {**storage, "OPTIONS": options}}
