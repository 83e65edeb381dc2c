"""As in Vietnamese, days before months: the same date must not mean another day in another language."""

from vssportal.formats.vi.formats import (
    DATE_FORMAT,
    DATE_INPUT_FORMATS,
    DATETIME_FORMAT,
    DATETIME_INPUT_FORMATS,
    NUMBER_GROUPING,
)

__all__ = ["DATETIME_FORMAT", "DATETIME_INPUT_FORMATS", "DATE_FORMAT", "DATE_INPUT_FORMATS", "NUMBER_GROUPING"]
