"""What an officer's page of one file shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.admin.utils import label_for_field
from django.contrib.admin.views.main import SEARCH_VAR
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin.records import EventAdmin
from accounts.event_words import ACTIONS, name_codes
from accounts.models import Person, User
from accounts.services import access, offices
from registration import deadlines, hints, policies, selectors
from registration.models import Declaration, Photo, SupplementRequest
from registration.services import duplicates, photos, review, sms
from registration.services.supplement import asked_fields
from registration.workflow import UNDECIDED_STATES, RefusalReason, State, SupplementItem

SHOWN_STEPS = 20
SHOWN_REQUESTS = 10


@dataclass(frozen=True)
class Happening:
    at: datetime
    words: Any
    by: str


@dataclass(frozen=True)
class Picture:
    """A photo, and what a machine would have its officer look at."""

    photo: Photo
    doubts: list[Any]


@dataclass(frozen=True)
class Asked:
    """A request for a supplement as officers read it; `answered_at` is None until the citizen has answered."""

    items: list[str]
    words: str
    by: str
    at: datetime
    due_at: datetime
    answered_at: datetime | None


def context(request: HttpRequest, declaration: Declaration, person: Person | None) -> dict[str, Any]:
    requests = list(declaration.supplements.select_related("asked_by")[:SHOWN_REQUESTS])
    answered = [one for one in requests if one.answered_at]
    may_decide = policies.is_reviewer(request.user)
    blockers = review.blockers(declaration, person) if declaration.is_open else []
    return {
        "title": _("Tờ khai %(number)s") % {"number": declaration.file_number},
        "declaration": declaration,
        "pictures": [
            Picture(photo, [said.officer for said in hints.words(photo.hints)])
            for photo in photos.in_order(declaration)
        ],
        "comparisons": [
            (label_for_field(line.field, Declaration), line) for line in review.compare(declaration, person)
        ],
        "person": person,
        "blockers": blockers,
        "likely_reason": RefusalReason.ACCOUNT_EXISTS.value if review.ACCOUNT_EXISTS in blockers else "",
        "most_twins": duplicates.SHOWN_TWINS,
        "twins": duplicates.twins(declaration, cast(User, request.user)),
        "warnings": review.warnings(declaration, person) if declaration.is_open else [],
        "happenings": _happenings(declaration),
        "sms": sms.of_file(declaration),
        "may_decide": may_decide,
        "may_refuse": may_decide and declaration.state in UNDECIDED_STATES,
        "awaits_first_login": review.awaits_first_login(declaration),
        "queue_url": reverse("admin:registration_declaration_changelist"),
        "events_url": _events_url(request, declaration),
        "device_url": _device_url(request, declaration),
        "requests": [_asked(one) for one in requests],
        "seen": answered[0].pk if answered else 0,
        "mended": {*answered[0].items, *asked_fields(answered[0])} if answered else set(),
        "due_if_asked": deadlines.supplement_due(timezone.now()),
    }


def _asked(one: SupplementRequest) -> Asked:
    items = [str(SupplementItem(item).label) for item in one.items]
    return Asked(items, one.words, one.asked_by.username, one.asked_at, one.due_at, one.answered_at)


def _events_url(request: HttpRequest, declaration: Declaration) -> str:
    """Where who did and saw what of this file stands; empty for whoever may not read it."""
    if not request.user.has_perm("accounts.view_event"):
        return ""
    return f"{reverse('admin:accounts_event_changelist')}?{urlencode({SEARCH_VAR: declaration.file_number})}"


def _device_url(request: HttpRequest, declaration: Declaration) -> str:
    """Where the issued account is signed out of its device; empty for whoever may not."""
    if declaration.state != State.ACCEPTED:
        return ""
    account = User.objects.select_related("person__ward").filter(bhxh_code=declaration.bhxh_code).first()
    if account is None or not offices.may_end_device(cast(User, request.user), account):
        return ""
    return reverse("admin:accounts_user_end_device", args=[account.pk])


def _file_of_number(typed: str) -> tuple[str, object] | None:
    """For the list of events: which declaration a file number is; one that nobody has finds nothing."""
    number = selectors.normal_file_number(typed)
    if number is None:
        return None
    return "declaration", Declaration.objects.filter(file_number=number).values_list("pk", flat=True).first() or number


def _happenings(declaration: Declaration) -> list[Happening]:
    """The latest steps of the file; who looked is in the event list."""
    steps = access.events_of("declaration", declaration.pk).exclude(action__endswith=".viewed")[:SHOWN_STEPS]
    actors = {step.actor_id for step in steps if step.actor_id is not None}
    names: dict[int | None, str] = dict(User.objects.filter(pk__in=actors).values_list("pk", "username"))
    return [Happening(step.at, ACTIONS.get(step.action, step.action), names.get(step.actor_id, "")) for step in steps]


EventAdmin.finders.append(_file_of_number)
name_codes("reason", RefusalReason.choices)
name_codes("state", State.choices)
name_codes("kind", Photo.Kind.choices)
