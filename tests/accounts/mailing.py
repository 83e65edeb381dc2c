"""A mail server on loopback that says what it is told to say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.servers import free_port

SENDER = "Cổng thử <thong-bao@portal.example.vn>"
ADDRESS = "mau@example.vn"


class Mailboxes:
    """What has been taken, as it came over the wire, and the answers to give."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.to_recipient = self.to_data = "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.to_data


@contextmanager
def mail_server(boxes: Mailboxes, port: int | None = None) -> Iterator[int]:
    """Its port."""
    controller = Controller(boxes, hostname="127.0.0.1", port=port or free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def lead_letters_to(port: int, settings: Any) -> None:
    settings.SENDS_LETTERS = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.DEFAULT_FROM_EMAIL = SENDER
