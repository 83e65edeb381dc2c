"""`python -m tests.on_postgres [pytest arguments]`: locks and races on a real PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.servers import postgres


def main(arguments: list[str]) -> int:
    with postgres() as url:
        command = [sys.executable, "-m", "pytest", "-m", "postgres", *arguments]
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
