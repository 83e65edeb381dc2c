"""Questions to the database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person, User
from registration import policies
from registration.models import Declaration
from registration.workflow import OPEN_STATES, State

_FILE_NUMBER = re.compile(r"([0-9]{1,6})[\s/.-]+([0-9]{4})[\s/.-]+([0-9]{5}|[0-9]{3})")
_RUN_TOGETHER = re.compile(r"([0-9]{5})(20[0-9]{2})([0-9]{5}|[0-9]{3})")
FILES_COUNTED_AT_MOST = 1000


@dataclass(frozen=True)
class WaitingFiles:
    """An officer's queue at a glance; `is_more` when it is longer than was counted."""

    count: int
    is_more: bool
    oldest_at: datetime | None

    @property
    def oldest_age(self) -> str:
        return age_words(self.oldest_at) if self.oldest_at else ""


def find_file(*, file_number: str, phone: str) -> Declaration | None:
    """None both for an unknown number and for a phone that is not the file's: the same one question."""
    files = Declaration.objects.exclude(state=State.DRAFT).select_related("office")
    return files.filter(file_number=file_number, phone=phone).first()


def declared_person_id(declaration: Declaration) -> int | None:
    """Whose number was declared, if the register knows it."""
    return Person.objects.filter(bhxh_code=declaration.bhxh_code).values_list("pk", flat=True).first()


def waiting_files(officer: User) -> WaitingFiles:
    waiting = policies.visible_to(officer).filter(state__in=OPEN_STATES)
    oldest = waiting.order_by("filed_at").values_list("filed_at", flat=True).first()
    most = FILES_COUNTED_AT_MOST
    counted = waiting.order_by()[: most + 1].count()
    return WaitingFiles(count=min(counted, most), is_more=counted > most, oldest_at=oldest)


def files_before(declaration: Declaration) -> int:
    """Open files of its office filed earlier, counted no further than one more than FILES_COUNTED_AT_MOST."""
    waiting = Declaration.objects.filter(office_id=declaration.office_id, state__in=OPEN_STATES)
    # The plain bound is what the index can go by.
    earlier = waiting.filter(
        Q(filed_at__lt=declaration.filed_at) | Q(pk__lt=declaration.pk), filed_at__lte=declaration.filed_at
    )
    return earlier.order_by()[: FILES_COUNTED_AT_MOST + 1].count()


def age_words(filed_at: datetime) -> str:
    """How long a file has waited, in its largest unit."""
    minutes = (timezone.now() - filed_at) // timedelta(minutes=1)
    hours = minutes // 60
    if minutes < 1:
        return _("vừa tới")
    if hours < 1:
        return _("%(count)d phút") % {"count": minutes}
    return _("%(count)d giờ") % {"count": hours} if hours < 48 else _("%(count)d ngày") % {"count": hours // 24}


def normal_file_number(typed: str) -> str | None:
    """`03706/2026/07906` from what people type; None if it is no file number.

    Blanks, dots, dashes or nothing may stand between the parts, leading zeros may be missing.
    """
    parts = _FILE_NUMBER.fullmatch(typed.strip()) or _RUN_TOGETHER.fullmatch(typed.strip())
    return f"{int(parts[1]):05d}/{parts[2]}/{parts[3]}" if parts else None
