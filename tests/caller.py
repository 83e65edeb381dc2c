"""`python -m tests.caller FIRST`: what pages do, in a process of their own: one message a transaction into the outbox.

FIRST is the number of the first message; no two callers may use the same. Each
line it reads is a job; the next line ends one that has no `how_many`. It
answers a job with the id, the kind and the moment of the commit of each message.
"""

from __future__ import annotations

import json
import select
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import count, cycle
from typing import Any

import django

django.setup()

from django.db import InterfaceError, OperationalError, connection, transaction  # noqa: E402 - see above
from django.utils import timezone  # noqa: E402

from accounts.models import Message  # noqa: E402
from accounts.sms import outbox, texts  # noqa: E402

Put = tuple[int, str, float]
_numbers = count(int(sys.argv[1]))


def text_of(kind: str, number: int) -> str:
    """No two are alike."""
    if kind == Message.Kind.CODE:
        return texts.one_time_code(purpose="register", code=f"{number:06d}")
    if kind == Message.Kind.CREDENTIALS:
        return texts.credentials(bhxh_code=f"99{number:08d}", password="of-no-value")
    return texts.declaration_filed(file_number=f"{number:05d}/2026/00101")


def put(kind: str, *, lasts: float) -> Put:
    """A page whose database is away is asked for again."""
    number = next(_numbers)
    while True:
        try:
            return _put(kind, number, lasts)
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(0.1)


def _put(kind: str, number: int, lasts: float) -> Put:
    committed_at = []
    with transaction.atomic():
        transaction.on_commit(lambda: committed_at.append(time.time()))
        message = outbox.put(
            kind=Message.Kind(kind),
            purpose="register",
            to=f"+8491{number:07d}",
            text=text_of(kind, number),
            dedupe_key=f"called:{number}",
            not_after=timezone.now() + timedelta(seconds=lasts),
        )
    return message.pk, kind, committed_at[0]


def run(*, kinds: list[str], lasts: dict[str, float], how_many: int = 0, a_second: float = 0) -> Iterator[Put]:
    """`a_second` 0: as fast as it can."""
    begun = time.monotonic()
    for turn, kind in enumerate(cycle(kinds)):
        if turn == how_many if how_many else _is_called():
            return
        if a_second:
            time.sleep(max(0.0, begun + turn / a_second - time.monotonic()))
        yield put(kind, lasts=lasts[kind])


def _is_called() -> bool:
    return bool(select.select([sys.stdin], [], [], 0)[0])


def main() -> None:
    for line in sys.stdin:
        job: dict[str, Any] = json.loads(line)
        if job:
            sys.stdout.write(json.dumps(list(run(**job))) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
