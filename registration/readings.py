"""What a paper's QR code says in the terms of the declaration, and whether that is what was declared (pure)."""

from __future__ import annotations

from typing import Final

from accounts import partial_dates
from accounts.names import clean_name, name_key
from accounts.paper_codes import CccdText, UnreadableCode, classify, parse_bhyt, parse_cccd
from accounts.papers import PAPER_NUMBERS

# Field names of the declaration and what the paper says there; only what it says is in it. Besides them `old_number`:
# the CMND that a CCCD took the place of.
Reading = dict[str, str]

NAME_LENGTH: Final = 100
ADDRESS_LENGTH: Final = 200
BHXH_CODE_LENGTH: Final = 10
OLD_NUMBER: Final = "old_number"


def reading_of(text: str) -> Reading | None:
    """Of a CCCD's or a BHYT card's text in any layout; None of any other. `birth_date` is ISO text."""
    try:
        said = _of_cccd(parse_cccd(text)) if classify(text) == "cccd" else _of_bhyt(text)
    except UnreadableCode:
        return None
    return {name: value for name, value in said.items() if value}


def agrees(field: str, declared: str, read: str) -> bool:
    """Names without case and diacritics; a paper that shows only the year agrees with every day of it."""
    if field == "full_name":
        return name_key(declared) == name_key(read)
    if field == "birth_date":
        return declared.startswith(read) or read.startswith(declared)
    return declared == read


def shown(field: str, value: str) -> str:
    """As people write it; what is a choice keeps its code."""
    return partial_dates.display(value) if field == "birth_date" else value


def _of_cccd(said: CccdText) -> Reading:
    return {
        "id_kind": "cccd",
        "id_number": said.cccd,
        # Anybody can print a code: what is no number would put a stranger's sentence on the officer's page.
        OLD_NUMBER: said.cmnd if PAPER_NUMBERS["cmnd"].fullmatch(said.cmnd) else "",
        **_of_person(said.full_name, said.birth_date, said.sex, said.address),
    }


def _of_bhyt(text: str) -> Reading:
    """The last ten characters of a card number, old or new, are the mã số BHXH."""
    said = parse_bhyt(text)
    person = _of_person(said.full_name, said.birth_date, said.sex, said.address)
    return {"bhxh_code": said.card_number[-BHXH_CODE_LENGTH:], **person}


def _of_person(full_name: str, birth_date: str, sex: str, address: str) -> Reading:
    return {
        "full_name": clean_name(full_name)[:NAME_LENGTH],
        "birth_date": birth_date,
        "sex": sex,
        "address": clean_name(address)[:ADDRESS_LENGTH],
    }
