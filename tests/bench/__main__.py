"""`python -m tests.bench [NAME ...] [--json FILE]`."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from pathlib import Path
from types import ModuleType

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from tests.bench import harness  # noqa: E402 - Django must be set up first


def modules() -> dict[str, ModuleType]:
    paths = sorted(Path(__file__).parent.glob("bench_*.py"))
    found = [importlib.import_module(f"tests.bench.{path.stem}") for path in paths]
    return {module.NAME: module for module in found}


def main(arguments: list[str]) -> int:
    known = modules()
    parser = argparse.ArgumentParser(prog="portal bench", description=harness.__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.names) - set(known))
    if unknown:
        parser.error(f"no benchmark is named {', '.join(unknown)}; there are: {', '.join(known) or 'none yet'}")
    rows = [harness.run(known[name].benchmark()) for name in options.names or known]
    sys.stdout.write(harness.table(rows) + "\n")
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
