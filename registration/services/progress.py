"""What whoever declared a file reads of it: a little by its number and phone, all of it behind a code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.services import access, traces
from registration import deadlines, selectors
from registration.models import Declaration, Photo, SupplementRequest
from registration.services import photos
from registration.services.supplement import open_request
from registration.workflow import (
    OPEN_STATES,
    REFUSAL_SENTENCES,
    STATE_WORDS,
    UNDECIDED_STATES,
    State,
    StateWords,
    SupplementItem,
)

SHOWN_STEPS = 50
STEPS: dict[str, str | Promise] = {
    "declaration.file": _("Đã ghi nhận tờ khai"),
    "declaration.receive": _("Cán bộ tiếp nhận, đối chiếu"),
    "declaration.ask": _("Cán bộ yêu cầu bổ sung"),
    "declaration.supplement": _("Đã gửi bổ sung"),
    "declaration.accept": _("Được chấp nhận, tài khoản đã cấp"),
    "declaration.refuse": _("Bị từ chối"),
    "declaration.withdraw": _("Đã rút hồ sơ"),
}


@dataclass(frozen=True)
class FileStatus:
    """What a file number and its phone may learn without a code: state, dates, place in the queue, next step.

    `before` is None unless the file is undecided; `is_more` when more stand before it than were counted. `expected`
    is None unless an officer has the next word; `mend_by` unless the citizen has.
    """

    file_number: str
    state: str
    words: StateWords
    filed_at: datetime | None
    received_at: datetime | None
    decided_at: datetime | None
    before: int | None
    is_more: bool
    expected: date | None
    is_late: bool
    mend_by: datetime | None


@dataclass(frozen=True)
class Step:
    at: datetime
    words: str | Promise


@dataclass(frozen=True)
class Wanted:
    """An open request in its officer's words."""

    items: list[str]
    words: str
    due_at: datetime


@dataclass(frozen=True)
class FileStory:
    """What stands behind the code beside what was declared; `refusal` is a fixed sentence, empty without one."""

    steps: list[Step]
    wanted: Wanted | None
    refusal: str | Promise
    photos: list[Photo]
    looks: traces.LookPage
    may_withdraw: bool


def status_of(declaration: Declaration) -> FileStatus:
    before = selectors.files_before(declaration) if declaration.state in UNDECIDED_STATES else None
    expected = _expected(declaration)
    asked = open_request(declaration)
    return FileStatus(
        file_number=str(declaration.file_number),
        state=str(State(declaration.state).label),
        words=STATE_WORDS[State(declaration.state)],
        filed_at=declaration.filed_at,
        received_at=declaration.received_at,
        decided_at=declaration.decided_at,
        before=before if before is None else min(before, selectors.FILES_COUNTED_AT_MOST),
        is_more=before is not None and before > selectors.FILES_COUNTED_AT_MOST,
        expected=expected,
        is_late=expected is not None and expected < timezone.localdate(),
        mend_by=asked.due_at if asked else None,
    )


def story_of(declaration: Declaration) -> FileStory:
    asked = open_request(declaration)
    return FileStory(
        steps=_steps(declaration),
        wanted=_wanted(asked) if asked else None,
        refusal=REFUSAL_SENTENCES.get(declaration.refusal_reason, ""),
        photos=photos.in_order(declaration),
        looks=traces.looks_at_file("declaration", declaration.pk),
        may_withdraw=declaration.state in UNDECIDED_STATES,
    )


def _expected(declaration: Declaration) -> date | None:
    """Counted anew from a supplement: until then the file waited for its citizen."""
    if declaration.state not in OPEN_STATES or declaration.filed_at is None:
        return None
    answered = declaration.supplements.exclude(answered_at=None).values_list("answered_at", flat=True).first()
    return deadlines.decision_expected(answered or declaration.filed_at)


def _steps(declaration: Declaration) -> list[Step]:
    """Oldest first."""
    events = access.events_of("declaration", declaration.pk).filter(action__in=STEPS)[:SHOWN_STEPS]
    return [Step(event.at, STEPS[event.action]) for event in reversed(events)]


def _wanted(asked: SupplementRequest) -> Wanted:
    return Wanted([str(SupplementItem(item).label) for item in asked.items], asked.words, asked.due_at)
