"""Servers that stop in the middle of their work and go on: a broker that hangs, a database that is restarted."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import redis

from tests import servers


class Broker:
    """A real Valkey; one that hangs takes connections and answers nothing."""

    def __init__(self, url: str) -> None:
        with redis.Redis.from_url(url) as client:
            self.pid = int(client.info("server")["process_id"])

    def hang(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self.pid, signal.SIGCONT)


class Database:
    """A real PostgreSQL of tests.servers, whose program is started again as it was."""

    def __init__(self, url: str) -> None:
        self.url = url
        with psycopg.connect(url, autocommit=True) as connection:
            (words,) = connection.execute("SELECT pg_read_file('postmaster.pid')").fetchone() or ("",)
        self.pid = int(words.split()[0])
        proc = Path(f"/proc/{self.pid}")
        self.command = proc.joinpath("cmdline").read_text().rstrip("\0").split("\0")
        self.folder = proc.joinpath("cwd").readlink()
        self.process: subprocess.Popen[bytes] | None = None

    def stop(self) -> None:
        """As a restart does it: connections are cut, what they had not committed is undone."""
        os.kill(self.pid, signal.SIGINT)
        _wait_until(lambda: not (self.folder / "cluster" / "postmaster.pid").exists())

    def start(self) -> None:
        user: dict[str, Any] = servers._unprivileged(self.folder)
        self.process = subprocess.Popen(
            self.command,
            cwd=self.folder,
            env=servers._plain_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=servers._end_with_the_tests,
            **user,
        )
        self.pid = self.process.pid
        _wait_until(lambda: servers._postgres_answers(self.url))

    def kill(self) -> None:
        """The one started here; the first belongs to whoever started it."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGINT)
            self.process.wait(10)


def _wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + servers.START_WITHIN
    while not happened():
        if time.monotonic() > deadline:
            raise servers.ServerFailure("the database did not restart")
        time.sleep(0.02)
