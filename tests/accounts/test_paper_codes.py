"""What the codes on papers say, in every layout and however a scanner mangled it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.paper_codes import UnreadableCode, classify, parse_bhyt, parse_cccd
from tests.paper_samples import SAMPLES


@given(st.text(max_size=300))
def test_anything_else_is_refused_as_unreadable_and_nothing_worse(text):
    for parse in (parse_bhyt, parse_cccd):
        with suppress(UnreadableCode):
            parse(text)


def test_the_adult_sample():
    card = parse_bhyt(SAMPLES["v3_2021_adult"])
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


def test_the_child_sample():
    card = parse_bhyt(SAMPLES["v3_2021_child"])
    assert (card.birth_date, card.parent_name, card.benefit_level) == ("2022-02", "Trần Văn Giả", "1")
    assert card.valid_to == date(2028, 2, 28)


def test_the_sample_of_fifteen_parts():
    card = parse_bhyt(SAMPLES["v2_15char"])
    assert (card.card_number, card.birth_date, card.benefit_level) == ("DN4010190000003", "1970", "")
    assert card.address.startswith("Phường Mẫu")


@pytest.mark.parametrize("end", ["$", "#"])
@pytest.mark.parametrize("kept", [9, 11])
def test_the_two_oldest_layouts(kept, end):
    parts = SAMPLES["v2_15char"].split("|")
    older = parts[:9] if kept == 9 else [*parts[:10], parts[13]]
    card = parse_bhyt("|".join([*older, end]))
    assert card.full_name == "Lê Thị Ví Dụ"
    assert card.check == ("" if kept == 9 else parts[13])
    assert card.manager_code == ("" if kept == 9 else parts[9])


def test_upper_case_hex_is_read():
    parts = SAMPLES["v3_2021_adult"].split("|")
    parts[1] = parts[1].upper()
    assert parse_bhyt("|".join(parts)).full_name == "Nguyễn Văn Mẫu"


def test_identity_cards():
    full, bare = parse_cccd(SAMPLES["cccd_full"]), parse_cccd(SAMPLES["cccd_no_cmnd"])
    assert (full.cccd, full.cmnd, full.birth_date, full.sex) == (
        "001085999999",
        "019999999",
        "1985-08-15",
        "male",
    )
    assert full.issued_on == date(2021, 7, 1)
    assert (bare.cmnd, bare.sex, bare.full_name) == ("", "female", "Trần Thị Thử")
    assert parse_cccd(SAMPLES["cccd_full"] + "|thêm|nữa") == full


@pytest.mark.parametrize(("written", "iso"), [("1945", "1945"), ("021945", "1945-02")])
def test_identity_cards_with_part_of_a_birth_date(written, iso):
    assert parse_cccd(SAMPLES["cccd_full"].replace("15081985", written)).birth_date == iso


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
    assert classify(text) == kind
