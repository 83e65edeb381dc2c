"""Slips in the domain of an e-mail address: advice, never for an address that is somebody's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.email_typos import ENDS, NAMES, probable_address


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("mau@gmial.com", "mau@gmail.com"),
        ("mau@gmail.con", "mau@gmail.com"),
        ("Mau.Thu@GMIAL.COM", "Mau.Thu@gmail.com"),
        ("mau@gmai.cm", "mau@gmail.com"),
        ("mau@yahoo.con", "mau@yahoo.com"),
        ("mau@yaho.com.vn", "mau@yahoo.com.vn"),
        ("mau@hotmial.com", "mau@hotmail.com"),
        ("mau@outlok.com", "mau@outlook.com"),
        ("mau@iclod.com", "mau@icloud.com"),
    ],
)
def test_a_slip_leads_to_the_address_that_was_meant(typed: str, meant: str) -> None:
    assert probable_address(typed) == meant


@pytest.mark.parametrize(
    "domain",
    [
        "gmail.com",
        "yahoo.com",
        "yahoo.com.vn",
        "yahoo.co.jp",
        "hotmail.com",
        "outlook.com",
        "outlook.com.vn",
        "icloud.com",
        "ymail.com",
        "mail.com",
        "gmx.com",
        "live.com",
        "fpt.vn",
        "vnn.vn",
        "hust.edu.vn",
        "hanoi.gov.vn",
        "example.vn",
        "bhxh.co",
        "gmail.example.vn",
    ],
)
def test_an_address_of_a_real_domain_is_left_alone(domain: str) -> None:
    assert probable_address(f"mau@{domain}") is None


@pytest.mark.parametrize("typed", ["", "mau", "@gmial.com", "gmial.com", "mau@", "mau@gmial"])
def test_what_is_no_whole_address_with_a_slip_of_its_own_does_no_harm(typed: str) -> None:
    better = probable_address(typed)
    assert better is None or better.startswith("mau@")


@given(st.emails(), st.sampled_from([*NAMES, *NAMES.values()]), st.sampled_from([*ENDS, "com"]))
def test_what_is_advised_is_never_advised_against(email: str, name: str, end: str) -> None:
    person = email.rpartition("@")[0]
    better = probable_address(f"{person}@{name}.{end}") or f"{person}@{name}.{end}"
    assert better.startswith(f"{person}@")
    assert probable_address(better) is None
