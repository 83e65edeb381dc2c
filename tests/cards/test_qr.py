from __future__ import annotations

import dataclasses
import json
import unicodedata
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards import qr
from cards.qr import BhytText, UnreadableCode
from cards.services.drawing import draw

KEY = b"a key of the tests"
SAMPLES = json.loads((Path(__file__).parent / "data" / "qr_samples_synthetic.json").read_text("utf-8"))["samples"]

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
    read = qr.parse_bhyt(qr.build(card, key=KEY))
    assert without_check(read) == card
    assert qr.is_ours(read, key=KEY)
    assert not qr.is_ours(read, key=b"another key")
    assert qr.classify(qr.build(card, key=KEY)) == "bhyt"


@given(cards)
def test_a_changed_part_is_not_ours(card):
    read = qr.parse_bhyt(qr.build(card, key=KEY))
    assert not qr.is_ours(dataclasses.replace(read, full_name=read.full_name + "x"), key=KEY)


@given(cards)
def test_a_vietnamese_keyboard_and_blanks_do_no_harm(card):
    text = qr.build(card, key=KEY)
    typed = " | ".join(text.split("|")).replace("|", "\\")
    typed = f" Đ{typed[1:]}\n" if typed.startswith("D") else f" {typed}\n"
    assert qr.parse_bhyt(typed) == qr.parse_bhyt(text)


@given(st.text(max_size=300))
def test_anything_else_is_refused_as_unreadable_and_nothing_worse(text):
    for parse in (qr.parse_bhyt, qr.parse_cccd):
        with suppress(UnreadableCode):
            parse(text)


@given(cards, st.integers(0, 15), st.text("0123456789/-abcđ|\\ ", max_size=12))
def test_a_damaged_part_is_refused_or_read_and_nothing_worse(card, place, damage):
    parts = qr.build(card, key=KEY).split("|")
    parts[place] = damage
    with suppress(UnreadableCode):
        qr.parse_bhyt("|".join(parts))


def test_the_adult_sample():
    card = qr.parse_bhyt(SAMPLES["v3_2021_adult"])
    assert (card.card_number, card.full_name, card.birth_date, card.sex) == (
        "0190000001",
        "Nguyễn Văn Mẫu",
        "1985-08-15",
        "male",
    )
    assert (card.facility_code, card.living_area, card.benefit_level) == ("01C54", "", "4")
    assert (card.valid_from, card.valid_to, card.five_years_from) == (
        date(2026, 1, 1),
        None,
        date(2028, 1, 1),
    )
    assert card.issuing_place == "Quận Cầu Giấy, Thành phố Hà Nội"
    assert card.check == "5aba16308a711e1a-6202"
    assert qr.manager_code(office_code="00105", bhxh_code=card.card_number) == card.manager_code


def test_the_child_sample():
    card = qr.parse_bhyt(SAMPLES["v3_2021_child"])
    assert (card.birth_date, card.parent_name, card.benefit_level) == ("2022-02", "Trần Văn Giả", "1")
    assert card.valid_to == date(2028, 2, 28)


def test_the_sample_of_fifteen_parts():
    card = qr.parse_bhyt(SAMPLES["v2_15char"])
    assert (card.card_number, card.birth_date, card.benefit_level) == ("DN4010190000003", "1970", "")
    assert card.address.startswith("Phường Mẫu")


@pytest.mark.parametrize("end", ["$", "#"])
@pytest.mark.parametrize("kept", [9, 11])
def test_the_two_oldest_layouts(kept, end):
    parts = SAMPLES["v2_15char"].split("|")
    older = parts[:9] if kept == 9 else [*parts[:10], parts[13]]
    card = qr.parse_bhyt("|".join([*older, end]))
    assert card.full_name == "Lê Thị Ví Dụ"
    assert card.check == ("" if kept == 9 else parts[13])
    assert card.manager_code == ("" if kept == 9 else parts[9])


def test_upper_case_hex_is_read():
    parts = SAMPLES["v3_2021_adult"].split("|")
    parts[1] = parts[1].upper()
    assert qr.parse_bhyt("|".join(parts)).full_name == "Nguyễn Văn Mẫu"


def test_a_foreign_check_string_is_no_reason_to_refuse():
    card = qr.parse_bhyt(SAMPLES["v3_2021_adult"])
    assert not qr.is_ours(card, key=KEY)


def test_the_check_string_ends_with_the_year_of_issue_backwards():
    card = qr.parse_bhyt(SAMPLES["v3_2021_child"])
    assert qr.check_string(card, key=KEY).endswith("-2202")
    assert len(qr.check_string(card, key=KEY)) == 21


def test_identity_cards():
    full, bare = qr.parse_cccd(SAMPLES["cccd_full"]), qr.parse_cccd(SAMPLES["cccd_no_cmnd"])
    assert (full.cccd, full.cmnd, full.birth_date, full.sex) == (
        "001085999999",
        "019999999",
        "1985-08-15",
        "male",
    )
    assert full.issued_on == date(2021, 7, 1)
    assert (bare.cmnd, bare.sex, bare.full_name) == ("", "female", "Trần Thị Thử")
    assert qr.parse_cccd(SAMPLES["cccd_full"] + "|thêm|nữa") == full


@pytest.mark.parametrize(("written", "iso"), [("1945", "1945"), ("021945", "1945-02")])
def test_identity_cards_with_part_of_a_birth_date(written, iso):
    assert qr.parse_cccd(SAMPLES["cccd_full"].replace("15081985", written)).birth_date == iso


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (SAMPLES["cccd_full"], "cccd"),
        (SAMPLES["v2_15char"], "bhyt"),
        ("ĐN4010190000003", "bhyt"),
        ("9900000001", "bhyt"),
        ("001085999999", "cccd"),
        ("", ""),
        ("12345", ""),
    ],
)
def test_classified_by_the_first_field(text, kind):
    assert qr.classify(text) == kind


def test_office_codes():
    assert qr.manager_code(office_code="001", bhxh_code="9900000001") == "01009900000001"


def test_the_drawing_scales_and_carries_no_style():
    svg = draw(SAMPLES["v3_2021_adult"])
    assert svg.startswith("<svg viewBox=")
    assert "style" not in svg
