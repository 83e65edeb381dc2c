"""What a clinic's desk types or scans, and the look or the refusal it gets."""

from __future__ import annotations

import dataclasses

import pytest

from accounts.errors import PortalError
from accounts.models import User
from accounts.paper_codes import parse_bhyt
from accounts.services.access import LookReason
from cards import qr
from cards.models import Card
from cards.services import checking, drawing
from cards.services.checking import Look

MAU, BORN = "9900000001", "1985-08-15"
FOREIGN_KEY = b"the key of another issuer"
MAU_CCCD = "001085999001|019999999|Nguyễn Văn Mẫu|15081985|Nam|Số 1, Phường Mẫu|01072021"


def card_of(code: str) -> Card:
    return Card.objects.select_related("person").get(person__bhxh_code=code)


def our_code(code: str = MAU) -> str:
    return drawing.qr_text(card_of(code))


def foreign_code(code: str, **changes: object) -> str:
    printed = dataclasses.replace(parse_bhyt(our_code(code)), **changes)
    return qr.build(printed, key=FOREIGN_KEY)


def look(desk: User, text: str, born: str = "", reason: LookReason = LookReason.CARE) -> Look:
    event = checking.check(desk, text=text, birth_date=born, reason=reason)
    shown = checking.look_of(desk, event.pk)
    assert shown is not None
    return shown


def found(desk: User, text: str, born: str = "") -> str:
    return look(desk, text, born).person.bhxh_code


def refused(desk: User, text: str, born: str = "") -> type[PortalError]:
    with pytest.raises(PortalError) as refusal:
        look(desk, text, born)
    return type(refusal.value)
