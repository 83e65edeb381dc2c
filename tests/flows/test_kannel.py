"""A text's way through a real Kannel to a carrier, and the carrier's report back; what Kannel's answers mean."""

from __future__ import annotations

import itertools
import secrets
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from accounts.sms.gateways.base import GatewayInDoubt, GatewayRefused, GatewayUnreachable, Handed, Outgoing
from accounts.sms.gateways.kannel import KannelGateway
from tests.kannel import Kannel, kannel, require_kannel
from tests.servers import free_port
from tests.waiting import wait_for

CODE = "BHXH: 204816 la ma xem ho so, het han sau 10 phut. Khong doc cho bat ky ai.\n@cong_bhxh.example.vn #204816"
LONGEST = f"{CODE}{'@' * (160 - len(CODE))}"
TOKEN = secrets.token_urlsafe(24)
_references = itertools.count(4711)


@dataclass(frozen=True)
class Call:
    line: str
    headers: dict[str, str]
    body: str


class Web(ThreadingHTTPServer):
    """A web server that gives everybody the same answer and remembers who came."""

    def __init__(self, status: int, words: str) -> None:
        self.status, self.words, self.calls = status, words, list[Call]()
        super().__init__(("127.0.0.1", 0), Visit)
        self.url = f"http://127.0.0.1:{self.server_port}"


class Visit(BaseHTTPRequestHandler):
    server: Web

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.server.calls.append(Call(self.requestline, dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.server.words)))
        self.end_headers()
        self.wfile.write(self.server.words.encode())

    do_POST = do_GET

    def log_message(self, *_args: object) -> None:
        pass


@contextmanager
def web(status: int = 200, words: str = "") -> Iterator[Web]:
    with Web(status, words) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


@pytest.fixture(scope="module")
def portal() -> Iterator[Web]:
    """Whoever is told of deliveries; there for as long as Kannel is."""
    with web() as server:
        yield server


@pytest.fixture(scope="module")
def sms(portal: Web) -> Iterator[Kannel]:
    require_kannel()
    with kannel() as running:
        yield running


@pytest.fixture
def gateway(sms: Kannel, portal: Web) -> KannelGateway:
    return KannelGateway(
        url=sms.url,
        username=sms.username,
        password=sms.password,
        sender="BHXH",
        report_url=f"http://mang-a:{TOKEN}@127.0.0.1:{portal.server_port}/tin-nhan/bao-cao/mang-a/",
    )


def gateway_to(url: str) -> KannelGateway:
    return KannelGateway(
        url=f"{url}/cgi-bin/sendsms",
        username="portal",
        password="secret",
        sender="BHXH",
        report_url="http://127.0.0.1/tin-nhan/bao-cao/mang-a/",
    )


def message(text: str = CODE, *, to: str = "+84912345601") -> Outgoing:
    return Outgoing(reference=next(_references), to=to, kind="code", text=text, seconds_left=600)


def reports(portal: Web, sent: Outgoing) -> list[Call]:
    return [call for call in portal.calls if f"?id={sent.reference}&" in call.line]


def report(sent: Outgoing, code: int) -> str:
    return f"GET /tin-nhan/bao-cao/mang-a/?id={sent.reference}&status={code} HTTP/1.1"


@pytest.mark.parametrize("text", [CODE, LONGEST, "x" * 160, "  @ # _ $ & + % %d %% \"'\\ <>\n\n. "])
def test_a_text_arrives_as_it_was_written(sms: Kannel, gateway: KannelGateway, text: str) -> None:
    to = f"+84913{next(_references):06d}"  # nobody else's: what a test before has sent may be on its way still

    def heard() -> list[str]:
        return [said for number, said in sms.received() if number == to]

    assert gateway.send(message(text, to=to)) == Handed()
    wait_for(lambda: bool(heard()))
    assert heard() == [text]


def test_the_report_names_the_message_and_proves_itself_by_a_header(gateway: KannelGateway, portal: Web) -> None:
    sent = message()
    gateway.send(sent)
    wait_for(lambda: len(reports(portal, sent)) == 2)
    calls = reports(portal, sent)
    assert {call.line for call in calls} == {report(sent, 8), report(sent, 1)}
    proof = f"Basic {b64encode(f'mang-a:{TOKEN}'.encode()).decode()}"
    assert {call.headers["Authorization"] for call in calls} == {proof}
    assert not any("204816" in str(call) or "912345601" in str(call) for call in calls)


