"""A server of one conversation at a time that says exactly what a test tells it to, and hears what was said."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Talk = Callable[[socket.socket, bytes], None]


class Listener:
    def __init__(self, server: socket.socket) -> None:
        self.url = f"http://127.0.0.1:{server.getsockname()[1]}/send"
        self.heard: list[bytes] = []


@contextmanager
def listening(talk: Talk) -> Iterator[Listener]:
    """`talk(connection, request)` is called with each whole request, and the connection is closed after it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        made = Listener(server)
        thread = threading.Thread(target=_serve, args=(server, made, talk), daemon=True)
        thread.start()
        yield made
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _serve(server: socket.socket, made: Listener, talk: Talk) -> None:
    with suppress(OSError):
        while True:
            connection = server.accept()[0]
            with connection, suppress(OSError):
                made.heard.append(_request(connection))
                talk(connection, made.heard[-1])


def _request(connection: socket.socket) -> bytes:
    heard = b""
    while part := connection.recv(65536):
        heard += part
        head, gap, body = heard.partition(b"\r\n\r\n")
        if gap and len(body) >= _length(head):
            break
    return heard


def _length(head: bytes) -> int:
    for line in head.lower().splitlines():
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


def answer(body: bytes, status: str = "200 OK") -> Talk:
    def talk(connection: socket.socket, _request: bytes) -> None:
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)

    return talk
