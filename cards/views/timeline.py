"""The years of a history drawn as bars: numbers for an SVG, since a style attribute is not allowed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cards.participation import Span
from cards.selectors import SchemeHistory

WIDTH = 1000  # units of the drawing's viewBox
THINNEST = 3


class Bar(NamedTuple):
    """Texts, so that no language setting writes a number its own way."""

    x: str
    width: str


class TimelineRow(NamedTuple):
    history: SchemeHistory
    bars: list[Bar]


class Timeline(NamedTuple):
    first_year: str
    last_year: str
    rows: list[TimelineRow]


def draw(schemes: Sequence[SchemeHistory]) -> Timeline | None:
    """Schemes with months on one axis of whole years; None where there are none."""
    shown = [scheme for scheme in schemes if scheme.covered]
    if not shown:
        return None
    first = min(scheme.covered[0].first for scheme in shown) // 12
    last = max(scheme.covered[-1].last for scheme in shown) // 12
    axis = Span(first * 12, last * 12 + 11)
    rows = [TimelineRow(scheme, [_bar(span, axis) for span in scheme.covered]) for scheme in shown]
    return Timeline(str(first), str(last), rows)


def _bar(span: Span, axis: Span) -> Bar:
    left = (span.first - axis.first) * WIDTH // axis.months
    width = max(span.months * WIDTH // axis.months, THINNEST)
    return Bar(str(min(left, WIDTH - width)), str(width))
