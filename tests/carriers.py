"""Providers of SMS as real servers on loopback, each a process of its own that fails in any way it is told to."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from tests import servers

KEPT_FOR = 1.0  # seconds without a report; the web server closes a connection after two
TOKEN = "token-of-the-carriers-reports"
REPORT_PATH = "/tin-nhan/bao-cao/{name}/"
PROVIDER = """
[{name}]
gateway = "http_json"
url = "{url}"
body = {{ to = "{{to}}", text = "{{text}}", id = "{{reference}}" }}
[{name}.answer]
code = "status"
reference = "number"
[{name}.answer.codes]
accepted = ["ok"]
bad_number = ["bad_number"]
[{name}.reports]
reference = "id"
code = "status"
token = "{token}"
[{name}.reports.codes]
delivered = ["delivered"]
"""


class Mood(StrEnum):
    DELIVERS = "delivers"
    SWALLOWS = "swallows"  # says yes, and no report ever follows
    BREAKS = "breaks"  # answers 500
    HANGS = "hangs"  # reads, and never answers
    CUTS = "cuts"  # reads, and closes the connection
    REFUSES = "refuses"  # the number, for good


@dataclass(frozen=True)
class Manner:
    """`takes` seconds for an answer; `reports` follow each other, the first `reports_after` seconds after it."""

    mood: Mood = Mood.DELIVERS
    takes: float = 0.0
    reports: int = 1
    reports_after: float = 0.1


class Arrival(NamedTuple):
    """A request that reached a carrier, and the mood it met; `at` is seconds of the clock on the wall."""

    at: float
    reference: int
    to: str
    text: str
    mood: str


class Carrier:
    """The handle of one; what it was told holds for the requests that arrive from then on."""

    def __init__(self, name: str, process: subprocess.Popen[str]) -> None:
        self.name, self.process = name, process
        self.url = f"http://127.0.0.1:{self._ask('port')}/send"

    def behave(self, mood: Mood = Mood.DELIVERS, **more: Any) -> None:
        self._ask("behave", **asdict(Manner(mood, **more)))

    def refuse_connections(self) -> None:
        self._ask("close")

    def listen(self) -> None:
        self._ask("open")

    def arrivals(self, *, since: int = 0) -> list[Arrival]:
        """All of them, or those after the first `since`."""
        return [Arrival(*row) for row in self._ask("arrivals", since=since)]

    def count(self) -> int:
        return int(self._ask("count"))

    def answers_to_reports(self) -> dict[str, int]:
        """How often each HTTP status was the answer; `none` where there was none."""
        return dict(self._ask("answers"))

    def _ask(self, command: str, **arguments: Any) -> Any:
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps([command, arguments]) + "\n")
        stdin.flush()
        return json.loads(stdout.readline())


@contextmanager
def carrier(name: str, *, portal: str = "") -> Iterator[Carrier]:
    """One that delivers; its reports go to the portal at this address, or nowhere."""
    report_url = portal and f"{portal}{REPORT_PATH.format(name=name)}"
    command = [sys.executable, "-m", __name__, report_url]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = subprocess.Popen(command, text=True, preexec_fn=servers._end_with_the_tests, **pipes)
    try:
        yield Carrier(name, process)
    finally:
        process.kill()
        process.communicate()


def write_providers(path: Path, carriers: Iterable[Carrier]) -> None:
    """The file that SMS_PROVIDERS names."""
    tables = [PROVIDER.format(name=one.name, url=one.url, token=TOKEN) for one in carriers]
    path.write_text("".join(tables), encoding="utf-8")


# --- Inside the process ---------------------------------------------------------------------------------


class _Kept(NamedTuple):
    since: float
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


class _Server:
    def __init__(self, report_url: str) -> None:
        self.report_url = urlsplit(report_url)
        self.manner, self.seen, self.answers = Manner(), list[Arrival](), dict[str, int]()
        self.port = servers.free_port()
        self.tasks: set[asyncio.Task[None]] = set()
        self.kept: list[_Kept] = []

    async def open(self) -> None:
        self.listener = await asyncio.start_server(self._serve, "127.0.0.1", self.port, backlog=4096)

    async def obey(self, command: str, arguments: dict[str, Any]) -> Any:
        if command == "behave":
            self.manner = Manner(**arguments)
        elif command == "open":
            await self.open()
        elif command == "close":
            self.listener.close()
        elif command == "arrivals":
            return self.seen[arguments["since"] :]
        elif command == "count":
            return len(self.seen)
        elif command == "answers":
            return self.answers
        return self.port

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            _, body = await _message(reader)
            said = json.loads(body)
            manner = self.manner
            self.seen.append(Arrival(time.time(), int(said["id"]), said["to"], said["text"], manner.mood))
            if manner.mood == Mood.DELIVERS:
                self._later(self._report(said["id"], manner))
            if manner.mood == Mood.HANGS:
                await reader.read()  # until the other side has had enough
            elif manner.mood != Mood.CUTS:
                await asyncio.sleep(manner.takes)
                writer.write(_answer(manner.mood, number=len(self.seen)))
        writer.close()

    def _later(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _report(self, reference: str, manner: Manner) -> None:
        await asyncio.sleep(manner.takes)
        for _ in range(manner.reports if self.report_url.hostname else 0):
            await asyncio.sleep(manner.reports_after)
            status = "none"
            with suppress(OSError, asyncio.IncompleteReadError):
                status = await self._post({"id": reference, "status": "delivered"})
            self.answers[status] = self.answers.get(status, 0) + 1

    async def _post(self, document: dict[str, str]) -> str:
        body, address = json.dumps(document).encode(), self.report_url
        lines = [
            f"POST {address.path} HTTP/1.1",
            f"Host: {address.netloc}",
            f"Authorization: Bearer {TOKEN}",
            f"Content-Length: {len(body)}",
            "Content-Type: application/json",
        ]
        reader, writer = await self._connection()
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        answer, _ = await _message(reader)
        self.kept.append(_Kept(time.monotonic(), reader, writer))
        return answer.split(maxsplit=2)[1].decode()

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Kept from the report before, as a proxy before the portal keeps it (deploy/nginx.conf), or a new one."""
        while self.kept:
            since, reader, writer = self.kept.pop()
            if time.monotonic() < since + KEPT_FOR:
                return reader, writer
            writer.close()
        return await asyncio.open_connection(self.report_url.hostname, self.report_url.port)


async def _message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """The head and the body of a request or an answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    (length,) = (line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    return head, await reader.readexactly(int(length))


def _answer(mood: Mood, *, number: int) -> bytes:
    status = "500 Internal Server Error" if mood == Mood.BREAKS else "200 OK"
    said = {"status": "bad_number"} if mood == Mood.REFUSES else {"status": "ok", "number": f"c-{number}"}
    body = b"out of order" if mood == Mood.BREAKS else json.dumps(said).encode()
    return f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


async def _main(report_url: str) -> None:
    server, loop = _Server(report_url), asyncio.get_running_loop()
    await server.open()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        command, arguments = json.loads(line)
        sys.stdout.write(json.dumps(await server.obey(command, arguments)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
