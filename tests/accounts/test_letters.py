"""A letter on its way: a real mail server on loopback takes it, refuses it, hangs, or is away."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import InboxMessage, Message, MessageState, User
from accounts.sms import delivery, outbox
from accounts.sms.gateways import letters
from tests import factories
from tests.accounts.conftest import PHONE
from tests.accounts.mailing import ADDRESS, Mailboxes, lead_letters_to, mail_server
from tests.servers import free_port

pytestmark = pytest.mark.django_db

TEXT = "Cổng BHXH số: Mật khẩu vừa được đổi\n\nKính gửi bạn,\n\nMật khẩu vừa được đổi.\n"


@pytest.fixture
def boxes(settings) -> Iterator[Mailboxes]:
    made = Mailboxes()
    with mail_server(made) as port:
        lead_letters_to(port, settings)
        yield made


@pytest.fixture
def hanging(settings) -> Iterator[None]:
    """A server that takes the connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        lead_letters_to(server.getsockname()[1], settings)
        settings.EMAIL_TIMEOUT = 0.3
        yield


def put(key: str = "letter:1", *, email: str = ADDRESS, to: str = "") -> Message:
    return outbox.put(kind=Message.Kind.NOTICE, purpose="password", to=to, email=email, text=TEXT, dedupe_key=key)


def deliver(message: Message) -> Message:
    delivery.deliver(message.pk)
    return Message.objects.get(pk=message.pk)


def test_a_letter_arrives_with_its_subject_its_marks_and_its_sender(boxes: Mailboxes) -> None:
    message = deliver(put())
    [letter] = boxes.taken
    assert (letter["To"], letter["Subject"].strip()) == (ADDRESS, "Cổng BHXH số: Mật khẩu vừa được đổi")
    assert letter["From"].addresses[0].addr_spec == "thong-bao@portal.example.vn"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().splitlines() == ["Kính gửi bạn,", "", "Mật khẩu vừa được đổi."]
    assert (message.state, message.gateway, message.attempts) == (MessageState.SENT, "mail", 1)


def test_the_body_of_a_letter_is_sealed_while_it_waits_and_wiped_when_it_has_left(boxes: Mailboxes) -> None:
    message = put()
    assert "Mật khẩu".encode() not in bytes(message.body)
    message = deliver(message)
    assert bytes(message.body) == b""
    assert None not in (message.sent_at, message.final_at)


def test_a_letter_reaches_no_phone(boxes: Mailboxes, client: Client, settings) -> None:
    settings.DEMO_MODE = True
    deliver(put())
    deliver(put("sms:1", email="", to=PHONE))
    assert [str(copy.to) for copy in InboxMessage.objects.all()] == [PHONE]
    assert [row["to"] for row in client.get("/hop-thu-sms/?format=json").json()] == [PHONE]
    page = client.get("/hop-thu-sms/").content.decode()
    assert page.count('class="card-panel"') == 1
    assert ADDRESS not in page
    assert len(boxes.taken) == 1


def test_the_desk_sees_that_a_letter_went_and_not_to_whom(boxes: Mailboxes) -> None:
    message = deliver(put())
    client = factories.signed_in(User.objects.create_superuser("quantri", factories.PASSWORD))
    for page in ("/admin/accounts/message/", f"/admin/accounts/message/{message.pk}/change/"):
        shown = client.get(page)
        assert shown.status_code == 200
        assert "mau@" not in shown.content.decode()
    assert "•••••@example.vn" in client.get("/admin/accounts/message/").content.decode()
    assert len(boxes.taken) == 1


def test_an_address_the_server_refuses_for_good_is_not_tried_again(boxes: Mailboxes) -> None:
    boxes.to_recipient = "550 no such mailbox"
    message = deliver(put())
    assert (message.state, message.failure, bytes(message.body)) == (MessageState.FAILED, "smtp_550", b"")
    assert message.sent_at is None
    boxes.to_recipient = "250 OK"
    assert deliver(message).state == MessageState.FAILED
    assert boxes.taken == []


