"""The interface of a carrier and what can go wrong at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Outgoing:
    """`reference` is the outbox row's id: the same for every try of one message."""

    reference: int
    to: str
    kind: str
    text: str


class GatewayRefused(Exception):
    """The carrier said no for good; `args[0]` is a short code for staff."""


class GatewayUnreachable(Exception):
    """Nothing left this machine; trying again is safe."""


class Gateway(Protocol):
    name: str

    def send(self, message: Outgoing) -> None:
        """Hand one message over; GatewayRefused or GatewayUnreachable."""
