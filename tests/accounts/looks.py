"""Writes down the looks and sign-ins that an account's owner reads of."""

from __future__ import annotations

from typing import Any

from accounts.models import Device, Event, Person, User
from accounts.services import access


def checked(person: Person, desk: User, *, reason: str = "care", by: str = "scan", facility: str = "01020") -> Event:
    detail: dict[str, str | int] = {"facility": facility, "reason": reason, "by": by}
    return access.record(
        "card.checked", actor=desk, person_id=person.pk, object_type="person", object_id=person.pk, detail=detail
    )


def seen(person: Person, actor: User | None, action: str = "person.seen", object_id: int = 1) -> Event:
    kind = action.split(".")[0]
    return access.record(action, actor=actor, person_id=person.pk, object_type=kind, object_id=object_id)


def looked(person: Person, actor: User, times: int = 1, action: str = "card.seen", **detail: Any) -> None:
    """Each at another object, so that none reads as one with the next."""
    for number in range(times):
        access.record(action, actor=actor, person_id=person.pk, object_type="card", object_id=number, detail=detail)


def signed_in(user: User, on: Device | None, action: str = "session.started") -> Event:
    detail: dict[str, str | int] = {"device": on.pk} if on else {}
    return access.record(action, actor=user, person_id=user.person_id, detail=detail)