@pytest.mark.parametrize(
    ("recipient", "data", "failure"),
    [("450 try later", "250 OK", "smtp_450"), ("250 OK", "451 busy", "smtp_451"), ("250 OK", "554 no", "smtp_554")],
)
def test_what_may_pass_is_tried_again_and_a_repeat_can_be_told_by_its_id(
    boxes: Mailboxes, recipient: str, data: str, failure: str
) -> None:
    boxes.to_recipient, boxes.to_data = recipient, data
    message = deliver(put())
    assert (message.state, message.failure) == (MessageState.QUEUED, failure)
    assert 22 < (message.sweep_at - timezone.now()).total_seconds() <= 38
    boxes.to_recipient = boxes.to_data = "250 OK"
    assert deliver(message).state == MessageState.SENT
    assert len({letter["Message-ID"] for letter in boxes.taken}) == 1
    other = deliver(put("letter:2"))
    assert other.state == MessageState.SENT
    assert len({letter["Message-ID"] for letter in boxes.taken}) == 2


def test_a_server_that_is_away_loses_nothing(settings) -> None:
    port = free_port()
    lead_letters_to(port, settings)
    message = deliver(put())
    assert (message.state, message.failure) == (MessageState.QUEUED, "mail_unreachable")
    boxes = Mailboxes()
    with mail_server(boxes, port):
        assert deliver(message).state == MessageState.SENT
    assert len(boxes.taken) == 1


@pytest.mark.usefixtures("hanging")
def test_a_server_that_says_nothing_is_left_after_the_time_out() -> None:
    started = time.monotonic()
    message = deliver(put())
    assert (message.state, message.failure) == (MessageState.QUEUED, "mail_unreachable")
    assert time.monotonic() - started < 2


@pytest.mark.usefixtures("hanging")
def test_a_server_that_hangs_does_not_take_all_of_a_workers_threads(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "WAITS", 0.05)
    settings.EMAIL_TIMEOUT = 1.5
    outgoing = [delivery._outgoing(put(f"letter:{number}")) for number in range(4)]
    failures: list[tuple[str, float]] = []

    def send(number: int) -> None:
        started = time.monotonic()
        with pytest.raises(delivery.GatewayUnreachable) as stopped:
            letters.LetterGateway().send(outgoing[number])
        failures.append((str(stopped.value), time.monotonic() - started))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(failure for failure, _ in failures) == ["mail_busy"] + ["mail_unreachable"] * 3
    assert min(seconds for _, seconds in failures) < 1
    assert letters._AT_ONCE.acquire(timeout=0)  # and the places are free again
    letters._AT_ONCE.release()


@pytest.mark.parametrize("address", ["mau@example.vn\nBcc: khac@example.vn", "không phải thư", "a@b@c"])
def test_an_address_that_is_none_is_refused_for_good(boxes: Mailboxes, address: str) -> None:
    message = deliver(put(email=address))
    assert (message.state, message.failure) == (MessageState.FAILED, "bad_address")
    assert boxes.taken == []


def test_letters_wait_when_the_server_is_taken_out_of_the_settings(settings) -> None:
    settings.SENDS_LETTERS = False
    message = deliver(put())
    assert (message.state, message.failure) == (MessageState.QUEUED, "no_mail_server")
    assert not InboxMessage.objects.exists()


def test_a_letter_a_day_old_is_not_sent(boxes: Mailboxes) -> None:
    message = put()
    assert timedelta(hours=23) < message.not_after - timezone.now() <= timedelta(hours=24)
    Message.objects.update(not_after=timezone.now())
    assert deliver(message).state == MessageState.EXPIRED
    assert boxes.taken == []


def test_in_demo_mode_letters_are_files(settings, tmp_path: Path) -> None:
    settings.SENDS_LETTERS = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    assert deliver(put()).state == MessageState.SENT
    [file] = (tmp_path / "mail").iterdir()
    assert ADDRESS in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", [Message.Kind.CODE, Message.Kind.CREDENTIALS])
def test_a_code_or_a_password_never_becomes_a_letter(kind: Message.Kind) -> None:
    with pytest.raises(ValueError, match="never go by e-mail"):
        outbox.put(kind=kind, purpose="test", to="", email=ADDRESS, text=TEXT, dedupe_key="letter:1")
    assert not Message.objects.exists()


def test_no_log_line_holds_the_address_or_the_text(boxes: Mailboxes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="accounts")
    deliver(put())
    boxes.to_recipient = "550 no mailbox mau@example.vn"
    deliver(put("letter:2"))
    ours = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("accounts"))
    assert "smtp_550" in ours
    assert "mau@" not in ours
    assert "Mật khẩu" not in ours
