"""A server that says exactly what a test tells it to, keeps its connections open, and hears what was said."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HANG_UP = object()
Talk = Callable[[socket.socket, bytes], object]


class Listener:
    def __init__(self, server: socket.socket) -> None:
        self.url = f"http://127.0.0.1:{server.getsockname()[1]}/send"
        self.heard: list[bytes] = []
        self.connections = 0


@contextmanager
def listening(talk: Talk, *, tls: ssl.SSLContext | None = None) -> Iterator[Listener]:
    """`talk(connection, request)` is called with each whole request of each connection, as long as it is kept open."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        made = Listener(server)
        thread = threading.Thread(target=_serve, args=(server, made, talk, tls), daemon=True)
        thread.start()
        yield made
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _serve(server: socket.socket, made: Listener, talk: Talk, tls: ssl.SSLContext | None) -> None:
    with suppress(OSError):
        while True:
            connection = server.accept()[0]
            made.connections += 1
            with suppress(OSError):
                connection = tls.wrap_socket(connection, server_side=True) if tls else connection
            threading.Thread(target=_converse, args=(connection, made, talk), daemon=True).start()


def _converse(connection: socket.socket, made: Listener, talk: Talk) -> None:
    with connection, suppress(OSError):
        while request := _request(connection):
            made.heard.append(request)
            if talk(connection, request) is HANG_UP:
                return


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


def certificate_for(host: str, folder: Path) -> tuple[ssl.SSLContext, str]:
    """A server's side of TLS, and the file of whoever vouches for it: nobody but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    file = folder / "certificate.pem"
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context, str(file)
