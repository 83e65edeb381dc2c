from __future__ import annotations

import itertools

import pytest
from django.test import RequestFactory

from accounts.errors import TooManyRequests
from accounts.limits import HOUR, LIMITS, Limit, client_address, hit


def address(proxies: int, header: str | None, settings) -> str:
    settings.TRUSTED_PROXY_COUNT = proxies
    headers = {} if header is None else {"X-Forwarded-For": header}
    return client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR="10.0.0.1"))


SPOOFED, CLIENT, FRONT = "198.51.100.66", "203.0.113.7", "10.0.0.2"


@pytest.mark.parametrize(
    ("proxies", "header", "expected"),
    [
        (0, None, "10.0.0.1"),
        (0, SPOOFED, "10.0.0.1"),
        (0, f"{SPOOFED}, {CLIENT}", "10.0.0.1"),
        (1, CLIENT, CLIENT),
        (1, f"{SPOOFED}, {CLIENT}", CLIENT),
        (1, f"{SPOOFED},{SPOOFED} ,  {CLIENT}", CLIENT),
        (1, None, "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (2, f"{CLIENT}, {FRONT}", CLIENT),
        (2, f"{SPOOFED}, {CLIENT}, {FRONT}", CLIENT),
        (2, SPOOFED, "10.0.0.1"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(proxies: int, header: str | None, expected: str, settings) -> None:
    assert address(proxies, header, settings) == expected


def test_a_changing_header_does_not_give_a_stranger_new_tries(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "photo.address", Limit(3, HOUR))
    addresses = (address(1, f"198.51.100.{number}, {CLIENT}", settings) for number in itertools.count())
    for _ in range(3):
        hit("photo.address", next(addresses))
    with pytest.raises(TooManyRequests):
        hit("photo.address", next(addresses))
