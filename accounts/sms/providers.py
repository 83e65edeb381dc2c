"""Which provider a message is handed to: by weight, by how each has done lately, and by who was tried before."""

from __future__ import annotations

import random
from collections.abc import Mapping

from django.conf import settings

from accounts.models import Message
from accounts.sms.gateways.inbox import InboxGateway
from accounts.sms.gateways.letters import LetterGateway
from accounts.sms.provider_file import Provider
from accounts.sms.shares import TRUSTED_WITH_CODES, Shares

INBOX = Provider(name="inbox", gateway=InboxGateway())
MAIL = Provider(name="mail", gateway=LetterGateway())
shares = Shares()
_dice = random.SystemRandom()


def of_sms() -> Mapping[str, Provider]:
    """By name; none until the settings name one: messages then wait and nothing is lost."""
    if INBOX.name == settings.SMS_GATEWAY:
        return {INBOX.name: INBOX}
    providers: Mapping[str, Provider] = settings.SMS_PROVIDERS
    return providers


def named(name: str) -> Provider | None:
    """None for one that the settings no longer name."""
    return MAIL if name == MAIL.name else of_sms().get(name)


def route_of(message: Message) -> list[Provider]:
    """Whom to ask, in this order, until one takes it: the last one asked comes last.

    A provider in trouble still gets notices, by which it is seen to be back, but codes only when no other takes them:
    a code in doubt is not sent again.
    """
    if message.email:
        return [MAIL] if settings.SENDS_LETTERS else []
    providers = list(of_sms().values())
    if len(providers) < 2:
        return providers
    drawn = sorted(providers, key=_drawn, reverse=True)
    is_code = message.kind == Message.Kind.CODE
    return sorted(drawn, key=lambda one: (one.name == message.gateway, is_code and _is_in_trouble(one)))


def _drawn(provider: Provider) -> float:
    """A number that is the highest of all as often as the provider's weight is its part of their sum."""
    weight = provider.weight * shares.of(provider.name)
    return _dice.random() ** (1 / weight) if weight else -1.0


def _is_in_trouble(provider: Provider) -> bool:
    return shares.of(provider.name) < TRUSTED_WITH_CODES
