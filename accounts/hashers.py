from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

from accounts.errors import Crowded

LONGEST_WAIT = 10.0  # seconds for a turn
# Of each process: more at once would be slower, and each takes 19 MiB.
_turns = BoundedSemaphore(os.cpu_count() or 1)


class PortalArgon2Hasher(Argon2PasswordHasher):
    """Argon2id at OWASP's m=19 MiB, t=2, p=1: about 25 ms, a fifth of Django's default memory.

    As many at once as there are processors; whoever waits too long for a turn gets Crowded.
    """

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with _turn():
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        with _turn():
            return bool(super().verify(password, encoded))


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=LONGEST_WAIT):
        raise Crowded
    try:
        yield
    finally:
        _turns.release()
