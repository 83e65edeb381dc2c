"""The interface of a carrier and what can come of a hand-over to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Outgoing:
    """`reference` is the outbox row's id: the same for every try of one message.

    `seconds_left` is how long the message is of use: no carrier should hand it to a phone that comes back later.
    """

    reference: int
    to: str
    kind: str
    text: str
    seconds_left: int


@dataclass(frozen=True)
class Handed:
    """What a carrier said when it took a message: its own number for it, and whether it is on the phone already."""

    reference: str = ""
    is_delivered: bool = False


class GatewayError(Exception):
    """A hand-over that did not plainly succeed; `args[0]` is a short code for staff."""


class GatewayRefused(GatewayError):
    """This number or text is refused for good, by whomever it is handed over."""


class GatewayUnreachable(GatewayError):
    """Nothing was taken: trying again is safe, by another carrier at once."""


class GatewayInDoubt(GatewayError):
    """It may have been taken: no clear answer came."""


class Gateway(Protocol):
    @property
    def takes_reference_once(self) -> bool:
        """A repeat under the same reference is harmless: this carrier is never in doubt."""

    def send(self, message: Outgoing) -> Handed:
        """Hand one message over; GatewayRefused, GatewayUnreachable or GatewayInDoubt."""
