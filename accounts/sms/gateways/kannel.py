"""Kannel, which speaks a carrier's own protocol for us; it runs on a machine of ours (deploy/kannel.conf)."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus

from accounts.sms.gateways import calls
from accounts.sms.gateways.base import GatewayInDoubt, GatewayRefused, GatewayUnreachable, Handed, Outgoing

# What became of a message. Reports are sent side by side: a later one (1) may come in before an earlier one (8).
REPORT_CODES = {"1": "delivered", "2": "failed", "4": "pending", "8": "pending", "16": "failed"}
_EVERY_REPORT = str(sum(map(int, REPORT_CODES)))
_GSM_7 = "0"
_BAD_NUMBER = b"Number(s) has/have been denied"  # a character no number has, or a list in Kannel's configuration
_BUSY = b"Temporal failure"  # its queue is full


@dataclass(frozen=True)
class KannelGateway:
    """`report_url` may carry a name and a password before its host, which come back as a header; empty: no reports."""

    url: str
    username: str
    password: str = field(repr=False)
    sender: str
    report_url: str = field(repr=False)

    takes_reference_once = False

    def send(self, message: Outgoing) -> Handed:
        """Kannel keeps what it takes until a carrier has it; only the reports tell."""
        answer = calls.post(self.url, headers=self.headers(message), body=message.text.encode())
        if answer.status == HTTPStatus.ACCEPTED:
            return Handed()
        raise _failure(answer)

    def headers(self, message: Outgoing) -> dict[str, str]:
        """All of them headers: of an address, parts stay behind in logs."""
        headers = {
            "Content-Type": "text/plain; charset=utf-8",
            "X-Kannel-Username": self.username,
            "X-Kannel-Password": self.password,
            "X-Kannel-From": self.sender,
            "X-Kannel-To": message.to,
            "X-Kannel-Coding": _GSM_7,
            "X-Kannel-Validity": str(max(1, message.seconds_left // 60)),  # minutes
        }
        if self.report_url:
            headers["X-Kannel-DLR-Mask"] = _EVERY_REPORT
            headers["X-Kannel-DLR-Url"] = self._report_pattern(message)
        return headers

    def _report_pattern(self, message: Outgoing) -> str:
        """An address in which Kannel puts the report's code for %d, and % for %%."""
        return f"{self.report_url.replace('%', '%%')}?id={message.reference}&status=%d"


def _failure(answer: calls.Answer) -> GatewayRefused | GatewayUnreachable | GatewayInDoubt:
    code = f"kannel_{answer.status}"
    if answer.body.startswith(_BAD_NUMBER):
        return GatewayRefused(code)
    if answer.body.startswith(_BUSY) or HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return GatewayUnreachable(code)
    return GatewayInDoubt(code)
