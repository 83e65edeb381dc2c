"""Who may report: by a token, a signature, an address, and by all of those that its settings ask for."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from ipaddress import ip_network

import pytest
from django.test import Client

from accounts.sms.gateways.base import Handed
from accounts.sms.provider_file import Provider
from tests.accounts.providing import CODE, TOKEN, Carrier, deliver, lead_sms_to, put, reports
from tests.accounts.reporting import BEARER, DOOR, report, reporting, state_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def carrier(settings) -> Carrier:
    made = Carrier(Handed(reference="P-1"))
    reporting(settings, made)
    return made


@pytest.mark.parametrize(
    "header",
    [
        f"Bearer {TOKEN}",
        TOKEN,
        "Basic " + b64encode(f"a:{TOKEN}".encode()).decode(),
        "basic " + b64encode(f":{TOKEN}".encode()).decode(),
    ],
)
def test_the_token_may_come_in_any_of_the_ways_providers_send_one(carrier: Carrier, header: str) -> None:
    assert report("1", deliver(put(CODE)), headers={"Authorization": header}).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        "Basic ???",
        "Basic YTpi",
        "Bearer é",
        "Basic /w==",
        "Basic é",
    ],
)
def test_without_the_token_nothing_is_taken(carrier: Carrier, header: str) -> None:
    message = deliver(put(CODE))
    answer = report("1", message, headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer.content) == (403, b"refused")
    assert state_of(message) == "sent"
    assert report("1", message, headers={}, token=TOKEN).status_code == 403  # an address is no place for it


def test_another_providers_token_opens_only_its_own_door(settings, carrier: Carrier) -> None:
    message = deliver(put(CODE))
    other = Provider(name="b", gateway=Carrier(), reports=reports(token="another-token-of-b-22"))
    lead_sms_to(settings, a=Provider(name="a", gateway=carrier, reports=reports()), b=other)
    assert report("1", message, headers={"Authorization": "Bearer another-token-of-b-22"}).status_code == 403
    assert state_of(message) == "sent"


def test_a_signature_is_over_the_body_and_an_address_is_not_believed(settings) -> None:
    secret = "secret-of-the-signature"
    reporting(settings, Carrier(), token="", secret=secret, signature_header="X-Signature")
    message = deliver(put(CODE))
    body = json.dumps({"id": str(message.pk), "status": "1"}).encode()
    right = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()

    def send(signature: str, sent: bytes = body, address: str = DOOR) -> int:
        kind = "application/json"
        answer = Client().post(address, sent, content_type=kind, headers={"X-Signature": signature})
        return int(answer.status_code)

    of_nothing = hmac.new(secret.encode(), b"", hashlib.sha256).hexdigest()
    assert send("0" * 64) == send(right, body.replace(b'"1"', b'"2"')) == send("") == 403
    assert send(of_nothing, b"", f"{DOOR}?id={message.pk}&status=1") == 403
    assert state_of(message) == "sent"
    assert send(f"sha256={right.upper()}") == 200
    assert state_of(message) == "delivered"


def test_only_the_providers_own_addresses_may_report(settings) -> None:

    reporting(
        settings,
        Carrier(),
        token="",
        addresses=(*map(ip_network, ("203.0.113.0/24", "2001:db8::/32", "2001:db7::5/128")),),
    )
    message = deliver(put(CODE))

    def send(address: str) -> int:
        fields = {"id": str(message.pk), "status": "8"}
        return int(Client(REMOTE_ADDR=address).get(DOOR, fields).status_code)

    assert send("203.0.113.9") == send("2001:db8::7") == send("2001:db7::5") == 200
    assert send("198.51.100.1") == send("2001:db9::7") == send("2001:db7::6") == send("") == 403


def test_a_report_passes_nothing_that_sees_to_people(carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    """No session is looked at or gone on with."""
    message = deliver(put(CODE))
    monkeypatch.setattr("accounts.middleware.put_outs.ending", lambda request: pytest.fail("a session was looked at"))
    browser = Client()
    browser.cookies["sessionid"] = "of-somebody"
    answer = browser.post(DOOR, {"id": str(message.pk), "status": "1"}, headers=BEARER)
    assert (answer.content, answer.headers["Content-Length"], "Vary" in answer.headers) == (b"applied", "7", False)
    assert "no-store" in answer.headers["Cache-Control"]
    assert not answer.cookies
    assert browser.put(DOOR, headers=BEARER).status_code == 405
