"""How much of the machine a process may take that opens a stranger's file, and nothing else it might do."""

from __future__ import annotations

import resource
from typing import Final

MEMORY_BYTES: Final = 1536 * 1024 * 1024


def limit_self(*, cpu_seconds: int) -> None:
    """No file, no core; memory and processor end."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
