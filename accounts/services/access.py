"""The one writer of events: every state change, view of someone's data, export and login."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.event_words import name_codes
from accounts.models import Event, User

LONGEST_ID = 18  # digits: what any database holds as a number


class LookReason(TextChoices):
    """Why a facility opened someone's card: a fixed list, kept in the event and shown to its owner."""

    CARE = "care", _("Khám, chữa bệnh")
    EMERGENCY = "emergency", _("Cấp cứu")
    REFERRAL = "referral", _("Chuyển tuyến, hẹn khám lại")
    PAYMENT = "payment", _("Thanh toán chi phí")


name_codes("reason", LookReason.choices)


def record(
    action: str,
    *,
    actor: User | None,
    person_id: int | None = None,
    object_type: str = "",
    object_id: object = "",
    detail: Mapping[str, str | int] | None = None,
) -> Event:
    """One insert. `detail` holds codes and ids only, never names, numbers or text."""
    return Event.objects.create(
        action=action,
        actor_id=actor.pk if actor is not None else None,
        person_id=person_id,
        object_type=object_type,
        object_id=str(object_id),
        detail=dict(detail or {}),
    )


def row_id(typed: str) -> int | None:
    """A row's id out of an address or a form; None for anything that is none."""
    is_id = typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_ID
    return int(typed) if is_id else None


def events_of(object_type: str, object_id: object) -> QuerySet[Event]:
    """What happened to one object, newest first."""
    return Event.objects.filter(object_type=object_type, object_id=str(object_id))
