"""The one writer of events: every state change, view of someone's data, export and login."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import Event, User


def record(
    action: str,
    *,
    actor: User | None,
    person_id: int | None = None,
    object_type: str = "",
    object_id: object = "",
    detail: dict[str, str | int] | None = None,
) -> None:
    """One insert. `detail` holds codes and ids only, never names, numbers or text."""
    Event.objects.create(
        action=action,
        actor_id=actor.pk if actor is not None else None,
        person_id=person_id,
        object_type=object_type,
        object_id=str(object_id),
        detail=detail or {},
    )


def events_of(object_type: str, object_id: object) -> QuerySet[Event]:
    """What happened to one object, newest first."""
    return Event.objects.filter(object_type=object_type, object_id=str(object_id))
