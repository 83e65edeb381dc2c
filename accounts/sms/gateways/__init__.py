"""Who carries a message, chosen by the setting SMS_GATEWAY."""

from __future__ import annotations

from django.conf import settings

from accounts.sms.gateways.base import Gateway, GatewayUnreachable
from accounts.sms.gateways.inbox import InboxGateway


def current_gateway() -> Gateway:
    """GatewayUnreachable until SMS_GATEWAY names one: messages then wait and nothing is lost."""
    if InboxGateway.name == settings.SMS_GATEWAY:
        return InboxGateway()
    raise GatewayUnreachable("no_gateway")
