"""The portal as a newcomer starts it, and a real Chromium in front of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import pictures
from tests.browser.visitors import PageMaker, Visitors
from tests.running import Portal, running_portal

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
WEIGHTS = pytest.StashKey[list[str]]()
WALKS = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("portal") / "data"


@pytest.fixture(scope="session")
def portal(data: Path) -> Iterator[Portal]:
    with running_portal(data) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        sentence = "Chromium is not installed (Debian: apt-get install chromium)"
        if os.environ.get("PORTAL_REQUIRE_BROWSER"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture
def language() -> str:
    """What the visitors of a test read; `languages.in_both_languages` and its like give others."""
    return "vi"


@pytest.fixture
def new_page(chromium: Browser, portal: Portal, language: str) -> Iterator[PageMaker]:
    """A page of a fresh visitor: `new_page(width=360, javascript=False)`."""
    visitors = Visitors(chromium, portal.url, language)
    yield visitors.new_page
    visitors.leave()


@pytest.fixture(scope="session", autouse=True)
def album() -> Iterator[None]:
    """The README's pictures, put together from what the tests saw when PORTAL_SCREENSHOTS names a folder."""
    yield
    pictures.compose()


@pytest.fixture(scope="session")
def weights(pytestconfig: pytest.Config) -> list[str]:
    """Lines of the table printed when the run ends."""
    return pytestconfig.stash.setdefault(WEIGHTS, [])


@pytest.fixture(scope="session")
def walks(pytestconfig: pytest.Config) -> list[str]:
    """The same of what a journey takes."""
    return pytestconfig.stash.setdefault(WALKS, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    tables = {
        "first views: compressed bytes, requests, largest part, layout shift": WEIGHTS,
        "journeys: what they take": WALKS,
    }
    for title, key in tables.items():
        lines = config.stash.get(key, [])
        if lines:
            terminalreporter.section(title)
            terminalreporter.write_line("\n".join(lines))
