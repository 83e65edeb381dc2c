"""Months of insurance, counted as the register counts them (pure).

A month is a number, `year * 12 + month - 1`, so spans are plain integers and
a month counts once however many periods cover it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import NamedTuple

FIVE_YEARS = 60
LONGEST_HARMLESS_GAP = 3  # months; an interruption of at most this does not restart the five years


class Span(NamedTuple):
    """First and last month, both covered."""

    first: int
    last: int

    @property
    def months(self) -> int:
        return self.last - self.first + 1


def month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def month_start(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def spans(periods: Iterable[tuple[date, date | None]], *, until: date) -> list[Span]:
    """Periods as spans; an open one runs up to `until`, and one that would begin later is left out."""
    made = (Span(month_number(start), month_number(end or until)) for start, end in periods)
    return [span for span in made if span.first <= span.last]


def merged(covered: Iterable[Span]) -> list[Span]:
    """The same months in order, without overlaps; spans that touch become one."""
    result: list[Span] = []
    for span in sorted(covered):
        if result and span.first <= result[-1].last + 1:
            result[-1] = Span(result[-1].first, max(result[-1].last, span.last))
        else:
            result.append(span)
    return result


def months_covered(covered: Iterable[Span]) -> int:
    return sum(span.months for span in merged(covered))


def months_overlapping(covered: Iterable[Span]) -> int:
    """Months that would be counted again if each span were counted by itself."""
    covered = list(covered)
    return sum(span.months for span in covered) - months_covered(covered)


def gaps(covered: Iterable[Span]) -> list[Span]:
    """Interruptions between the first and the last month covered."""
    return [Span(before.last + 1, after.first - 1) for before, after in pairwise(merged(covered))]


def five_years_from(covered: Iterable[Span]) -> date | None:
    """The first month after 60, counted from the last start of health insurance.

    A start is the first month, or the month after an interruption of more than
    three months; shorter interruptions neither restart nor are deducted. It looks
    at the rows only, never at today. None without any row.
    """
    covered = merged(covered)
    if not covered:
        return None
    long_gaps = [gap for gap in gaps(covered) if gap.months > LONGEST_HARMLESS_GAP]
    start = long_gaps[-1].last + 1 if long_gaps else covered[0].first
    return month_start(start + FIVE_YEARS)
