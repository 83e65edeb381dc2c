"""Secrets at rest: reversible sealing (Fernet) and keyed digests (HMAC-SHA-256).

`FIELD_ENCRYPTION_KEY` holds one or more Fernet keys, comma-separated: the
first seals, all of them open, so that a key can be replaced while running.
`AUDIT_KEYS` is such a list for the seals over events.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def seal(text: str) -> bytes:
    return _fernet().encrypt(text.encode())


def unseal(token: bytes) -> str:
    """The sealed text; cryptography.fernet.InvalidToken if no key opens it."""
    return _fernet().decrypt(token).decode()


def keyed_digest(text: str, *, purpose: str) -> str:
    """64 hex characters; different purposes never give comparable digests."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


def audit_digests() -> list[hmac.HMAC]:
    """Empty digests to feed events into, one for each audit key: the first seals, all of them check."""
    return [hmac.new(key.encode(), b"event-seal\0", hashlib.sha256) for key in settings.AUDIT_KEYS]


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key.strip()) for key in settings.FIELD_ENCRYPTION_KEY.split(",")])
