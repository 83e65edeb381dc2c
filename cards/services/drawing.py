"""The QR code on a card: its text, and its drawing kept with the card."""

from __future__ import annotations

import hashlib

import segno

from accounts.paper_codes import BhytText
from accounts.sealing import keyed_digest
from cards import qr
from cards.models import Card

QUIET_ZONE = 4  # modules


def qr_key() -> bytes:
    """Signs our cards' check strings; follows the portal's secret key."""
    return bytes.fromhex(keyed_digest("check string", purpose="card-qr"))


def qr_text(card: Card) -> str:
    person = card.person
    said = BhytText(
        card_number=card.card_number,
        full_name=person.full_name,
        birth_date=person.birth_date,
        sex=person.sex,
        facility_code=card.facility_id,
        valid_from=card.valid_from,
        valid_to=card.valid_to,
        issued_on=card.issued_on,
        manager_code=qr.manager_code(office_code=card.office_id, bhxh_code=person.bhxh_code),
        parent_name=person.parent_name,
        living_area=person.living_area,
        five_years_from=card.five_years_from,
        benefit_level=str(card.benefit_level_id),
        issuing_place=card.issuing_place,
    )
    return qr.build(said, key=qr_key())


def kept_qr(card: Card) -> str:
    """Inline SVG of the card's QR code, drawn once for each content: drawing costs more than the page."""
    text = qr_text(card)
    digest = hashlib.sha256(text.encode()).hexdigest()
    if card.qr_digest != digest:
        card.qr_digest, card.qr_svg = digest, draw(text)
        Card.objects.filter(pk=card.pk).update(qr_digest=digest, qr_svg=card.qr_svg)
    return card.qr_svg


def draw(text: str) -> str:
    """Black on white in any colour scheme; scales by its viewBox, carries no style attribute and no label."""
    drawn: str = segno.make(text, error="m", micro=False).svg_inline(
        omitsize=True, border=QUIET_ZONE, dark="#000", light="#fff", svgclass=None, lineclass=None
    )
    return drawn