def test_an_address_for_reports_keeps_its_percents(gateway: KannelGateway, portal: Web) -> None:
    sent = message()
    replace(gateway, report_url=f"{portal.url}/b%C3%A1o/%d/").send(sent)
    wait_for(lambda: len(reports(portal, sent)) == 2)
    assert f"GET /b%C3%A1o/%d/?id={sent.reference}&status=1 HTTP/1.1" in {call.line for call in portal.calls}


def test_without_an_address_nothing_is_reported(sms: Kannel, gateway: KannelGateway, portal: Web) -> None:
    before = len(sms.received())
    silent, the_next = message(), message()
    replace(gateway, report_url="").send(silent)
    gateway.send(the_next)
    wait_for(lambda: len(reports(portal, the_next)) == 2)
    assert reports(portal, silent) == []
    assert len(sms.received()) == before + 2


def test_what_nobody_can_carry_now_waits_in_kannel(sms: Kannel, gateway: KannelGateway, portal: Web) -> None:
    sent = message("while it was away")
    sms.carrier_goes()
    try:
        before = len(sms.received())
        assert gateway.send(sent) == Handed()
        time.sleep(0.3)
        assert len(sms.received()) == before
        assert reports(portal, sent) == []
    finally:
        sms.carrier_returns()
    wait_for(lambda: len(reports(portal, sent)) == 2)
    assert sms.received()[before:] == [("+84912345601", "while it was away")]
    assert {call.line for call in reports(portal, sent)} == {report(sent, 8), report(sent, 1)}


def test_a_report_that_nobody_took_comes_again(gateway: KannelGateway, portal: Web) -> None:
    sent = message()
    portal.status = 503
    try:
        gateway.send(sent)
        wait_for(lambda: len(reports(portal, sent)) == 2)
    finally:
        portal.status = 200
    wait_for(lambda: len(reports(portal, sent)) == 4)
    assert sorted(call.line for call in reports(portal, sent)) == [report(sent, 1)] * 2 + [report(sent, 8)] * 2


def test_a_wrong_password_is_the_providers_trouble(sms: Kannel, gateway: KannelGateway) -> None:
    before = len(sms.received())
    with pytest.raises(GatewayUnreachable, match=r"^kannel_403$"):
        replace(gateway, password="wrong").send(message())
    assert len(sms.received()) == before


def test_a_number_that_is_none_is_refused(gateway: KannelGateway) -> None:
    with pytest.raises(GatewayRefused, match=r"^kannel_400$"):
        gateway.send(message(to="+84khong"))


def test_where_nobody_listens_nothing_was_taken() -> None:
    gateway = replace(gateway_to(f"http://127.0.0.1:{free_port()}"), report_url="")
    with pytest.raises(GatewayUnreachable):
        gateway.send(message())


@pytest.mark.parametrize(
    ("status", "words", "meaning"),
    [
        (400, "Number(s) has/have been denied by white- and/or black-lists.", GatewayRefused),
        (400, "Sender missing and no global set, rejected", GatewayUnreachable),
        (403, "Authorization failed for sendsms", GatewayUnreachable),
        (403, "Not routable. Do not try again.", GatewayUnreachable),
        (404, "Unknown request.", GatewayUnreachable),
        (503, "Temporal failure, try again later.", GatewayUnreachable),
        (500, "Sending failed.", GatewayInDoubt),
        (503, "<title>Bad gateway</title>", GatewayInDoubt),
        (200, "It works!", GatewayInDoubt),
    ],
)
def test_what_an_answer_means(status: int, words: str, meaning: type[Exception]) -> None:
    with web(status, words) as server, pytest.raises(meaning, match=rf"^kannel_{status}$"):
        gateway_to(server.url).send(message())


@pytest.mark.parametrize("words", ["0: Accepted for delivery", "3: Queued for later delivery"])
def test_what_kannel_took_is_handed_over_with_nothing_secret_in_the_address(words: str) -> None:
    with web(202, words) as server:
        assert gateway_to(server.url).send(message()) == Handed()
    [call] = server.calls
    assert call.line == "POST /cgi-bin/sendsms HTTP/1.1"
    assert call.body == CODE
    assert call.headers["X-Kannel-Password"] == "secret"
    assert call.headers["X-Kannel-DLR-Mask"] == "31"
    assert not any("204816" in value for value in call.headers.values())
