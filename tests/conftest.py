"""What every test stands on."""

from __future__ import annotations

import gc
from collections.abc import Generator, Iterator
from itertools import count
from pathlib import Path

import pytest
import redis
from django.db import connection
from django.test import override_settings

from accounts import alarms, counting
from tests.servers import valkey
from tests.starting import own_tree
from vssportal import settings as production


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Thousands of tests stay to the end: no garbage is looked for among them, neither meanwhile nor afterwards."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: python -m tests.on_postgres"))


@pytest.fixture(scope="session")
def limit_store() -> Iterator[redis.Redis]:
    """One real Valkey for each process of the suite: limits are counted where the portal counts them."""
    with valkey() as url:
        kept = {"default": {**production.CACHES["default"], "LOCATION": url}}
        with override_settings(CACHES=kept), redis.Redis.from_url(url) as client:
            yield client


@pytest.fixture(autouse=True)
def fresh_limits(limit_store: redis.Redis) -> None:
    """No test uses up another's rate limits, or has sounded another's alarm."""
    limit_store.flushdb()
    counting._away_until = 0.0
    alarms._sounded.clear()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The product to be started in a process of its own."""
    return own_tree(tmp_path / "product")


@pytest.fixture(scope="session")
def private_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """None of them there yet: most tests keep no photo."""
    everything = tmp_path_factory.mktemp("private")
    return (everything / str(number) for number in count(1))


@pytest.fixture(autouse=True)
def private_files(settings, private_folders: Iterator[Path]) -> Path:
    """Every test keeps its photos in a folder of its own."""
    storage = settings.STORAGES["default"]
    options = {**storage["OPTIONS"], "location": next(private_folders)}
    settings.STORAGES = {**settings.STORAGES, "default": {**storage, "OPTIONS": options}}
    return options["location"]
