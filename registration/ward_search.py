"""Finding a ward by what people type: without marks, with or without its unit, under the name its province had.

`p ba dinh ha noi`, `Hà Đông, Hà Tây` and `xa tan hoa binh duong` each name one. Nothing here knows the database: an
index is made of rows and of names, and answers from memory.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from heapq import nsmallest
from operator import and_, or_
from typing import NamedTuple

from accounts.names import clean_name, name_key, without_marks

MOST_FOUND = 10
LONGEST_TYPED = 100  # characters
MOST_WORDS, MOST_PARTS = 12, 4
FEWEST_LETTERS = 2

# The first words of a name that say what kind of place it is; districts are gone, but many a ward has one's name.
UNITS = {
    **dict.fromkeys(["P", "F", "PHUONG"], "PHUONG"),
    **dict.fromkeys(["X", "XA", "TT", "THI TRAN"], "XA"),
    **dict.fromkeys(["DK", "DAC KHU"], "DAC KHU"),
    **dict.fromkeys(["Q", "QUAN", "H", "HUIEN", "TX", "THI XA", "TP", "THANH PHO"], "DISTRICT"),
}
PROVINCE_UNITS = {"TINH", "T", "TP", "THANH PHO"}


class Ward(NamedTuple):
    code: str
    name: str
    unit: str
    province: str  # its code


class Rank(NamedTuple):
    """The smaller, the better: whether the province is a guess, how well the name fits, whether a province was read,
    and whether what was typed beside it, a unit or marks, is another's."""

    is_guess: bool
    fit: int
    no_province: bool
    other_unit: bool
    length: int
    other_marks: bool


@dataclass(frozen=True)
class Reading:
    """One way to take what was typed: `name` is what is left for the ward's own, `mask` the wards it may be."""

    name: list[str]
    unit: str
    mask: int
    is_guess: bool  # the name of the province is still being typed


def words(text: str) -> list[str]:
    """Upper-case words without marks; I and Y are one letter, as in Mỹ and Mĩ."""
    return re.sub(r"[^A-Z0-9]+", " ", name_key(text).replace("Y", "I")).split()


class WardIndex:
    """Wards by the beginnings of their words; a set of wards is an integer with a bit for each."""

    def __init__(self, wards: Iterable[Ward], province_names: Iterable[tuple[str, str]]) -> None:
        """`province_names`: pairs of a name, today's or a former one, and the code of the province it is today."""
        keyed = sorted((words(ward.name), ward.province, ward) for ward in wards)
        units = {ward.unit: " ".join(words(ward.unit)) for _name, _province, ward in keyed}
        self._wards = [ward for _name, _province, ward in keyed]
        self._joined = ["".join(name) for name, _province, _ward in keyed]
        self._units = [units[ward.unit] for ward in self._wards]
        self._all = (1 << len(keyed)) - 1
        self._starts = _Starts(
            (word, 1 << bit) for bit, (name, _province, ward) in enumerate(keyed) for word in _findable(ward.name, name)
        )
        of_province: dict[str, int] = {}
        for bit, ward in enumerate(self._wards):
            of_province[ward.province] = of_province.get(ward.province, 0) | 1 << bit
        self._provinces = _Starts(
            (name, of_province.get(code, 0)) for typed, code in province_names for name in _province_names(typed)
        )

    def find(self, typed: str) -> list[str]:
        """Codes of at most MOST_FOUND wards, the likeliest first; none for fewer than FEWEST_LETTERS letters."""
        parts = [words(part) for part in re.split(r"[,;\n]", typed[:LONGEST_TYPED])]
        parts = [part[:MOST_WORDS] for part in parts if part][:MOST_PARTS]
        marked = clean_name(typed[:LONGEST_TYPED]).lower()
        if marked == without_marks(marked):
            marked = ""
        found = self._ranked([word for part in parts for word in part][:MOST_WORDS], marked)
        # A ward or district of before 2025 may stand among the parts: whichever still is a ward's name is found.
        for part in parts[:-1]:
            found = found or self._ranked((part + parts[-1])[:MOST_WORDS], marked)
        return found

    def _ranked(self, typed: list[str], marked: str) -> list[str]:
        """`marked`: what was typed, if it has marks at all."""
        best: dict[int, Rank] = {}
        starts = {word: self._starts.begun(word) for word in typed}
        for reading in self._readings(typed):
            mask = reduce(and_, (starts[word] for word in reading.name), reading.mask)
            for bit in _bits(mask):
                rank = self._rank(bit, reading, marked)
                best[bit] = min(rank, best.get(bit, rank))
        return [self._wards[bit].code for bit in nsmallest(MOST_FOUND, best, key=lambda bit: (best[bit], bit))]

    def _readings(self, typed: list[str]) -> Iterator[Reading]:
        for name, mask, is_guess in self._with_and_without_province(typed):
            for rest, unit in ((name, ""), _without_unit(name)):
                if sum(map(len, rest)) >= FEWEST_LETTERS:
                    yield Reading(rest, unit, mask, is_guess)

    def _with_and_without_province(self, typed: list[str]) -> Iterator[tuple[list[str], int, bool]]:
        yield typed, self._all, False
        for cut in range(1, len(typed)):
            before, after = typed[:cut], typed[cut:]
            yield before, self._provinces.whole(_province_key(after)), False
            yield after, self._provinces.whole(_province_key(before)), False
            yield before, self._provinces.begun(_province_key(after)), True

    def _rank(self, bit: int, reading: Reading, marked: str) -> Rank:
        joined, typed = self._joined[bit], "".join(reading.name)
        fit = 0 if joined == typed else 1 if joined.startswith(typed) else 2
        other_unit = bool(reading.unit) and reading.unit != self._units[bit]
        other_marks = bool(marked) and self._wards[bit].name.lower() not in marked
        return Rank(reading.is_guess, fit, reading.mask == self._all, other_unit, len(joined), other_marks)


