from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import partial_dates


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("15/08/1985", "1985-08-15"),
        ("5/8/1985", "1985-08-05"),
        ("15-08-1985", "1985-08-15"),
        ("15.8.1985", "1985-08-15"),
        ("1985-08-15", "1985-08-15"),
        ("15081985", "1985-08-15"),
        (" 15 / 08 / 1985 ", "1985-08-15"),
        ("29/02/2024", "2024-02-29"),
        ("02/2022", "2022-02"),
        ("2/2022", "2022-02"),
        ("2022-02", "2022-02"),
        ("1945", "1945"),
    ],
)
def test_a_date_as_papers_write_it_keeps_its_precision(typed: str, iso: str) -> None:
    assert partial_dates.parse(typed) == iso


@pytest.mark.parametrize(
    "typed",
    ["", "abc", "30/02/2000", "29/02/2023", "13/2022", "00/2022", "0000", "32/01/2000", "19850815", "85", "15/08/85"],
)
def test_what_is_no_date_is_refused_and_nothing_is_guessed(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        partial_dates.parse(typed)


def test_a_year_alone_gets_no_month_or_day() -> None:
    assert partial_dates.display(partial_dates.parse("1945")) == "1945"
    assert partial_dates.display(partial_dates.parse("2/2022")) == "02/2022"


@pytest.mark.parametrize(
    ("iso", "first"),
    [("1985-08-15", date(1985, 8, 15)), ("2022-02", date(2022, 2, 1)), ("1945", date(1945, 1, 1))],
)
def test_the_first_day_is_the_earliest_the_text_can_mean(iso: str, first: date) -> None:
    assert partial_dates.first_day(iso) == first


precisions = st.sampled_from([4, 7, 10])


@given(st.dates(), precisions)
def test_what_is_shown_can_be_typed_again(day: date, precision: int) -> None:
    iso = day.isoformat()[:precision]
    assert partial_dates.parse(partial_dates.display(iso)) == iso
    assert partial_dates.parse(iso) == iso


@given(st.dates(), st.dates(), precisions)
def test_text_order_is_date_order(one: date, other: date, precision: int) -> None:
    texts = [day.isoformat()[:precision] for day in (one, other)]
    assert sorted(texts) == sorted(texts, key=partial_dates.first_day)


@given(st.text(alphabet="0123456789/-. ", max_size=12))
def test_any_digits_are_either_a_date_or_a_value_error(text: str) -> None:
    try:
        iso = partial_dates.parse(text)
    except ValueError:
        return
    assert partial_dates.parse(iso) == iso
