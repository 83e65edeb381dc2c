"""Questions to the database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Office, Province, Ward
from accounts.names import name_key
from registration.models import Declaration
from registration.workflow import STATE_WORDS, State, StateWords


@dataclass(frozen=True)
class FileStatus:
    """What a file number and its phone may learn without a code: state, dates, next step."""

    file_number: str
    state: str
    words: StateWords
    filed_at: datetime | None
    received_at: datetime | None
    decided_at: datetime | None


def file_status(*, file_number: str, phone: str) -> FileStatus | None:
    """None both for an unknown number and for a phone that is not the file's."""
    found = Declaration.objects.exclude(state=State.DRAFT).filter(file_number=file_number, phone=phone).first()
    if found is None:
        return None
    state = State(found.state)
    return FileStatus(
        file_number=str(found.file_number),
        state=str(state.label),
        words=STATE_WORDS[state],
        filed_at=found.filed_at,
        received_at=found.received_at,
        decided_at=found.decided_at,
    )


def normal_file_number(typed: str) -> str | None:
    """`03706/2026/07906` from what people type (blanks, dashes, no leading zeros); None if it is no file number."""
    parts = re.fullmatch(r"(\d{1,6})[/.-](\d{4})[/.-](\d{3}|\d{5})", "".join(typed.split()), re.ASCII)
    return f"{int(parts[1]):05d}/{parts[2]}/{parts[3]}" if parts else None


def provinces() -> list[Province]:
    return list(Province.objects.in_force())


def wards_of(province: Province) -> list[Ward]:
    return list(Ward.objects.in_force().filter(province=province))


def offices_of(province: Province) -> list[Office]:
    """The province office first, then its local offices by name."""
    return list(Office.objects.in_force().filter(province=province))


def suggested_office(offices: list[Office], *, ward: Ward | None) -> Office | None:
    """The local office whose name ends in the ward's, else the province office. No ward → office list is public."""
    if ward is not None:
        ending = f" {name_key(ward.name)}"
        for office in offices:
            if office.level == Office.Level.LOCAL and name_key(office.name).endswith(ending):
                return office
    return next((office for office in offices if office.level == Office.Level.PROVINCE), None)
