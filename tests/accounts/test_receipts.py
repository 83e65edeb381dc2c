"""What providers report: who may, what it changes, and what it never does."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Alarm, Message, MessageState, UnknownReport
from accounts.sms import receipts
from accounts.sms.gateways.base import GatewayInDoubt, Handed
from accounts.sms.provider_file import Provider
from tests.accounts.providing import CODE, CREDENTIALS, NOTICE, Carrier, deliver, lead_sms_to, put, reports
from tests.accounts.reporting import BEARER, DOOR, report, reporting, state_of
from tests.races import at_once

pytestmark = pytest.mark.django_db
FINAL = ["delivered", "failed", "expired", "uncertain"]


@pytest.fixture
def carrier(settings) -> Carrier:
    made = Carrier(Handed(reference="P-1"))
    reporting(settings, made)
    return made


def test_a_report_of_delivery_ends_the_message_and_wipes_its_text(carrier: Carrier) -> None:
    message = deliver(put(CODE))
    assert (message.state, bool(bytes(message.body))) == ("sent", True)
    answer = report("1", message)
    assert (answer.status_code, answer.content) == (200, b"applied")
    message.refresh_from_db()
    assert (message.state, bytes(message.body)) == ("delivered", b"")
    assert None not in (message.final_at, message.delivered_at, message.sent_at)


def test_a_report_of_failure_ends_it_too_and_says_why(carrier: Carrier) -> None:
    message = deliver(put(NOTICE))
    assert report("2", message).status_code == 200
    message.refresh_from_db()
    assert (message.state, message.failure, bytes(message.body)) == ("failed", "report_2", b"")
    assert deliver(message).state == "failed"
    assert len(carrier.taken) == 1


def test_on_its_way_changes_nothing(carrier: Carrier) -> None:
    message = deliver(put(CODE))
    assert report("8", message).content == b"pending"
    assert state_of(message) == "sent"


@pytest.mark.parametrize("state", FINAL)
@pytest.mark.parametrize("code", ["1", "2"])
def test_a_final_state_never_changes(carrier: Carrier, state: str, code: str) -> None:
    message = deliver(put(CODE))
    Message.objects.update(state=state, final_at=timezone.now(), body=b"")
    before = Message.objects.values().get()
    answer = report(code, message)
    assert (answer.status_code, answer.content) == (200, b"late")
    assert Message.objects.values().get() == before


def test_a_report_that_is_repeated_changes_nothing(carrier: Carrier) -> None:
    message = deliver(put(CODE))
    report("1", message)
    before = Message.objects.values().get()
    assert report("1", message).content == b"late"
    assert Message.objects.values().get() == before


def test_a_report_may_be_faster_than_the_worker_that_sent(settings) -> None:
    class Fast(Carrier):
        def send(self, outgoing: Any) -> Handed:
            report("1", Message.objects.get(pk=outgoing.reference))
            return super().send(outgoing)

    reporting(settings, Fast())
    message = deliver(put(CODE))
    assert (message.state, message.sent_at) == ("delivered", message.claimed_at)


def test_a_notice_in_doubt_that_did_arrive_is_not_sent_again(settings) -> None:
    carrier = Carrier(GatewayInDoubt("no_answer"))
    reporting(settings, carrier)
    message = deliver(put(NOTICE))
    assert message.state == "queued"
    assert report("1", message).content == b"applied"
    assert deliver(message).state == "delivered"
    assert len(carrier.taken) == 1


@pytest.mark.parametrize("code", ["1", "2"])
def test_a_provider_ends_no_message_that_it_was_not_the_last_to_be_asked_for(
    settings, carrier: Carrier, code: str
) -> None:
    """Its token, leaked, must not wipe the passwords of others, nor letters, nor what nobody was asked for yet."""
    lead_sms_to(settings, a=Provider(name="a", gateway=carrier, reports=reports()), b=Carrier())
    others, unasked, letter = put(NOTICE), put(NOTICE, "test:2"), put(NOTICE, "test:3", to="", email="mau@example.vn")
    Message.objects.filter(pk=others.pk).update(state=MessageState.SENT, gateway="b", attempts=1)
    Message.objects.filter(pk=letter.pk).update(gateway="mail", attempts=1)
    before = list(Message.objects.order_by("pk").values())
    for message in (others, unasked, letter):
        assert report(code, message).content == b"no_message"
    assert list(Message.objects.order_by("pk").values()) == before


def test_a_failure_of_the_last_try_does_not_end_the_next(settings) -> None:
    reporting(settings, Carrier(GatewayInDoubt("no_answer")))
    message = deliver(put(NOTICE))
    assert report("2", message).content == b"late"
    assert state_of(message) == "queued"


def test_a_lost_password_is_an_alarm_whoever_says_so(carrier: Carrier) -> None:
    report("2", deliver(put(CREDENTIALS)))
    report("2", deliver(put(NOTICE, "test:2")))
    assert [alarm.kind for alarm in Alarm.objects.all()] == [Alarm.Kind.CREDENTIALS_LOST]


def test_a_report_that_outruns_the_providers_own_number_is_asked_for_once_more(settings) -> None:
    class Fast(Carrier):
        def send(self, outgoing: Any) -> Handed:
            answers.append(Client().get(DOOR, {"id": "P-7", "status": "1"}, headers=BEARER).status_code)
            return super().send(outgoing)

    answers: list[int] = []
    reporting(settings, Fast(Handed(reference="P-7")), reference="", provider_reference="id")
    message = deliver(put(CODE))
    assert answers == [503]
    assert Client().get(DOOR, {"id": "P-7", "status": "1"}, headers=BEARER).status_code == 200
    assert state_of(message) == "delivered"
    assert Client().get(DOOR, {"id": "P-8", "status": "1"}, headers=BEARER).status_code == 200


def test_codes_nobody_knows_are_written_down_and_told_once(carrier: Carrier, caplog: pytest.LogCaptureFixture) -> None:
    message = deliver(put(CODE))
    for code in ("73", "73", "0912345678 vo duoc", "x" * 200):
        assert report(code, message).content == b"unknown_code"
    assert state_of(message) == "sent"
    assert dict(UnknownReport.objects.values_list("code", "times")) == {"73": 2, "?": 2}
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert errors == ["alarm: unknown_report a"]
    assert Alarm.objects.get().subject == "a"
    assert "0912345678" not in caplog.text


def test_a_provider_fills_no_table_with_codes(carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "KINDS_KEPT", 3)
    message = deliver(put(CODE))
    for number in range(9):
        report(f"x{number}", message)
    assert dict(UnknownReport.objects.values_list("code", "times")) == {"x0": 1, "x1": 1, "x2": 1, "?": 6}


@pytest.mark.parametrize(
    "reference", ["987654321", "0", "-1", "x", "", "9" * 40, "0" * 64 + "9" * 40, "1; DROP", "１", "x\0y"]
)
def test_a_report_of_no_message_of_ours_is_answered_and_changes_nothing(carrier: Carrier, reference: str) -> None:
    message = deliver(put(CODE))
    answer = Client().get(DOOR, {"id": reference, "status": "1"}, headers=BEARER)
    assert (answer.status_code, answer.content) == (200, b"no_message")
    assert state_of(message) == "sent"


def test_json_forms_and_addresses_are_read_alike_and_the_providers_own_number_will_do(settings) -> None:
    reporting(
        settings, Carrier(Handed(reference="P-9")), reference="", provider_reference="data.0.id", code="data.0.st"
    )
    message = deliver(put(CODE))
    body = {"data": [{"id": "P-9", "st": 1}]}
    answer = Client().post(DOOR, json.dumps(body), content_type="application/json", headers=BEARER)
    assert answer.content == b"applied"
    assert state_of(message) == "delivered"
    reporting(settings, Carrier(Handed(reference="P-10")), reference="", provider_reference="id")
    other = deliver(put(CODE, "test:2"))
    assert Client().post(DOOR, {"id": "P-10", "status": "1"}, headers=BEARER).content == b"applied"
    assert state_of(other) == "delivered"


@pytest.mark.parametrize(
    "body",
    [
        b"\x00\xff",
        b"[" * 5000,
        b'{"id": {"a": 1}}',
        b"null",
        b"[]",
        b'"x"',
        b"1" * 9000,
        b'{"id": "\\ud800", "status": 1}',
        b'{"id": "\\u0000", "status": 1}',
    ],
)
def test_rubbish_is_answered_and_changes_nothing(carrier: Carrier, body: bytes) -> None:
    message = deliver(put(CODE))
    answer = Client().post(DOOR, body, content_type="application/json", headers=BEARER)
    assert (answer.status_code, answer.content) == (200, b"no_message")
    assert state_of(message) == "sent"


def test_a_report_longer_than_any_is_refused_before_it_is_read(carrier: Carrier) -> None:
    answer = Client().post(DOOR, b"x" * 20_000, content_type="application/json", headers=BEARER)
    assert answer.status_code == 413


@pytest.mark.parametrize("name", ["b", "inbox", "mail", "a-b"])
def test_there_is_no_door_for_who_does_not_report(settings, carrier: Carrier, name: str) -> None:
    assert Client().get(f"/tin-nhan/bao-cao/{name}/", headers=BEARER).status_code == 404


def test_a_report_costs_a_handful_of_queries(carrier: Carrier, django_assert_max_num_queries: Any) -> None:
    message = deliver(put(CODE))
    with django_assert_max_num_queries(4):
        report("1", message)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_many_reports_at_once_one_is_applied(settings) -> None:
    reporting(settings, Carrier())
    message = deliver(put(CODE))
    codes = ["1", "2"] * 4
    answers = at_once(*[lambda code=code: report(code, message).content for code in codes])
    assert sorted(answers) == [b"applied"] + [b"late"] * 7
    message.refresh_from_db()
    assert message.state == {"1": "delivered", "2": "failed"}[codes[answers.index(b"applied")]]
