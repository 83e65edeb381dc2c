from __future__ import annotations

import dataclasses
import unicodedata
from contextlib import suppress
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from accounts.paper_codes import BhytText, UnreadableCode, classify, parse_bhyt
from cards import qr
from cards.services.drawing import draw
from tests.paper_samples import SAMPLES

KEY = b"a key of the tests"

digits = st.text("0123456789", min_size=10, max_size=10)
old_numbers = st.builds(
    lambda group, level, rest, code: f"{group}{level}{rest:02d}{code}",
    st.text("ABCDEGHIKLMNOPQRSTUVXY", min_size=2, max_size=2),
    st.integers(1, 5),
    st.integers(0, 99),
    digits,
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40).map(
    lambda text: unicodedata.normalize("NFC", text)
)
days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
births = days.map(date.isoformat) | days.map(lambda day: day.isoformat()[:7]) | days.map(lambda day: str(day.year))
cards = st.builds(
    BhytText,
    card_number=digits | old_numbers,
    full_name=texts,
    birth_date=births,
    sex=st.sampled_from(["male", "female"]),
    facility_code=st.from_regex(r"[0-9]{2}[0-9A-Z][0-9]{2}", fullmatch=True),
    valid_from=days,
    valid_to=days | st.none(),
    issued_on=days,
    address=texts,
    manager_code=st.just("") | digits.map(lambda code: f"0101{code}"),
    parent_name=texts,
    living_area=st.sampled_from(["", "K1", "K2", "K3"]),
    five_years_from=days | st.none(),
    benefit_level=st.sampled_from(["", "1", "2", "3", "4", "5"]),
    issuing_place=texts,
)


def without_check(card: BhytText) -> BhytText:
    return dataclasses.replace(card, check="")


@given(cards)
def test_what_is_built_is_read_back_and_known_as_ours(card):
    read = parse_bhyt(qr.build(card, key=KEY))
    assert without_check(read) == card
    assert qr.is_ours(read, key=KEY)
    assert not qr.is_ours(read, key=b"another key")
    assert classify(qr.build(card, key=KEY)) == "bhyt"


@given(cards)
def test_a_changed_part_is_not_ours(card):
    read = parse_bhyt(qr.build(card, key=KEY))
    assert not qr.is_ours(dataclasses.replace(read, full_name=read.full_name + "x"), key=KEY)


@given(cards)
def test_a_vietnamese_keyboard_and_blanks_do_no_harm(card):
    text = qr.build(card, key=KEY)
    typed = " | ".join(text.split("|")).replace("|", "\\")
    typed = f" Đ{typed[1:]}\n" if typed.startswith("D") else f" {typed}\n"
    assert parse_bhyt(typed) == parse_bhyt(text)


@given(cards, st.integers(0, 15), st.text("0123456789/-abcđ|\\ ", max_size=12))
def test_a_damaged_part_is_refused_or_read_and_nothing_worse(card, place, damage):
    parts = qr.build(card, key=KEY).split("|")
    parts[place] = damage
    with suppress(UnreadableCode):
        parse_bhyt("|".join(parts))


def test_a_foreign_check_string_is_no_reason_to_refuse():
    card = parse_bhyt(SAMPLES["v3_2021_adult"])
    assert not qr.is_ours(card, key=KEY)


def test_the_check_string_ends_with_the_year_of_issue_backwards():
    card = parse_bhyt(SAMPLES["v3_2021_child"])
    assert qr.check_string(card, key=KEY).endswith("-2202")
    assert len(qr.check_string(card, key=KEY)) == 21


def test_office_codes():
    card = parse_bhyt(SAMPLES["v3_2021_adult"])
    assert qr.manager_code(office_code="00105", bhxh_code=card.card_number) == card.manager_code
    assert qr.manager_code(office_code="001", bhxh_code="9900000001") == "01009900000001"


def test_the_drawing_scales_and_carries_no_style():
    svg = draw(SAMPLES["v3_2021_adult"])
    assert svg.startswith("<svg viewBox=")
    assert "style" not in svg
