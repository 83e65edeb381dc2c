"""Providers that take a message as one JSON document over HTTP, each described by data (deploy/sms-providers.toml)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from accounts.sms.gateways import calls
from accounts.sms.gateways.base import GatewayInDoubt, GatewayRefused, GatewayUnreachable, Handed, Outgoing

# Other refusals (408, 409, 425 …) may come from whoever stands in between, after the message was passed on.
NOT_TAKEN = {400, 401, 402, 403, 404, 405, 413, 415, 422, 429}
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
REFERENCE_LENGTH = 64  # of a column of models.Message
# Words, or a short number: never as long as a telephone number.
_CODE = re.compile(r"[A-Za-z_][\w.-]{0,19}|-?\d{1,8}", re.ASCII)


class Meaning(StrEnum):
    """Of a code in a provider's answer."""

    ACCEPTED = "accepted"
    BAD_NUMBER = "bad_number"  # this number or text, for good
    UNAVAILABLE = "unavailable"  # nothing was taken: busy, no credit, a wrong key
    DOUBT = "doubt"


@dataclass(frozen=True)
class HttpJsonGateway:
    """`body` is the document with places like `{to}` in its strings (`_places`); `code` and `reference` are paths into
    the answer, like `data.0.status`; `codes` says what a code means. Without `code` the HTTP status decides."""

    url: str
    body: Any = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    sender: str
    code: str
    reference: str
    codes: Mapping[str, Meaning]
    takes_reference_once: bool

    def send(self, message: Outgoing) -> Handed:
        answer = calls.post(self.url, headers={**JSON, **self.headers}, body=self.document(message).encode())
        said = read_json(answer.body)
        code = plain_code(at(said, self.code)) if self.code else ""
        meaning = self.codes.get(code) or self._by_status(answer.status)
        if meaning == Meaning.ACCEPTED:
            return Handed(reference=plain_reference(at(said, self.reference)) if self.reference else "")
        failure = f"code_{code}" if code else f"http_{answer.status}"
        raise _ERRORS[meaning](failure)

    def document(self, message: Outgoing) -> str:
        return json.dumps(_filled(self.body, _places(message, self.sender)), ensure_ascii=False)

    def _by_status(self, status: int) -> Meaning:
        """Of an answer whose code says nothing to us."""
        if status in NOT_TAKEN:
            return Meaning.UNAVAILABLE
        is_good = HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
        return Meaning.ACCEPTED if is_good and not self.code else Meaning.DOUBT


_ERRORS = {
    Meaning.BAD_NUMBER: GatewayRefused,
    Meaning.UNAVAILABLE: GatewayUnreachable,
    Meaning.DOUBT: GatewayInDoubt,
}


def read_json(body: bytes) -> Any:
    """None for what is no JSON, or nested beyond reason."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def at(document: Any, path: str) -> Any:
    """What stands at `data.0.status`; None where nothing does."""
    for step in path.split("."):
        if isinstance(document, Mapping):
            document = document.get(step)
        elif isinstance(document, list) and step.isdecimal() and int(step) < len(document):
            document = document[int(step)]
        else:
            return None
    return document


def plain_reference(value: Any) -> str:
    """A provider's own number for a message, as a database can hold it."""
    return "".join(filter(str.isprintable, str(value or "")))[:REFERENCE_LENGTH]


def plain_code(value: Any) -> str:
    """A provider's code as it may be written down: never its words, which may name a number."""
    is_code = isinstance(value, str | int) and _CODE.fullmatch(str(value))
    return str(value) if is_code else ""


def _places(message: Outgoing, sender: str) -> dict[str, str]:
    """What a provider's document may hold; a number as `+84912345678`, `84912345678` or `0912345678`."""
    digits = message.to.removeprefix("+")
    return {
        "to": message.to,
        "to_digits": digits,
        "to_national": f"0{digits.removeprefix('84')}" if digits.startswith("84") else message.to,
        "text": message.text,
        "reference": str(message.reference),
        "seconds_left": str(message.seconds_left),
        "sender": sender,
    }


def _filled(part: Any, places: Mapping[str, str]) -> Any:
    if isinstance(part, str):
        return part.format_map(places)
    if isinstance(part, Mapping):
        return {key: _filled(value, places) for key, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, places) for value in part]
    return part
