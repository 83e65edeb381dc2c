"""Looks at cards by the desks of one facility, as its manager reads them: who, when and why, never at whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from accounts.event_words import CODES
from accounts.models import Event, User
from cards.services.checking import CHECKED

PAGE = 50
SHOWN_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityLook:
    at: datetime
    desk: str
    reason: str
    way: str


@dataclass(frozen=True, slots=True)
class FacilityLookPage:
    looks: Sequence[FacilityLook]
    older: int | None  # what the next page is asked with


def looks(manager: User, *, before: int | None = None) -> FacilityLookPage:
    """The newest PAGE looks of the manager's facility in the last 30 days, or those older than the event `before`."""
    desks = dict(User.objects.filter(facility_id=manager.facility_id).values_list("pk", "username"))
    found = list(_newest(str(manager.facility_id), list(desks), before=before, limit=PAGE + 1))
    shown = [_look(event, desks) for event in found[:PAGE]]
    return FacilityLookPage(shown, found[PAGE - 1].pk if len(found) > PAGE else None)


def _newest(facility: str, desks: Sequence[int], *, before: int | None, limit: int) -> QuerySet[Event]:
    """Each desk from its own stretch of the index, no further back than the first event of the 30 days."""
    since = timezone.now() - SHOWN_FOR
    first = Event.objects.filter(at__gte=since).order_by("at").values_list("pk", flat=True).first()
    if first is None:
        return Event.objects.none()
    events = Event.objects.filter(pk__gte=first, at__gte=since, action=CHECKED, detail__facility=facility)
    if before is not None:
        events = events.filter(pk__lt=before)
    stretches: list[QuerySet[Event]] = [
        Event.objects.filter(pk__in=events.filter(actor_id=desk).order_by("-pk").values("pk")[:limit]).order_by()
        for desk in desks
    ]
    return stretches[0].union(*stretches[1:], all=True).order_by("-id")[:limit]


def _look(event: Event, desks: dict[int, str]) -> FacilityLook:
    return FacilityLook(
        at=event.at,
        desk=desks[event.actor_id or 0],
        reason=str(CODES["reason"].get(event.detail.get("reason", ""), "")),
        way=str(CODES["by"].get(event.detail.get("by", ""), "")),
    )
