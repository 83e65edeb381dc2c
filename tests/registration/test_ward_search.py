"""A ward is found by what people type, over the whole list of wards."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.ward_search import LONGEST_TYPED, MOST_FOUND, Ward, WardIndex

DATA = Path(__file__).resolve().parents[2] / "accounts" / "data"


def rows(name: str) -> list[dict[str, Any]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


WARDS = {row["code"]: Ward(row["code"], row["name"], row["unit"], row["province_code"]) for row in rows("wards.csv")}
PROVINCES = {row["code"]: row["full_name"] for row in rows("provinces.csv")}
INDEX = WardIndex(
    WARDS.values(),
    [
        *((name, code) for code, name in PROVINCES.items()),
        *((row["old_name"], row["new_code"]) for row in rows("provinces_before_2025.csv")),
    ],
)


def first(typed: str) -> str:
    found = INDEX.find(typed)
    return f"{WARDS[found[0]].unit} {WARDS[found[0]].name}, {WARDS[found[0]].province}" if found else ""


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Phường Ba Đình, Thành phố Hà Nội", "Phường Ba Đình, 01"),
        ("p ba dinh ha noi", "Phường Ba Đình, 01"),
        ("P.Ba Đình - TP.Hà Nội", "Phường Ba Đình, 01"),
        ("BA DINH HN", "Phường Ba Đình, 01"),
        ("hà nội ba đình", "Phường Ba Đình, 01"),
        ("badinh hanoi", "Phường Ba Đình, 01"),
        ("ba dinh ha n", "Phường Ba Đình, 01"),
        ("quận hoàn kiếm", "Phường Hoàn Kiếm, 01"),
        ("xa Tan Hoa Binh Duong", "Phường Tân Hoà, 79"),
        ("ben thanh tp hcm", "Phường Bến Thành, 79"),
        ("vũng tàu, bà rịa - vũng tàu", "Phường Vũng Tàu, 79"),
        ("vung tau br-vt", "Phường Vũng Tàu, 79"),
        ("vung tau brvt", "Phường Vũng Tàu, 79"),
        ("hleo dak lak", "Xã Ea H'Leo, 66"),
        ("Ea H’Leo", "Xã Ea H'Leo, 66"),
        ("h leo", "Xã Ea H'Leo, 66"),
        ("Mĩ Đức Hà Nội", "Xã Mỹ Đức, 01"),
        ("đan phượng", "Xã Đan Phượng, 01"),
        ("Ðan Phượng", "Xã Đan Phượng, 01"),
        ("phuong 2 bao loc", "Phường 2 Bảo Lộc, 68"),
        ("thi tran sapa lao cai", "Phường Sa Pa, 15"),
        ("dac khu phu quoc kien giang", "Đặc khu Phú Quốc, 91"),
        # a ward of before 2025 in a district whose name is a ward's today
        ("Phúc Xá, Ba Đình, Hà Nội", "Phường Ba Đình, 01"),
    ],
)
def test_what_people_type_finds_their_ward_first(typed: str, expected: str) -> None:
    assert first(typed) == expected


def test_a_ward_of_that_unit_comes_before_one_of_another() -> None:
    assert first("xã tân hòa").startswith("Xã")
    assert first("phường tân hòa").startswith("Phường")


def test_names_that_hold_every_word_come_before_a_province_that_may_be_meant() -> None:
    found = [WARDS[code].name for code in INDEX.find("tan hoa")]
    assert found.index("Tân Sơn Hoà") < 10
    assert "Tân Lạc" not in found[:7]


def test_of_two_that_differ_in_their_marks_the_one_with_the_marks_typed_comes_first() -> None:
    assert first("Văn Lăng Thái Nguyên") != first("Văn Lãng Thái Nguyên")


def test_every_ward_is_found_first_by_its_name_and_province() -> None:
    lost = []
    for ward in WARDS.values():
        found = INDEX.find(f"{ward.unit} {ward.name}, {PROVINCES[ward.province]}")
        if ward.code != (found or [""])[0]:
            lost.append(ward)
    assert lost == []


def test_a_former_province_leads_to_wards_of_the_province_it_is_in_today_only() -> None:
    for row in rows("provinces_before_2025.csv"):
        name = row["old_name"].partition(" (")[0]
        ward = next(ward for ward in WARDS.values() if ward.province == row["new_code"])
        assert INDEX.find(f"{ward.name}, {name}")[0] == ward.code, name


@pytest.mark.parametrize("typed", ["", " ", "a", ",", "đ", "p", "x.", "\0", "…", "cuộc đời", "ha noi", "москва", "🙂"])
def test_what_names_no_ward_finds_none(typed: str) -> None:
    assert INDEX.find(typed) == []


@given(st.one_of(st.text(), st.text("ab đaáâhnotiuy,.-' 12\u0300\u0301"), st.sampled_from(list(PROVINCES.values()))))
def test_whatever_is_typed_finds_a_bounded_number_of_wards_each_once(typed: str) -> None:
    found = INDEX.find(typed)
    assert len(found) == len(set(found)) <= MOST_FOUND
    assert found == INDEX.find(typed[:LONGEST_TYPED])
    assert set(found) <= WARDS.keys()


def test_an_index_of_nothing_finds_nothing() -> None:
    assert WardIndex([], []).find("Ba Đình, Hà Nội") == []
