"""The portal as a newcomer starts it, and a real Chromium in front of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@dataclass(frozen=True)
class Portal:
    """A running portal and its phones."""

    url: str
    data: Path
    process: subprocess.Popen[str]

    def inbox(self) -> list[dict[str, str]]:
        with urllib.request.urlopen(f"{self.url}/hop-thu-sms/?format=json", timeout=10) as answer:
            return list(json.load(answer))

    def text(self, pattern: str, *, within: float = 20) -> re.Match[str]:
        """The newest message that reads so, once the worker has handed it over."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            for row in self.inbox():
                found = re.search(pattern, row["text"])
                if found:
                    return found
            time.sleep(0.2)
        raise AssertionError(f"no message like {pattern!r} within {within} s")


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """`./portal up` on a fresh folder: web, worker, scheduler and broker, all real."""
    data, port = tmp_path_factory.mktemp("portal") / "data", free_port()
    command = [sys.executable, str(ROOT / "portal"), "up", "--port", str(port), "--data", str(data)]
    mine = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "PORTAL_DATA_DIR", "SECRET_KEY")
    environment = {name: value for name, value in os.environ.items() if name not in mine}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    try:
        _wait_until_ready(process)
        yield Portal(url=f"http://127.0.0.1:{port}", data=data, process=process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait_until_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if line.startswith("Portal ready:"):
            return
    pytest.fail("the portal did not start:\n" + "".join(said))


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
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
