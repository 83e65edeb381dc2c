from __future__ import annotations

from accounts.models import InboxMessage
from accounts.sms.gateways.base import Outgoing


class InboxGateway:
    """The demo's carrier: its phones are the page /hop-thu-sms/. A reference is taken once; a repeat is harmless."""

    name = "inbox"

    def send(self, message: Outgoing) -> None:
        InboxMessage.objects.get_or_create(
            reference=message.reference,
            defaults={"to": message.to, "kind": message.kind, "text": message.text},
        )
