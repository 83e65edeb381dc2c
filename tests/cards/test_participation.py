from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards import participation
from cards.management.commands.load_card_terms import OWN_DATA
from cards.participation import Span

DEMO = OWN_DATA / "demo"
TODAY = date(2026, 11, 22)
DELIBERATE_DISAGREEMENTS = {"9900000009", "9900000019"}
BLANK_BECAUSE_ENDED = {"9900000008", "9900000016"}

month_numbers = st.integers(1950 * 12, 2050 * 12)
some_spans = st.lists(
    st.builds(lambda first, more: Span(first, first + more), month_numbers, st.integers(0, 200)), max_size=12
)


def months_of(covered):
    return {month for span in covered for month in range(span.first, span.last + 1)}


def month(text):
    return date.fromisoformat(f"{text}-01") if text else None


def rows(name):
    with (DEMO / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def demo_spans(scheme):
    """Spans by code."""
    found = defaultdict(list)
    for row in rows("participation"):
        if row["scheme"] == scheme:
            found[row["bhxh_code"]].append((month(row["from_month"]), month(row["to_month"])))
    return {code: participation.spans(periods, until=TODAY) for code, periods in found.items()}


@given(some_spans)
def test_a_month_counts_once(covered):
    assert participation.months_covered(covered) == len(months_of(covered))


@given(some_spans)
def test_overlap_is_what_counting_rows_alone_would_add(covered):
    alone = sum(span.months for span in covered)
    assert participation.months_covered(covered) + participation.months_overlapping(covered) == alone


@given(some_spans)
def test_months_and_gaps_fill_the_whole_stretch_without_touching(covered):
    inside, between = months_of(covered), months_of(participation.gaps(covered))
    assert not inside & between
    if inside:
        assert len(inside) + len(between) == max(inside) - min(inside) + 1


@given(some_spans, st.randoms())
def test_order_and_repetition_of_rows_change_nothing(covered, chance):
    shuffled = covered + covered[:3]
    chance.shuffle(shuffled)
    assert participation.merged(shuffled) == participation.merged(covered)
    assert participation.five_years_from(shuffled) == participation.five_years_from(covered)


@given(some_spans)
def test_merged_months_are_the_same_months(covered):
    assert months_of(participation.merged(covered)) == months_of(covered)


@given(month_numbers)
def test_month_numbers_come_back(number):
    assert participation.month_number(participation.month_start(number)) == number


@given(month_numbers, st.integers(0, 100), st.integers(1, 12))
def test_only_an_interruption_of_more_than_three_months_restarts(first, more, gap):
    before = Span(first, first + more)
    after = Span(before.last + gap + 1, before.last + gap + 1)
    start = after.first if gap > 3 else before.first
    assert participation.five_years_from([after, before]) == participation.month_start(start + 60)


def test_nothing_gives_nothing():
    assert participation.five_years_from([]) is None
    assert participation.months_covered([]) == 0
    assert participation.gaps([]) == []


def test_an_open_period_runs_to_today_and_one_that_begins_later_is_left_out():
    periods = [(date(2026, 9, 1), None), (date(2027, 1, 1), None)]
    assert participation.spans(periods, until=TODAY) == [Span(2026 * 12 + 8, 2026 * 12 + 10)]


@pytest.mark.parametrize("card", rows("cards"), ids=lambda card: card["bhxh_code"])
def test_five_years_of_every_demo_card(card):
    code, stated = card["bhxh_code"], card["five_years_from"]
    computed = participation.five_years_from(demo_spans("bhyt")[code])
    if code in BLANK_BECAUSE_ENDED:
        assert stated == ""
        assert computed is not None
    elif code in DELIBERATE_DISAGREEMENTS:
        assert stated != computed.isoformat()
    else:
        assert stated == computed.isoformat()


def test_only_the_named_cards_are_blank():
    assert {card["bhxh_code"] for card in rows("cards") if not card["five_years_from"]} == BLANK_BECAUSE_ENDED


def test_overlapping_employers_of_the_demo():
    covered = demo_spans("bhxh")["9900000001"]
    assert participation.months_covered(covered) == 18 * 12 + 2
    assert participation.months_overlapping(covered) == 2
    assert [gap.months for gap in participation.gaps(covered)] == [6]


def test_the_two_month_and_the_four_month_break_of_the_demo():
    bhyt = demo_spans("bhyt")
    assert [gap.months for gap in participation.gaps(bhyt["9900000005"])] == [2]
    assert [gap.months for gap in participation.gaps(bhyt["9900000006"])] == [4]
