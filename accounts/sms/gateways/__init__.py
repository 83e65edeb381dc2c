"""Who carries a message: an SMS whom the setting SMS_GATEWAY names, a letter the mail server of EMAIL_URL."""

from __future__ import annotations

from django.conf import settings

from accounts.sms.gateways.base import Gateway, GatewayUnreachable
from accounts.sms.gateways.inbox import InboxGateway
from accounts.sms.gateways.letters import LetterGateway


def current_gateway() -> Gateway:
    """GatewayUnreachable until SMS_GATEWAY names one: messages then wait and nothing is lost."""
    if InboxGateway.name == settings.SMS_GATEWAY:
        return InboxGateway()
    raise GatewayUnreachable("no_gateway")


def letter_gateway() -> Gateway:
    """GatewayUnreachable if there is no mail server any more."""
    if settings.SENDS_LETTERS:
        return LetterGateway()
    raise GatewayUnreachable("no_mail_server")
