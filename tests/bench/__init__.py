"""Benchmarks: `./portal bench [NAME ...] [--json FILE]`; each module bench_*.py has NAME and benchmark()."""
