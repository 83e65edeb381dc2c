"""One HTTP call to a provider, bounded in time and size, that tells «nothing left» from «nobody knows».

By the standard library's client: it shows when a connection stands and when the
message begins to leave, which is all the difference (docs/adr/0017-doubt.md).
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast
from urllib.parse import SplitResult, urlsplit

from accounts.sms.gateways.base import GatewayInDoubt, GatewayUnreachable

CONNECTS_WITHIN = 2.0  # seconds, for the name, every address of it, and TLS
ANSWERS_WITHIN = 5.0  # seconds, from then to the answer's last byte
LONGEST_ANSWER = 64 * 1024  # bytes
NAME_KEPT_FOR = 60  # seconds
_RESOLVES_AT_ONCE = 4

# A system's resolver takes as long as it likes; so many of its answers are waited for at once, and no longer than this.
_resolver = ThreadPoolExecutor(_RESOLVES_AT_ONCE, thread_name_prefix="resolver")
Address = tuple[Any, ...]


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


def post(url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
    """What the provider answered, whatever it says. GatewayUnreachable or GatewayInDoubt.

    A connection serves one message: one that is kept may be closed by the other side just as the next is written, and
    nobody could tell whether that was taken.
    """
    parts = urlsplit(url)
    line = _connected(parts)
    try:
        return _exchange(_Bounded(line, ANSWERS_WITHIN), parts, headers, body)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise GatewayInDoubt("no_answer") from error
    finally:
        line.close()


def _exchange(line: _Bounded, parts: SplitResult, headers: Mapping[str, str], body: bytes) -> Answer:
    client = http.client.HTTPConnection(str(parts.hostname), parts.port)
    client.sock = cast(socket.socket, line)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    host = parts.netloc.rpartition("@")[2]
    client.request("POST", target, body=body, headers={**headers, "Host": host, "Connection": "close"})
    response = client.getresponse()
    said = response.read(LONGEST_ANSWER + 1)
    if len(said) > LONGEST_ANSWER:
        raise GatewayInDoubt("endless_answer")
    if response.length:
        raise http.client.IncompleteRead(said, response.length)
    return Answer(response.status, said)


def _connected(parts: SplitResult) -> socket.socket:
    """Nothing of the message has left until this returns."""
    ends = time.monotonic() + CONNECTS_WITHIN
    host, is_tls = str(parts.hostname), parts.scheme == "https"
    line = _first_that_connects(_addresses(host, parts.port or (443 if is_tls else 80)), ends)
    if not is_tls:
        return line
    try:
        line.settimeout(_left(ends))  # of the whole handshake
        return _trust().wrap_socket(line, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        line.close()
        raise GatewayUnreachable("bad_certificate") from error
    except (OSError, ValueError) as error:
        line.close()
        raise GatewayUnreachable("unreachable") from error


def _first_that_connects(addresses: list[Address], ends: float) -> socket.socket:
    for family, kind, protocol, _name, address in addresses:
        left = ends - time.monotonic()
        if left <= 0:
            break
        line = socket.socket(family, kind, protocol)
        try:
            line.settimeout(left)
            line.connect(address)
        except OSError:
            line.close()
        else:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return line
    raise GatewayUnreachable("unreachable")


def _addresses(host: str, port: int) -> list[Address]:
    return _resolved(host, port, int(time.monotonic() // NAME_KEPT_FOR))


@lru_cache(maxsize=64)
def _resolved(host: str, port: int, _when: int) -> list[Address]:
    """Remembered for a minute; a failure is not."""
    try:
        return list(_resolver.submit(socket.getaddrinfo, host, port, 0, socket.SOCK_STREAM).result(CONNECTS_WITHIN))
    except (OSError, TimeoutError, UnicodeError) as error:
        raise GatewayUnreachable("no_such_name") from error


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """Made once: it takes thirty times as long as a call."""
    return ssl.create_default_context()


class _Bounded:
    """A connection until a moment, to http.client a socket: a time-out of the socket begins anew with each byte."""

    def __init__(self, line: socket.socket, seconds: float) -> None:
        self.line, self.ends = line, time.monotonic() + seconds

    def now(self) -> socket.socket:
        self.line.settimeout(_left(self.ends))
        return self.line

    def sendall(self, data: bytes) -> None:
        self.now().sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self))

    def close(self) -> None:
        """The answer is still being read; `post` ends the connection."""


class _Reader(io.RawIOBase):
    def __init__(self, bounded: _Bounded) -> None:
        self.bounded = bounded

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self.bounded.now().recv_into(buffer)


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
