"""What an account's owner may read of the events: who looked at their data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.event_words import CODES
from accounts.models import Event, Facility, User
from accounts.services import access, roles

PAGE = 50

CARD_LOOKS = ("card.checked", "card.seen")
# The officer's page of a file loads its photos by itself: both are one reading of that file.
FILE_OPENED, PHOTO_SHOWN = "declaration.viewed", "photo.viewed"
# A look is one of these; the words are its owner's.
LOOKS: dict[str, Promise] = {
    "card.checked": gettext_lazy("Thẻ BHYT"),
    "card.seen": gettext_lazy("Thẻ BHYT"),
    FILE_OPENED: gettext_lazy("Tờ khai đăng ký"),
    PHOTO_SHOWN: gettext_lazy("Ảnh giấy tờ và chân dung trong tờ khai"),
    "participationperiod.seen": gettext_lazy("Quá trình tham gia"),
    "person.seen": gettext_lazy("Hồ sơ người tham gia"),
    "user.seen": gettext_lazy("Tài khoản"),
    "messages.seen": gettext_lazy("Danh sách tin nhắn"),
    "accountalert.seen": gettext_lazy("Cảnh báo «Không phải tôi» của tài khoản"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One actor at one thing on one day; `count` looks between `since` and `at`.

    Of a file its openings count; its photos only where no opening stands beside them.
    """

    at: datetime
    since: datetime
    count: int
    goes_on: bool  # looks that read as this one stand on the next page too
    who: str
    what: str
    reason: str
    way: str


@dataclass(frozen=True, slots=True)
class LookPage:
    looks: Sequence[Look]
    older: int | None  # what the next page is asked with


@dataclass(frozen=True, slots=True)
class Actors:
    users: Mapping[int, Any]  # each with its `role_name`
    facilities: Mapping[str, Facility]


def looks(
    person_id: int, *, before: int | None = None, actions: Sequence[str] = tuple(LOOKS), limit: int = PAGE
) -> LookPage:
    """What the newest `limit` events tell of looks at this person's data, or those older than the event `before`."""
    return _read(list(newest(person_id, actions, before=before, limit=limit + 1)), limit)


def looks_at_file(object_type: str, object_id: object, *, limit: int = PAGE) -> LookPage:
    """The same of one file, for whoever has the right to it: what its newest `limit` openings and photos tell."""
    found = access.events_of(object_type, object_id).filter(action__in=(FILE_OPENED, PHOTO_SHOWN))
    return _read(list(found[: limit + 1]), limit)


def _read(found: Sequence[Event], limit: int) -> LookPage:
    end = _end_of_page(found, limit)
    shown, beyond = found[:end], found[end:]
    goes_on = bool(beyond) and _sameness(beyond[0]) == _sameness(shown[-1])
    actors = actors_of(shown)
    rows = []
    for _key, same in groupby(shown, key=_sameness):
        events = list(same)
        rows.append(_look(events, actors=actors, goes_on=goes_on and events[-1] is shown[-1]))
    return LookPage(rows, shown[-1].pk if beyond else None)


def newest(person_id: int, actions: Sequence[str], *, before: int | None = None, limit: int) -> QuerySet[Event]:
    """Each action from its own stretch of the index: what one person has a million of hides nothing else."""
    events = Event.objects.filter(person_id=person_id)
    if before is not None:
        events = events.filter(pk__lt=before)
    stretches: list[QuerySet[Event]] = [
        Event.objects.filter(pk__in=events.filter(action=action).order_by("-pk").values("pk")[:limit]).order_by()
        for action in actions
    ]
    return stretches[0].union(*stretches[1:], all=True).order_by("-id")[:limit]


def _end_of_page(found: Sequence[Event], limit: int) -> int:
    """How many to show: photos go to the next page with the opening that showed them, unless they fill this one."""
    if len(found) <= limit:
        return len(found)
    end = limit
    while end and found[end - 1].action == PHOTO_SHOWN and _sameness(found[end - 1]) == _sameness(found[end]):
        end -= 1
    return end or limit


def _sameness(event: Event) -> tuple[object, ...]:
    """Looks that read as one: the same actor at the same thing for the same reason on the same day."""
    return (
        timezone.localtime(event.at).date(),
        event.actor_id,
        FILE_OPENED if event.action == PHOTO_SHOWN else event.action,
        event.object_type,
        event.object_id,
        *(event.detail.get(name) for name in ("facility", "reason", "by")),
    )


def actors_of(events: Sequence[Event]) -> Actors:
    """Who did these events and where, in two queries."""
    users = {event.actor_id for event in events if event.actor_id is not None}
    facilities = {event.detail["facility"] for event in events if "facility" in event.detail}
    known = roles.with_role_name(User.objects.select_related("office", "facility"))
    return Actors(known.in_bulk(users), Facility.objects.in_bulk(facilities))


def _look(events: Sequence[Event], *, actors: Actors, goes_on: bool) -> Look:
    latest = events[0]
    counted = [event for event in events if event.action != PHOTO_SHOWN] or events
    return Look(
        at=counted[0].at,
        since=counted[-1].at,
        count=len(counted),
        goes_on=goes_on,
        who=who(latest, actors),
        what=_what({event.action for event in events}),
        reason=str(CODES["reason"].get(latest.detail.get("reason", ""), "")),
        way=str(CODES["by"].get(latest.detail.get("by", ""), "")),
    )


def _what(actions: set[str]) -> str:
    if actions == {FILE_OPENED, PHOTO_SHOWN}:
        return _("Tờ khai và ảnh trong tờ khai")
    return str(LOOKS[actions.pop()])


def who(event: Event, actors: Actors) -> str:
    """A place people know; a login name is no one's business but its holder's."""
    facility = actors.facilities.get(event.detail.get("facility", ""))
    actor = actors.users.get(event.actor_id or 0)
    if facility is not None:
        return facility.name
    if actor is None:
        return _("Một tài khoản không còn nữa")
    if actor.is_superuser or actor.role_name == roles.Role.ADMINISTRATOR:
        return _("Quản trị viên hệ thống")
    if actor.facility is not None:
        return actor.facility.name
    return _("Cán bộ %(office)s") % {"office": actor.office.name if actor.office else "BHXH"}
