"""The QR texts of BHYT cards and chip identity cards: classified, repaired, read (pure).

Layout of a BHYT card, `|` between parts: number · name · birth date · sex ·
address · facility · valid from · valid to · issued · managing code · parent ·
living area · five years · check string, and since 2021 benefit level · place of
issue; `$` ends it. Older cards carry 15, 12 or 10 parts. Texts are hex of UTF-8,
nothing is `-`. Source: seven public readers of these codes.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.utils.translation import gettext_lazy as _

from accounts import partial_dates
from accounts.errors import PortalError

SEPARATOR, EMPTY, END = "|", "-", "$"
LAYOUTS = (10, 12, 15, 17)  # parts, the end mark included
KNOWN_ENDS = (END, "#")

BHYT_NUMBER = r"[0-9]{10}|[A-Z]{2}[1-5][0-9]{12}"
_BHYT_NUMBER = re.compile(BHYT_NUMBER)
_CCCD_NUMBER = re.compile(r"[0-9]{12}")
_FACILITY = re.compile(r"[0-9]{2}[0-9A-Z][0-9]{2}")

Kind = Literal["bhyt", "cccd", ""]


class UnreadableCode(PortalError):
    code = "unreadable_code"
    message = _("Không đọc được mã này. Vui lòng quét lại, hoặc nhập số thẻ và ngày sinh.")


@dataclass(frozen=True, slots=True, kw_only=True)
class BhytText:
    """What a BHYT code says. `birth_date` is ISO text of its own precision; what is not said is empty."""

    card_number: str
    full_name: str
    birth_date: str
    sex: str
    facility_code: str
    valid_from: date
    valid_to: date | None
    issued_on: date
    address: str = ""
    manager_code: str = ""
    parent_name: str = ""
    living_area: str = ""
    five_years_from: date | None = None
    check: str = ""
    benefit_level: str = ""
    issuing_place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CccdText:
    cccd: str
    cmnd: str
    full_name: str
    birth_date: str
    sex: str
    address: str
    issued_on: date | None


def classify(text: str) -> Kind:
    """By the first field: 12 digits are a CCCD; 10 digits, or two letters and 13 digits, a BHYT card."""
    first = _split(text)[0]
    if _CCCD_NUMBER.fullmatch(first):
        return "cccd"
    return "bhyt" if _BHYT_NUMBER.fullmatch(first) else ""


def parse_bhyt(text: str) -> BhytText:
    """Raises UnreadableCode; never because of the check string."""
    parts = _split(text)
    if len(parts) not in LAYOUTS or parts[-1] not in KNOWN_ENDS or not _BHYT_NUMBER.fullmatch(parts[0]):
        raise UnreadableCode
    try:
        return _read(parts)
    except (ValueError, KeyError) as error:
        raise UnreadableCode from error


def parse_cccd(text: str) -> CccdText:
    """Seven fields or more: newer identity cards may append some. Raises UnreadableCode."""
    parts = _split(text)
    if len(parts) < 7 or not _CCCD_NUMBER.fullmatch(parts[0]):
        raise UnreadableCode
    try:
        return CccdText(
            cccd=parts[0],
            cmnd=parts[1],
            full_name=unicodedata.normalize("NFC", parts[2]),
            birth_date=_digits_date(parts[3]),
            sex={"nam": "male", "nữ": "female"}[unicodedata.normalize("NFC", parts[4]).lower()],
            address=unicodedata.normalize("NFC", parts[5]),
            issued_on=datetime.strptime(parts[6], "%d%m%Y").date() if parts[6] else None,
        )
    except (ValueError, KeyError) as error:
        raise UnreadableCode from error


def _split(text: str) -> list[str]:
    """Parts without blanks around them, repaired after a scanner typed through a Vietnamese keyboard."""
    text = text.strip().lstrip("\ufeff")
    if SEPARATOR not in text:
        text = text.replace("\\", SEPARATOR)
    parts = [part.strip() for part in text.split(SEPARATOR)]
    parts[0] = re.sub("^[ĐÐđ]", "D", parts[0]).upper()
    return parts


def _read(parts: list[str]) -> BhytText:
    """Any layout, by filling up the places an older one lacks; ValueError or KeyError on a wrong field."""
    said = parts[:-1]
    if len(said) == 11:  # the layout of 12 parts: its last is the check string, without the three before it
        said[10:] = [EMPTY, EMPTY, EMPTY, said[10]]
    said += [EMPTY] * (16 - len(said))
    return BhytText(
        card_number=said[0],
        full_name=_text(said[1]),
        birth_date=partial_dates.parse(said[2]),
        sex={"1": "male", "2": "female"}[said[3]],
        address=_text(said[4]),
        facility_code=_facility(said[5]),
        valid_from=_required_date(said[6]),
        valid_to=_date(said[7]),
        issued_on=_required_date(said[8]),
        manager_code=_given(said[9]),
        parent_name=_text(said[10]),
        living_area={"1": "K1", "2": "K2", "3": "K3"}.get(said[11], ""),
        five_years_from=_date(said[12]),
        check=_given(said[13]),
        benefit_level=_given(said[14]),
        issuing_place=_text(said[15]),
    )


def _given(part: str) -> str:
    return "" if part == EMPTY else part


def _text(part: str) -> str:
    return unicodedata.normalize("NFC", bytes.fromhex(_given(part)).decode())


def _facility(part: str) -> str:
    code = re.sub(r"[\s-]", "", part).upper()
    if code and not _FACILITY.fullmatch(code):
        raise ValueError("not a facility")
    return code


def _required_date(part: str) -> date:
    return datetime.strptime(part, "%d/%m/%Y").date()


def _date(part: str) -> date | None:
    return _required_date(part) if _given(part) else None


def _digits_date(digits: str) -> str:
    """`ddMMyyyy`, `MMyyyy` or `yyyy` as ISO text."""
    return partial_dates.parse(f"{digits[:2]}/{digits[2:]}" if len(digits) == 6 else digits)
