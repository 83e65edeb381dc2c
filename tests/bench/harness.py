"""Ours, the stock way and the physical limit, interleaved in one run: ratios hold even on a noisy machine."""

from __future__ import annotations

import atexit
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from django.test.utils import setup_databases, setup_test_environment, teardown_databases

Clock = Literal["cpu", "wall", "returned"]
SIDES = ("ours", "reference", "limit")
SECONDS_IN = {"s": 1.0, "ms": 1e3, "µs": 1e6}
HEADINGS = ("name", "ours", "reference", "limit", "unit", "ours/reference", "ours/limit", "rounds")


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """One comparison; less is better, and `limit` may be missing.

    clock "cpu": seconds of processor of this process and the children it waited for; "wall": elapsed;
    "returned": the callables return the figure themselves (bytes, queries), `calls` is not divided out.
    """

    name: str
    unit: str
    ours: Callable[[], object]
    reference: Callable[[], object]
    limit: Callable[[], object] | None = None
    clock: Clock = "cpu"
    rounds: int = 15
    calls: int = 1

    def sides(self) -> dict[str, Callable[[], object]]:
        callables = (self.ours, self.reference, self.limit)
        return {side: call for side, call in zip(SIDES, callables, strict=True) if call is not None}


def run(benchmark: Benchmark) -> dict[str, Any]:
    """A row {"name","ours","reference","limit","unit","ratio_to_reference","ratio_to_limit","rounds"}."""
    sides = benchmark.sides()
    figures: dict[str, list[float]] = {side: [] for side in sides}
    for call in sides.values():
        call()  # the first call pays for imports and caches
    for number in range(benchmark.rounds):
        order = list(sides) if number % 2 == 0 else list(reversed(sides))
        for side in order:
            figures[side].append(_measure(benchmark, sides[side]))
    medians = {side: statistics.median(figures[side]) for side in sides}
    return {
        "name": benchmark.name,
        **{side: medians.get(side) for side in SIDES},
        "unit": benchmark.unit,
        "ratio_to_reference": _ratio(medians, "reference"),
        "ratio_to_limit": _ratio(medians, "limit"),
        "rounds": benchmark.rounds,
    }


def _measure(benchmark: Benchmark, call: Callable[[], object]) -> float:
    if benchmark.clock == "returned":
        return float(call())
    now = _cpu_seconds if benchmark.clock == "cpu" else time.perf_counter
    started = now()
    for _ in range(benchmark.calls):
        call()
    return (now() - started) / benchmark.calls * SECONDS_IN[benchmark.unit]


def _cpu_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _ratio(medians: dict[str, float], side: str) -> float | None:
    return round(medians["ours"] / medians[side], 3) if medians.get(side) else None


@cache
def migrated_database() -> None:
    """An empty migrated test database for the rest of this process; benchmarks that query call it first."""
    setup_test_environment(debug=False)
    created = setup_databases(verbosity=0, interactive=False)
    atexit.register(teardown_databases, created, verbosity=0)


def table(rows: list[dict[str, Any]]) -> str:
    keys = ("name", *SIDES, "unit", "ratio_to_reference", "ratio_to_limit", "rounds")
    lines = [HEADINGS, *(tuple(_cell(row[key]) for key in keys) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(keys))]
    padded = ([cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines)
    return "\n".join("  ".join(cells).rstrip() for cells in padded)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
