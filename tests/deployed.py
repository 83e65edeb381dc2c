"""The portal as it is deployed, each part a process that may be killed: web server, worker, beat, and a caller."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import psycopg

from tests import servers
from tests.carriers import Carrier, write_providers
from tests.running import NOT_ITS_OWN, ROOT

CELERY = ["celery", "-A", "vssportal"]
WORKER = [*CELERY, "worker", "--pool", "threads", "--without-gossip", "--without-mingle", "--without-heartbeat"]
GUNICORN = ["gunicorn", "vssportal.wsgi:application", "--no-control-socket", "--worker-class", "gthread"]
READY_WITHIN = 60.0  # seconds


class Put(NamedTuple):
    """A message that was put into the outbox; `committed_at` is seconds of the clock on the wall."""

    pk: int
    kind: str
    committed_at: float


class Killable(Protocol):
    def kill(self) -> None: ...


class Part:
    """One process, with a log of all its lives. It must be started by the thread that lives longest."""

    def __init__(self, command: list[str], *, log: Path, environment: dict[str, str]) -> None:
        self.command, self.log, self.environment = command, log, environment
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.begun_at = output.tell()
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.command],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                preexec_fn=servers._end_with_the_tests,
                text=True,
            )

    def kill(self) -> None:
        """As `kill -9` does; nothing is cleaned up."""
        self.process.kill()
        self.process.communicate()

    def restart(self) -> None:
        self.kill()
        self.start()

    def has_said(self, words: str) -> bool:
        """In the life it leads now."""
        return words.encode() in self.log.read_bytes()[self.begun_at :]

    def wait_for(self, words: str) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while not self.has_said(words):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise servers.ServerFailure(self.log.read_text()[-2000:])
            time.sleep(0.02)


class Caller:
    """Somebody who uses the portal (tests/caller.py)."""

    def __init__(self, environment: dict[str, str], *, first: int) -> None:
        command = [sys.executable, "-m", "tests.caller", str(first)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, preexec_fn=servers._end_with_the_tests, text=True, **pipes
        )

    def begin(self, *kinds: str, lasts: dict[str, float], how_many: int = 0, a_second: float = 0) -> None:
        """Messages of these kinds in turn, `lasts` seconds each kind."""
        self._say({"kinds": kinds, "lasts": lasts, "how_many": how_many, "a_second": a_second})

    def stop(self) -> None:
        """What has no end of its own."""
        self._say({})

    def result(self) -> list[Put]:
        assert self.process.stdout is not None
        return [Put(*row) for row in json.loads(self.process.stdout.readline())]

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def _say(self, job: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()


class Deployment:
    """Its database is real, its broker too; what is started here ends with the block that made it."""

    def __init__(self, folder: Path, *, database: str, broker: str, port: int) -> None:
        self.folder, self.database, self.broker = folder, database, broker
        self.url = f"http://127.0.0.1:{port}"
        self.parts: list[Killable] = []
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_ITS_OWN}
        self.environment = {**inherited, **self._settings()}

    def _settings(self) -> dict[str, str]:
        """A deployment's, with the secrets of tests."""
        return {
            "DJANGO_SETTINGS_MODULE": "vssportal.settings",
            "SECRET_KEY": "test-secret-key-of-no-value",
            "FIELD_ENCRYPTION_KEY": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
            "DEMO_MODE": "0",
            "ALLOWED_HOSTS": "127.0.0.1",
            "PORTAL_ORIGIN": self.url,
            "PORTAL_DATA_DIR": str(self.folder),
            "DATABASE_URL": self.database,
            "REDIS_URL": self.broker,
            "SMS_PROVIDERS": "",
            "SMS_GATEWAY": "",
            "EMAIL_URL": "",
            "PLACES_DATABASE": "",
        }

    def hand_to(self, carriers: Iterable[Carrier]) -> None:
        """What is started from now on hands its messages to them."""
        providers = self.folder / "providers.toml"
        write_providers(providers, carriers)
        self.environment["SMS_PROVIDERS"] = str(providers)

    def manage(self, command: str) -> None:
        line = [sys.executable, "manage.py", command, "--noinput", "--verbosity", "0"]
        subprocess.run(line, cwd=ROOT, env=self.environment, check=True)

    def start(self, name: str, *command: str) -> Part:
        part = Part(list(command), log=self.folder / f"{name}.log", environment=dict(self.environment))
        self.parts.append(part)
        return part

    def worker(self, *, threads: int = 16, name: str = "worker") -> Part:
        return self.start(name, *WORKER, "-c", str(threads), "-n", f"{name}@%h", "--loglevel", "INFO")

    def beat(self) -> Part:
        return self.start("beat", *CELERY, "beat", "--schedule", str(self.folder / "schedule"), "--pidfile=")

    def web(self) -> Part:
        part = self.start("web", *GUNICORN, "--threads", "8", "--bind", self.url.removeprefix("http://"))
        part.wait_for("Listening at")
        urllib.request.urlopen(f"{self.url}/healthz", timeout=READY_WITHIN).close()
        return part

    def caller(self) -> Caller:
        made = Caller(self.environment, first=len(self.parts) * 1_000_000 + 1)
        self.parts.append(made)
        return made

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the database says; nothing of a statement that answers no rows."""
        with psycopg.connect(self.database, autocommit=True) as connection:
            cursor = connection.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def end(self) -> None:
        for part in reversed(self.parts):
            part.kill()


@contextmanager
def deployment(folder: Path) -> Iterator[Deployment]:
    """Migrated, and nothing of it started. What its database has committed outlives a database that is killed."""
    with ExitStack() as stack:
        cluster, broker = stack.enter_context(servers.postgres()), servers.valkey(keeps_in=folder / "broker")
        with psycopg.connect(cluster, autocommit=True) as connection:
            connection.execute("CREATE DATABASE deployed")
            connection.execute("ALTER DATABASE deployed SET synchronous_commit = on")
        database = f"{cluster.rpartition('/')[0]}/deployed"
        made = Deployment(folder, database=database, broker=stack.enter_context(broker), port=servers.free_port())
        stack.callback(made.end)
        made.manage("migrate")
        yield made