class _Starts:
    """Sets of wards by words, and by the beginnings of words."""

    def __init__(self, found: Iterable[tuple[str, int]]) -> None:
        masks: dict[str, int] = {}
        for word, mask in found:
            masks[word] = masks.get(word, 0) | mask
        self._masks, self._sorted = masks, sorted(masks)

    def whole(self, word: str) -> int:
        return self._masks.get(word, 0)

    def begun(self, start: str) -> int:
        first, end = bisect_left(self._sorted, start), bisect_left(self._sorted, f"{start}~")  # after every letter
        return reduce(or_, (self._masks[word] for word in self._sorted[first:end]), 0)


def _findable(name: str, separate: list[str]) -> set[str]:
    """Its words, the same without apostrophes (`Ea H'Leo` as `hleo`), and all in one (`badinh`)."""
    together = words(name.replace("'", "")) if "'" in name else []
    return {*separate, *together, "".join(separate)}


def _province_names(name: str) -> set[str]:
    """`Tỉnh Bà Rịa - Vũng Tàu` as it is, in one word, and as people shorten it: `br vt`, `brvt`."""
    key = _province_key(words(name)).split()
    firsts = [word[0] for word in key]
    short = {"".join(firsts), " ".join(firsts)} if len(key) > 1 else set()
    halves = [_initials(half) for half in name.split(" - ")] if " - " in name else []
    return {" ".join(key), "".join(key), *short, *([" ".join(halves)] if halves else [])}


def _initials(text: str) -> str:
    return "".join(word[0] for word in _province_key(words(text)).split())


def _province_key(typed: list[str]) -> str:
    """The words without a leading `tỉnh` or `thành phố`, but never without all of them."""
    for length in (2, 1):
        if len(typed) > length and " ".join(typed[:length]) in PROVINCE_UNITS:
            return " ".join(typed[length:])
    return " ".join(typed)


def _without_unit(name: list[str]) -> tuple[list[str], str]:
    """The rest and the unit it began with; nothing twice where it began with none."""
    for length in (2, 1):
        unit = UNITS.get(" ".join(name[:length]), "")
        if unit:
            return name[length:], unit
    return [], ""


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
