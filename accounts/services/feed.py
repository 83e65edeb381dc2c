"""Large CSV feeds: streamed, checked row by row, upserted in short transactions.

A feed may stop anywhere and simply be run again: what is stored is stored, and
storing it again changes nothing. A refused row is named by file, line, column
and reason only: feeds hold personal data.
"""

from __future__ import annotations

import csv
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import PortalError

BATCH = 1000
# What the decoder leaves where the bytes were not UTF-8, and what no database text may hold.
NOT_TEXT = {"\ufffd", "\x00"}

M = TypeVar("M", bound=models.Model)
Row = dict[str, str]


class UnreadableFeed(PortalError):
    code = "unreadable_feed"
    message = _("Không đọc được tệp %(file)s: %(why)s.")


class Refused(Exception):
    """One row cannot be taken; `reason` is a stable code."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(column, reason)
        self.column, self.reason = column, reason


class Refusal(NamedTuple):
    file: str
    line: int
    column: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Feed(Generic[M]):
    """`prepare` looks up what a batch refers to, and returns the maker of one object (or Refused)."""

    model: type[M]
    columns: frozenset[str]
    unique_fields: Sequence[str]
    update_fields: Sequence[str]
    prepare: Callable[[list[Row]], Callable[[Row], M]]
    conflict: tuple[str, str]  # column and reason where another row's unique value is in the way


@dataclass
class FeedResult:
    last_line: int = 0
    read: int = 0
    stored: int = 0
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)


class Line(NamedTuple):
    number: int
    row: Row | Refused


def run(
    feed: Feed[M],
    path: Path,
    *,
    refuse: Callable[[Refusal], None],
    progress: Callable[[FeedResult], None] = lambda result: None,
    start_line: int = 0,
    batch_size: int = BATCH,
) -> FeedResult:
    """Takes every row from `start_line` on; `progress` hears of each batch once it is committed.

    Raises UnreadableFeed before anything is taken.
    """
    result = FeedResult()

    def note(line: int, refused: Refused) -> None:
        result.refused[refused.column, refused.reason] += 1
        refuse(Refusal(path.name, line, refused.column, refused.reason))

    lines = _lines(path, columns=feed.columns, start_line=start_line)
    while batch := list(islice(lines, batch_size)):
        result.stored += _take(feed, batch, note=note)
        result.read += len(batch)
        result.last_line = batch[-1].number
        progress(result)
    return result


def _lines(path: Path, *, columns: frozenset[str], start_line: int) -> Iterator[Line]:
    try:
        stream = path.open(encoding="utf-8-sig", errors="replace", newline="")
    except OSError as error:
        raise UnreadableFeed(file=path.name, why=error.strerror) from error
    with stream:
        reader = csv.DictReader(stream)
        missing = columns - set(reader.fieldnames or ())
        if missing:
            raise UnreadableFeed(file=path.name, why=_("thiếu cột ") + ", ".join(sorted(missing)))
        yield from (line for line in _read(reader) if line.number >= start_line)


def _read(reader: csv.DictReader[str]) -> Iterator[Line]:
    while True:
        try:
            row = _clean(next(reader))
        except StopIteration:
            return
        except csv.Error:
            row = Refused("", "malformed")
        yield Line(reader.reader.line_num, row)  # DictReader's own number stays behind at a malformed row


def _clean(row: dict[str | Any, str | Any]) -> Row | Refused:
    """Texts in NFC without blanks around them; DictReader gives no text where cells lack or abound."""
    if not all(isinstance(part, str) for pair in row.items() for part in pair):
        return Refused("", "columns")
    broken = [column for column, value in row.items() if not NOT_TEXT.isdisjoint(value)]
    if broken:
        return Refused(broken[0], "encoding")
    return {column: unicodedata.normalize("NFC", value).strip() for column, value in row.items()}


def _take(feed: Feed[M], batch: list[Line], *, note: Callable[[int, Refused], None]) -> int:
    """How many rows of the batch are stored; of two rows with one key the later one stays."""
    make = feed.prepare([line.row for line in batch if isinstance(line.row, dict)])
    made: dict[tuple[object, ...], tuple[int, M]] = {}
    taken = 0
    for number, row in batch:
        try:
            thing = make(_or_raise(row))
        except Refused as refused:
            note(number, refused)
        else:
            taken += 1
            made[tuple(getattr(thing, name) for name in feed.unique_fields)] = (number, thing)
    return taken - _store(feed, list(made.values()), note=note)


def _or_raise(row: Row | Refused) -> Row:
    if isinstance(row, Refused):
        raise row
    return row


def _store(feed: Feed[M], made: list[tuple[int, M]], *, note: Callable[[int, Refused], None]) -> int:
    """Upserts all at once, or one by one where one of them conflicts; how many could not be stored."""
    try:
        with transaction.atomic():
            _upsert(feed, [thing for _number, thing in made])
        return 0
    except IntegrityError:
        return _store_singly(feed, made, note=note)


def _store_singly(feed: Feed[M], made: list[tuple[int, M]], *, note: Callable[[int, Refused], None]) -> int:
    lost = 0
    with transaction.atomic():
        for number, thing in made:
            try:
                with transaction.atomic():
                    _upsert(feed, [thing])
            except IntegrityError:
                lost += 1
                note(number, Refused(*feed.conflict))
    return lost


def _upsert(feed: Feed[M], things: list[M]) -> None:
    feed.model._default_manager.bulk_create(
        things, update_conflicts=True, unique_fields=feed.unique_fields, update_fields=feed.update_fields
    )


def checked(thing: M, *, exclude: Collection[str]) -> M:
    """The object, if its own fields are valid; `exclude` names the relations looked up already."""
    try:
        thing.clean_fields(exclude=exclude)
    except ValidationError as error:
        column, errors = next(iter(error.error_dict.items()))
        raise Refused(column, errors[0].code or "invalid") from error
    return thing


def known(row: Row, column: str, among: Collection[str]) -> str:
    if row[column] not in among:
        raise Refused(column, "unknown")
    return row[column]


def day(row: Row, column: str) -> date:
    """ISO `YYYY-MM-DD`."""
    try:
        return date.fromisoformat(row[column])
    except ValueError as error:
        raise Refused(column, "date") from error


def optional_day(row: Row, column: str) -> date | None:
    return day(row, column) if row[column] else None
