"""Providers that do what a test tells them, in place of those a deployment's file names."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Message, MessageState
from accounts.sms import delivery, outbox, providers
from accounts.sms.gateways.base import GatewayInDoubt, Handed, Outgoing
from accounts.sms.provider_file import Provider, ReportMeaning, Reports
from accounts.sms.shares import Shares
from tests.accounts.conftest import PHONE

TEXT = "BHXH: 012345 la ma xem ho so"
TOKEN = "token-of-the-provider-01"
CODE, CREDENTIALS, NOTICE = Message.Kind.CODE, Message.Kind.CREDENTIALS, Message.Kind.NOTICE
DOUBT = GatewayInDoubt("no_answer")


class Carrier:
    """Outside this house: does what it is told and remembers what reached it."""

    def __init__(self, answer: Exception | Handed | None = None, *, takes_reference_once: bool = False) -> None:
        self.answer = answer or Handed()
        self.takes_reference_once = takes_reference_once
        self.taken: list[Outgoing] = []

    def send(self, message: Outgoing) -> Handed:
        self.taken.append(message)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def reports(**changes: Any) -> Reports:
    return Reports(
        **{
            "reference": "id",
            "provider_reference": "",
            "code": "status",
            "codes": {"1": ReportMeaning.DELIVERED, "2": ReportMeaning.FAILED, "8": ReportMeaning.PENDING},
            "token": TOKEN,
            "token_header": "Authorization",
            "secret": "",
            "signature_header": "",
            "addresses": (),
            **changes,
        }
    )


def with_reports(carrier: Carrier) -> Provider:
    return Provider(name="a", gateway=carrier, reports=reports())


def lead_sms_to(settings: Any, **carriers: Any) -> None:
    """To these carriers alone, by name; with a Provider in place of a carrier for one that is no plain one."""
    settings.SMS_GATEWAY = ""
    settings.SMS_PROVIDERS = {
        name: carrier if isinstance(carrier, Provider) else Provider(name=name, gateway=carrier)
        for name, carrier in carriers.items()
    }
    providers.shares.__init__()  # type: ignore[misc]  # nothing is known of them yet
    assert isinstance(providers.shares, Shares)


def put(kind: Message.Kind = Message.Kind.NOTICE, key: str = "test:1", **fields: Any) -> Message:
    return outbox.put(**{"kind": kind, "purpose": "test", "to": PHONE, "text": TEXT, "dedupe_key": key, **fields})


def deliver(message: Message) -> Message:
    delivery.deliver(message.pk)
    return Message.objects.get(pk=message.pk)


def sweep() -> list[int]:
    """The ids that are handed to the queue again."""
    return [one.message_id for one in delivery.settle_overdue(at_most=500, again_after=timedelta(seconds=30))]


def forget_until_now(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(sweep_at=timezone.now() - timedelta(seconds=1))


def in_the_middle_of_a_call(message: Message, gateway: str = "a") -> None:
    """The worker died there, half a minute ago."""
    Message.objects.filter(pk=message.pk).update(state=MessageState.SENDING, gateway=gateway, attempts=1)
    forget_until_now(message)
