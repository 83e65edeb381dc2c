"""The portal as a newcomer starts it, and a real Chromium in front of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.running import Portal, running_portal

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with running_portal(tmp_path_factory.mktemp("portal") / "data") as running:
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


PageMaker = Callable[..., Page]
WITH_JAVASCRIPT: list[BrowserContext] = []


@pytest.fixture
def new_page(chromium: Browser, portal: Portal) -> Iterator[PageMaker]:
    """A page of a fresh visitor: `new_page(width=360, javascript=False)`."""
    contexts = []

    def make(*, width: int = 360, javascript: bool = False) -> Page:
        context = chromium.new_context(
            base_url=portal.url,
            viewport={"width": width, "height": 740},
            java_script_enabled=javascript,
            locale="vi-VN",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        if javascript:
            WITH_JAVASCRIPT.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
