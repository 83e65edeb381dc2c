"""Birth dates as papers show them: a full date, a month, or only a year.

Stored as ISO text of that precision (`1985-08-15`, `2022-02`, `1945`), so
that nothing is invented and text order is date order.
"""

from __future__ import annotations

import re
from datetime import date

_FORMS = (
    re.compile(r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{2})(?P<m>\d{2})(?P<y>\d{4})"),
    re.compile(r"(?P<m>\d{1,2})[/.-](?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})"),
    re.compile(r"(?P<y>\d{4})"),
)


def parse(text: str) -> str:
    """ISO text of `dd/mm/yyyy`, ISO, `ddmmyyyy`, `mm/yyyy`, `yyyy-mm` or `yyyy`; ValueError otherwise."""
    text = "".join(text.split())
    for form in _FORMS:
        found = form.fullmatch(text)
        if found:
            parts = found.groupdict()
            year, month, day = int(parts["y"]), parts.get("m"), parts.get("d")
            date(year, int(month or 1), int(day or 1))  # refuses 30/02 and month 13
            return "-".join([f"{year:04d}", *(f"{int(part):02d}" for part in (month, day) if part)])
    raise ValueError("not a date, month or year")


def display(iso: str) -> str:
    """`dd/mm/yyyy`, `mm/yyyy` or `yyyy`, as Vietnamese papers print it."""
    return "/".join(reversed(iso.split("-")))


def first_day(iso: str) -> date:
    """The earliest day the text can mean."""
    parts = [int(part) for part in iso.split("-")]
    return date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)
