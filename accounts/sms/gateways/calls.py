"""One HTTP call to a provider, bounded in time and size, that tells «nothing left» from «nobody knows»."""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, LocationValueError, NewConnectionError, SSLError

from accounts.sms.gateways.base import GatewayInDoubt, GatewayUnreachable

CONNECTS_WITHIN = 2.0  # seconds
ANSWERS_WITHIN = 5.0
LONGEST_ANSWER = 64 * 1024  # bytes

_http = urllib3.PoolManager(
    timeout=urllib3.Timeout(connect=CONNECTS_WITHIN, read=ANSWERS_WITHIN), retries=False, maxsize=1
)


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


def post(url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
    """What the provider answered, whatever it says. GatewayUnreachable or GatewayInDoubt.

    A connection serves one message: one that is kept may be closed by the other side just as the next is written, and
    nobody could tell whether that was taken (docs/adr/0017).
    """
    ends = time.monotonic() + ANSWERS_WITHIN
    try:
        response = _http.request(
            "POST", url, headers=dict(headers), body=body, redirect=False, preload_content=False, decode_content=True
        )
        try:
            return Answer(response.status, _read(response, ends))
        finally:
            response.close()
    except (NewConnectionError, ConnectTimeoutError, LocationValueError) as error:
        raise GatewayUnreachable("unreachable") from error
    except SSLError as error:
        if isinstance(error.args[0], ssl.SSLCertVerificationError):
            raise GatewayUnreachable("bad_certificate") from error
        raise GatewayInDoubt("cut_off") from error
    except HTTPError as error:
        raise GatewayInDoubt("no_answer") from error


def _read(response: urllib3.BaseHTTPResponse, ends: float) -> bytes:
    """An answer that drips is as good as none."""
    parts, length = [], 0
    while part := response.read1(LONGEST_ANSWER):
        parts.append(part)
        length += len(part)
        if length > LONGEST_ANSWER or time.monotonic() > ends:
            raise GatewayInDoubt("endless_answer")
    return b"".join(parts)
