"""The QR texts of our own BHYT cards: built in the layout of `accounts.paper_codes` and signed (pure)."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from datetime import date

from accounts import partial_dates
from accounts.paper_codes import EMPTY, END, SEPARATOR, BhytText

NO_LIVING_AREA = "4"


def manager_code(*, office_code: str, bhxh_code: str) -> str:
    """The office in four digits, then the number: `00105` is `0105`, a province office `001` is `0100`."""
    return f"{office_code[1:]:0<4}{bhxh_code}"


def build(card: BhytText, *, key: bytes) -> str:
    """The text of the 2021 layout, under our own check string."""
    parts = _parts_2021(card)
    parts[13] = check_string(card, key=key)
    return SEPARATOR.join(parts)


def check_string(card: BhytText, *, key: bytes) -> str:
    """16 hex of an HMAC over every other part, `-`, the year of issue backwards as official cards have it."""
    parts = _parts_2021(card)
    digest = hmac.new(key, SEPARATOR.join(parts).encode(), hashlib.sha256).hexdigest()
    return f"{digest[:16]}-{f'{card.issued_on.year:04d}'[::-1]}"


def is_ours(card: BhytText, *, key: bytes) -> bool:
    """Whether our key made this code. A foreign card is no worse: the official algorithm is unknown."""
    return hmac.compare_digest(card.check.encode(), check_string(card, key=key).encode())


def _parts_2021(card: BhytText) -> list[str]:
    """Seventeen parts with an empty check string."""
    return [
        card.card_number,
        _hex(card.full_name),
        partial_dates.display(card.birth_date),
        {"male": "1", "female": "2"}[card.sex],
        _hex(card.address),
        f"{card.facility_code[:2]} - {card.facility_code[2:]}",
        _day(card.valid_from),
        _day(card.valid_to),
        _day(card.issued_on),
        card.manager_code or EMPTY,
        _hex(card.parent_name),
        card.living_area.removeprefix("K") or NO_LIVING_AREA,
        _day(card.five_years_from),
        "",
        card.benefit_level or EMPTY,
        _hex(card.issuing_place),
        END,
    ]


def _hex(text: str) -> str:
    return unicodedata.normalize("NFC", text).encode().hex() or EMPTY


def _day(day: date | None) -> str:
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}" if day else EMPTY
