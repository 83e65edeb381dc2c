"""A provider over a real connection: what reaches it, and what each of its answers and silences means."""

from __future__ import annotations

import json
import socket
import ssl
import time
from pathlib import Path
from typing import Any

import pytest

from accounts.sms.gateways import calls
from accounts.sms.gateways.base import GatewayInDoubt, GatewayRefused, GatewayUnreachable, Handed, Outgoing
from accounts.sms.gateways.http_json import HttpJsonGateway, Meaning, at, plain_code
from tests.accounts.sockets import HANG_UP, Talk, answer, certificate_for, listening
from tests.servers import free_port

MESSAGE = Outgoing(
    reference=77, to="+84999000001", kind="code", text='BHXH: 012345\n@host #012345 "{to}"', seconds_left=600
)
CODES = {"1": Meaning.ACCEPTED, "5": Meaning.BAD_NUMBER, "6": Meaning.UNAVAILABLE, "7": Meaning.DOUBT}
CODED = {"code": "r.0.code", "reference": "r.0.id", "codes": CODES}


def gateway(url: str, **changes: Any) -> HttpJsonGateway:
    body = {"sms": [{"to": "{to_digits}", "local": "{to_national}", "text": "{text}", "n": 1}], "id": "p-{reference}"}
    fields = {"body": body, "headers": {"Authorization": "Bearer k"}, "sender": "BHXH", "code": "", "reference": ""}
    return HttpJsonGateway(**{"url": url, **fields, "codes": {}, "takes_reference_once": False, **changes})


def send(talk: Talk, **changes: Any) -> tuple[Handed, bytes]:
    with listening(talk) as listener:
        return gateway(listener.url, **changes).send(MESSAGE), listener.heard[0]


def said(code: object, reference: object = "P-1") -> bytes:
    return json.dumps({"r": [{"code": code, "id": reference}]}).encode()


def test_the_document_is_the_operators_with_the_message_in_its_places() -> None:
    handed, heard = send(answer(b"{}"))
    head, _, body = heard.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /send HTTP/1.1\r\n")
    assert b"Authorization: Bearer k" in head
    assert b"012345" not in head
    assert json.loads(body) == {
        "sms": [{"to": "84999000001", "local": "0999000001", "text": MESSAGE.text, "n": 1}],
        "id": "p-77",
    }
    assert handed == Handed()


def test_an_answer_that_accepts_gives_the_providers_own_number() -> None:
    assert send(answer(said(1, 9988)), **CODED)[0] == Handed(reference="9988")


@pytest.mark.parametrize("number", ["P\x001", "P\ud8001", "P\n1"])
def test_a_providers_number_is_kept_as_a_database_can_hold_it(number: str) -> None:
    assert send(answer(said(1, number)), **CODED)[0] == Handed(reference="P1")
    assert len(send(answer(said(1, "9" * 500)), **CODED)[0].reference) == 64


@pytest.mark.parametrize(
    ("code", "raised", "failure"),
    [
        (5, GatewayRefused, "code_5"),
        ("6", GatewayUnreachable, "code_6"),
        (7, GatewayInDoubt, "code_7"),
        (8, GatewayInDoubt, "code_8"),  # one its table does not know
        ("so 0912345678 sai", GatewayInDoubt, "http_200"),  # words are not written down
        ({"a": 1}, GatewayInDoubt, "http_200"),
    ],
)
def test_each_code_means_what_the_table_says(code: object, raised: type[Exception], failure: str) -> None:
    with pytest.raises(raised, match=f"^{failure}$"):
        send(answer(said(code)), **CODED)


@pytest.mark.parametrize(
    ("status", "raised"),
    [
        ("400 Bad Request", GatewayUnreachable),
        ("401 Unauthorized", GatewayUnreachable),
        ("408 Request Timeout", GatewayInDoubt),
        ("409 Conflict", GatewayInDoubt),
        ("429 Too Many Requests", GatewayUnreachable),
        ("500 Internal Server Error", GatewayInDoubt),
        ("503 Service Unavailable", GatewayInDoubt),
        ("302 Found", GatewayInDoubt),
    ],
)
@pytest.mark.parametrize("fields", [{}, CODED])
def test_without_a_known_code_the_status_decides(status: str, raised: type[Exception], fields: dict[str, Any]) -> None:
    with pytest.raises(raised, match=f"^http_{status[:3]}$"):
        send(answer(b"<html>no json", status), **fields)


def test_a_known_code_counts_whatever_the_status() -> None:
    with pytest.raises(GatewayRefused):
        send(answer(said(5), "500 Oops"), **CODED)


@pytest.mark.parametrize("body", [b"", b"ok", b"[" * 9000, b"null", b'{"r": []}', b"\xff\xfe"])
def test_an_answer_that_says_nothing_is_a_doubt_where_a_code_was_promised(body: bytes) -> None:
    with pytest.raises(GatewayInDoubt):
        send(answer(body), **CODED)
    assert send(answer(body))[0] == Handed()


def test_a_refused_connection_and_an_unknown_host_are_no_doubt() -> None:
    for url in (f"http://127.0.0.1:{free_port()}/", "http://no-such-host.invalid/"):
        with pytest.raises(GatewayUnreachable):
            gateway(url).send(MESSAGE)


def test_a_connection_cut_after_the_message_was_written_is_a_doubt() -> None:
    with pytest.raises(GatewayInDoubt, match=r"^no_answer$"):
        send(lambda _connection, _request: HANG_UP)


