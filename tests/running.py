"""The portal as a newcomer starts it: `./portal up`, with its real web server, worker, scheduler and broker."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers import ServerFailure, free_port

ROOT = Path(__file__).resolve().parents[1]
# What the test run itself is set to must not reach the portal it starts.
NOT_ITS_OWN = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "PORTAL_DATA_DIR", "SECRET_KEY", "SMS_GATEWAY")


@dataclass(frozen=True)
class Portal:
    """A running portal and its phones."""

    url: str
    process: subprocess.Popen[str]

    def inbox(self) -> list[dict[str, str]]:
        """Every message, newest first, as /hop-thu-sms/ shows it."""
        with urllib.request.urlopen(f"{self.url}/hop-thu-sms/?format=json", timeout=10) as answer:
            return list(json.load(answer))

    def text(self, pattern: str, *, to: str, within: float = 20) -> re.Match[str]:
        """The newest message to a phone (as people write it) that reads so, once the worker has handed it over."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            for row in self.inbox():
                found = re.search(pattern, row["text"])
                if found and row["to"].endswith(to[-9:]):
                    return found
            time.sleep(0.2)
        raise AssertionError(f"no message like {pattern!r} within {within} s")

    def child(self, name: str) -> int:
        """Process id of the supervised child whose command line has this word."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for pid in children:
            if name in Path(f"/proc/{pid}/cmdline").read_text().split("\0"):
                return int(pid)
        raise AssertionError(f"no child {name}")


@contextmanager
def running_portal(data: Path, *, port: int = 0, **settings: str) -> Iterator[Portal]:
    """`./portal up --data DATA`, ready, with these environment variables; stopped as Ctrl-C stops it.

    On a free port, unless it has to be where a browser knows it already.
    """
    port = port or free_port()
    command = [sys.executable, str(ROOT / "portal"), "up", "--port", str(port), "--data", str(data)]
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_ITS_OWN}
    environment = {**inherited, **settings}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    try:
        _wait_until_ready(process)
        yield Portal(url=f"http://127.0.0.1:{port}", process=process)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _wait_until_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if line.startswith("Portal ready:"):
            return
    raise ServerFailure("".join(said))
