"""`python -m tests.covered`: the suite on PostgreSQL, and the lines of the services that no test reaches.

Fails when a test fails or such a line is left. What no test can reach says why
beside itself: `# pragma: no cover - reason`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from coverage import Coverage

from tests import on_postgres

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = str(ROOT / "pyproject.toml")


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="portal-coverage-") as folder:
        data = str(Path(folder) / "lines")
        # Every Python process below measures itself, the suite's workers included.
        env = {**os.environ, "COVERAGE_PROCESS_START": SETTINGS, "COVERAGE_FILE": data}
        suite = [sys.executable, "-m", on_postgres.__name__, *arguments]
        failed = subprocess.run(suite, cwd=ROOT, env=env, check=False).returncode
        untested = sorted(untested_lines(data))
    report = [f"No test reaches {place}" for place in untested] or ["Every line of the services has a test."]
    sys.stdout.write("\n".join([*report, ""]))
    return failed or bool(untested)


def untested_lines(data: str) -> Iterator[str]:
    """`file: lines`; a file that nothing imported with all of its lines."""
    measured = Coverage(data_file=data, config_file=SETTINGS, source=[str(ROOT)])
    measured.combine()
    for pattern in measured.get_option("run:include") or []:
        for path in ROOT.glob(str(pattern).replace("/*", "/**/*.py")):
            missing = measured.analysis2(str(path))[4]
            if missing:
                yield f"{path.relative_to(ROOT)}: {missing}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