def test_an_answer_cut_in_its_middle_is_a_doubt() -> None:
    def half(connection: socket.socket, _request: bytes) -> object:
        connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{"r":')
        return HANG_UP

    with pytest.raises(GatewayInDoubt):
        send(half, **CODED)


def hushed(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(calls, "ANSWERS_WITHIN", seconds)
    monkeypatch.setattr(calls, "CONNECTS_WITHIN", seconds)


def drips(*, head: bytes, drop: bytes) -> Talk:
    """A few bytes, and then one more each moment, for longer than anybody waits."""

    def talk(connection: socket.socket, _request: bytes) -> object:
        connection.sendall(head)
        for _byte in range(100):
            connection.sendall(drop)
            time.sleep(0.05)
        return HANG_UP

    return talk


def pours(connection: socket.socket, _request: bytes) -> object:
    """More is always there to be read, so that no read ever waits."""
    until = time.monotonic() + 3
    while time.monotonic() < until:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 50)
    return HANG_UP


@pytest.mark.parametrize(
    "talk",
    [
        lambda _connection, _request: time.sleep(5),
        drips(head=b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n", drop=b" "),
        drips(head=b"HTTP/1.1 200 OK\r\n", drop=b"X-More: 1\r\n"),
        drips(head=b"HTTP", drop=b"x"),
        drips(head=b"", drop=b"HTTP/1.1 100 Continue\r\n\r\n"),
        pours,
    ],
    ids=["hangs", "drips its body", "drips its headers", "drips its first line", "says 100 for ever", "pours"],
)
def test_a_provider_that_does_not_come_to_an_end_is_left_after_the_time_out(
    monkeypatch: pytest.MonkeyPatch, talk: Talk
) -> None:
    hushed(monkeypatch, 0.3)
    begun = time.monotonic()
    with listening(talk) as listener, pytest.raises(GatewayInDoubt, match=r"^no_answer$"):
        gateway(listener.url).send(MESSAGE)
    assert time.monotonic() - begun < 2


def test_an_answer_longer_than_any_is_left_too() -> None:
    with pytest.raises(GatewayInDoubt, match=r"^endless_answer$"):
        send(answer(b" " * (calls.LONGEST_ANSWER + 9)))


def test_a_name_that_does_not_resolve_in_time_is_no_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    hushed(monkeypatch, 0.2)
    monkeypatch.setattr(calls.socket, "getaddrinfo", lambda *_asked: time.sleep(1))
    begun = time.monotonic()
    with pytest.raises(GatewayUnreachable, match=r"^no_such_name$"):
        gateway("http://slow.example.vn/").send(MESSAGE)
    assert time.monotonic() - begun < 0.9


def test_of_several_addresses_the_one_that_answers_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    dead = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", free_port()))
    with listening(answer(b"{}")) as listener:
        alive = (*dead[:4], ("127.0.0.1", int(listener.url.split(":")[2].split("/")[0])))
        monkeypatch.setattr(calls, "_addresses", lambda *_asked: [dead, alive])
        assert gateway("http://several.example.vn/").send(MESSAGE) == Handed()
    monkeypatch.setattr(calls, "_addresses", lambda *_asked: [dead, dead])
    with pytest.raises(GatewayUnreachable, match=r"^unreachable$"):
        gateway("http://several.example.vn/").send(MESSAGE)
    monkeypatch.setattr(calls, "CONNECTS_WITHIN", 0.0)
    with pytest.raises(GatewayUnreachable, match=r"^unreachable$"):
        gateway("http://several.example.vn/").send(MESSAGE)


def test_each_message_has_a_connection_of_its_own() -> None:
    with listening(answer(b"{}")) as listener:
        one = gateway(listener.url)
        for _message in range(3):
            one.send(MESSAGE)
        assert (len(listener.heard), listener.connections) == (3, 3)  # though each is kept open on the other side


def test_over_tls_a_message_goes_only_to_whom_somebody_vouches_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server, own_authority = certificate_for("localhost", tmp_path)
    with listening(answer(b"{}"), tls=server) as listener:
        url = listener.url.replace("http://127.0.0.1", "https://localhost")
        with pytest.raises(GatewayUnreachable, match=r"^bad_certificate$"):
            gateway(url).send(MESSAGE)
        assert listener.heard == []
        trusting = ssl.create_default_context(cafile=own_authority)
        monkeypatch.setattr(calls, "_trust", lambda: trusting)
        assert gateway(url).send(MESSAGE) == Handed()
        assert b"012345" in listener.heard[0]


def test_a_server_that_speaks_no_tls_or_none_in_time_gets_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    hushed(monkeypatch, 0.3)
    for talk in (answer(b"{}"), lambda _connection, _request: time.sleep(2)):
        with listening(talk) as listener:
            with pytest.raises(GatewayUnreachable, match=r"^unreachable$"):
                gateway(listener.url.replace("http:", "https:")).send(MESSAGE)
            assert not [heard for heard in listener.heard if b"012345" in heard]


def test_no_redirect_is_followed() -> None:
    with listening(answer(b"{}")) as other:
        talk = answer(b"", f"307 Temporary Redirect\r\nLocation: {other.url}")
        with pytest.raises(GatewayInDoubt, match=r"^http_307$"):
            send(talk)
        assert other.heard == []


@pytest.mark.parametrize(
    ("path", "found"), [("a.0.b", 7), ("a.1", None), ("a.x", None), ("z", None), ("a.0.b.c", None), ("", None)]
)
def test_a_path_leads_to_a_value_or_to_nothing(path: str, found: object) -> None:
    assert at({"a": [{"b": 7}]}, path) == found


@pytest.mark.parametrize(
    ("value", "code"),
    [(1, "1"), ("-3", "-3"), ("DELIVRD", "DELIVRD"), ("ok.1", "ok.1"), ("84912345678", ""), ("a b", ""), (None, "")],
)
def test_a_code_is_a_word_or_a_short_number(value: object, code: str) -> None:
    assert plain_code(value) == code
