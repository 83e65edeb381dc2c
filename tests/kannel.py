"""A real Kannel for tests, from Debian: an SMS gateway, and behind it a carrier that says what it was given."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.servers import START_WITHIN, ServerFailure, _running, _unprivileged, free_port

BEARERBOX, SMSBOX, CARRIER = "/usr/sbin/bearerbox", "/usr/sbin/smsbox", "/usr/lib/kannel/test/fakesmsc"
MISSING = "Kannel is not installed (Debian: apt-get install kannel kannel-extras)"
QUIET = ["-v", "4"]  # of the levels 0 to 4: what is below may show texts, passwords and addresses of reports
# What the carrier logs of one line it was given. A text comes in as many as it has.
GIVEN = re.compile(r"Got message \d+: <(.*)>$", re.MULTILINE)
FIRST_LINE = re.compile(r"\S+ (\+?\d+) (?:text |(?=udh |data |ucs-2 ))(.*)")
CONFIGURATION = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = {password}
admin-deny-ip = "*.*.*.*"
admin-allow-ip = 127.0.0.1
smsbox-port = {boxes}
smsbox-interface = 127.0.0.1
box-deny-ip = "*.*.*.*"
box-allow-ip = 127.0.0.1
sms-resend-freq = 1

group = smsc
smsc = fake
smsc-id = carrier
port = {carrier}
our-host = 127.0.0.1
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {boxes}
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1
http-request-retry = 20
http-queue-delay = 1

group = sendsms-user
username = {username}
password = {password}
max-messages = 3
concatenation = true
"""


def require_kannel() -> None:
    """Skips the test where there is no Kannel; fails it where PORTAL_REQUIRE_KANNEL is set."""
    if _is_installed():
        return
    if os.environ.get("PORTAL_REQUIRE_KANNEL"):
        pytest.fail(MISSING)
    pytest.skip(MISSING)


@contextmanager
def kannel() -> Iterator[Kannel]:
    """Ready, with its carrier there. Reports that nobody takes are sent again every second.

    Whoever takes them should be there for longer: Kannel 1.4.5 dies of a connection that is cut just as it is made.
    """
    if not _is_installed():
        raise ServerFailure(MISSING)
    with tempfile.TemporaryDirectory(prefix="portal-kannel-") as folder, ExitStack() as running:
        server = Kannel(Path(folder), running)
        server.carrier_returns()
        yield server


class Kannel:
    """`url` takes messages from `username` with `password`."""

    def __init__(self, folder: Path, running: ExitStack) -> None:
        self.username, self.password = "portal", secrets.token_hex(16)
        self._folder, self._user = folder, _unprivileged(folder)
        self._admin, self._carriers_door, boxes, sendsms = (free_port() for _ in range(4))
        self.url = f"http://127.0.0.1:{sendsms}/cgi-bin/sendsms"
        self._carrier = running.enter_context(ExitStack())
        config = folder / "kannel.conf"
        config.write_text(
            CONFIGURATION.format(
                admin=self._admin,
                boxes=boxes,
                carrier=self._carriers_door,
                sendsms=sendsms,
                username=self.username,
                password=self.password,
            )
        )
        for program, sign in ((BEARERBOX, r"Status: running"), (SMSBOX, r"smsbox:.*on-line")):
            self._start(running, [program, *QUIET, str(config)], sign)

    def received(self) -> list[tuple[str, str]]:
        """The number and the text of all that the carrier was ever given, in that order."""
        lines = [line for log in self._logs("fakesmsc") for line in GIVEN.findall(log.read_text(errors="replace"))]
        messages: list[tuple[str, str]] = []
        for line in lines:
            if first := FIRST_LINE.fullmatch(line):
                messages.append((first[1], first[2]))
            else:
                to, text = messages[-1]
                messages[-1] = (to, f"{text}\n{line}")
        return messages

    def carrier_goes(self) -> None:
        """From now on Kannel has nobody to give a message to."""
        self._carrier.close()
        self._wait_for("re-connecting")

    def carrier_returns(self) -> None:
        command = [CARRIER, "-H", "127.0.0.1", "-r", str(self._carriers_door), "-m", "0", "1 2 text it sends nothing"]
        self._start(self._carrier, command, r"FAKE:.*\(online")

    def _start(self, stack: ExitStack, command: list[str], sign: str) -> None:
        name = Path(command[0]).name
        folder = self._folder / f"{len(self._logs('')):03}-{name}"
        folder.mkdir()
        stack.enter_context(_running(command, folder, ready=lambda: self._shows(sign), **self._user))

    def _logs(self, name: str) -> list[Path]:
        return sorted(self._folder.glob(f"*{name}/server.log"))

    def _wait_for(self, sign: str) -> None:
        deadline = time.monotonic() + START_WITHIN
        while not self._shows(sign):
            if time.monotonic() > deadline:
                raise ServerFailure(f"Kannel's status never showed {sign}")
            time.sleep(0.02)

    def _shows(self, sign: str) -> bool:
        """In its status, which says who is connected."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._admin}/status.txt", timeout=5) as status:
                return re.search(sign, status.read().decode()) is not None
        except OSError:
            return False


def _is_installed() -> bool:
    return all(shutil.which(program) for program in (BEARERBOX, SMSBOX, CARRIER))
