"""A provider that tells afterwards what became of a message, at the portal's own door."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import Message
from accounts.sms.provider_file import Provider
from tests.accounts.providing import TOKEN, Carrier, lead_sms_to, reports

BEARER = {"Authorization": f"Bearer {TOKEN}"}
DOOR = "/tin-nhan/bao-cao/a/"


def reporting(settings: Any, carrier: Carrier, **changes: Any) -> None:
    lead_sms_to(settings, a=Provider(name="a", gateway=carrier, reports=reports(**changes)))


def report(code: str, message: Message, *, headers: dict[str, str] = BEARER, **fields: str) -> Any:
    return Client().get(DOOR, {"id": str(message.pk), "status": code, **fields}, headers=headers)


def state_of(message: Message) -> str:
    return str(Message.objects.get(pk=message.pk).state)
