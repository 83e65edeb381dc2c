"""Where every message begins: a row in the caller's transaction, an id to the queue once it commits."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Message, MessageState
from accounts.models.message import LOST, WITHDRAWN
from accounts.sealing import seal
from accounts.sms import rows, tasks

# How long the queue itself has before the sweeper repeats the id.
FIRST_SWEEP_AFTER = timedelta(seconds=15)
NOTICE_LASTS = timedelta(hours=24)
UNTRIED = {"state": MessageState.QUEUED, "attempts": 0, "gateway": "", "failure": ""}


def replace(*, dedupe_prefix: str) -> None:
    """What follows takes the place of these: none of them is sent any more, those that were lost are made up for."""
    now = timezone.now()
    before = Message.objects.filter(dedupe_key__startswith=dedupe_prefix, replaced_at=None)
    waiting, taken = (Q(final_at=None, state=state) for state in (MessageState.QUEUED, MessageState.SENT))
    gone = {"body": b"", "final_at": now, "replaced_at": now}
    before.filter(waiting).update(state=MessageState.EXPIRED, failure=WITHDRAWN, **gone)
    before.filter(taken).update(**gone)  # whatever will be reported of it
    before.filter(LOST | Q(final_at=None)).update(replaced_at=now)  # one under way is not sent again


def put(
    *,
    kind: Message.Kind,
    purpose: str,
    to: str,
    text: str,
    dedupe_key: str,
    not_after: datetime | None = None,
    email: str = "",
    office: str = "",
) -> Message:
    """One message to one E.164 number, or a letter to `email` with its subject in the first line.

    `office` is the code of the one whose officers have to know if it does not arrive.
    The same `dedupe_key` again gives the row there is, and sends nothing.
    """
    if email and kind != Message.Kind.NOTICE:
        raise ValueError("codes and passwords never go by e-mail")
    now = timezone.now()
    values = {
        "kind": kind,
        "purpose": purpose,
        "to": to,
        "email": email,
        "office": office,
        "body": seal(text),
        "dedupe_key": dedupe_key,
        "not_after": not_after or now + NOTICE_LASTS,
        "created_at": now,
        "sweep_at": now + FIRST_SWEEP_AFTER,
        **UNTRIED,
    }
    message_id = rows.insert(**values)
    if message_id is None:
        return Message.objects.get(dedupe_key=dedupe_key)
    # Robust: the row is saved, whatever happens to the queue.
    transaction.on_commit(lambda: tasks.enqueue(message_id, kind), robust=True)
    return Message(pk=message_id, **values)
