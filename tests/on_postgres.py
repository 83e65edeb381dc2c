"""`python -m tests.on_postgres [pytest arguments]`: the suite on a real PostgreSQL, its locks and races with it."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.servers import postgres

# What starts a whole portal brings a database of its own.
EVERYTHING = ["-n", "2", "-m", "not browser and not portal"]


def main(arguments: list[str]) -> int:
    with postgres() as url:
        command = [sys.executable, "-m", "pytest", *(arguments or EVERYTHING)]
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
