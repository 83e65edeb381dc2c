"""The running portal's own code, asked beside it: `./portal manage shell`, with the same data and keys."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.running import NOT_ITS_OWN, ROOT


def ask(data: Path, code: str) -> str:
    command = [sys.executable, str(ROOT / "portal"), "manage", "--data", str(data), "shell", "-v", "0", "-c", code]
    environment = {name: value for name, value in os.environ.items() if name not in NOT_ITS_OWN}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout


def qr_text(data: Path, code: str) -> str:
    """What a scanner reads off the card of this person."""
    return ask(
        data,
        "from cards.models import Card; from cards.services.drawing import qr_text;"
        f"print(qr_text(Card.objects.get(person__bhxh_code={code!r})))",
    ).strip()


def open_accounts(data: Path, codes: list[str]) -> None:
    """Logins for these people, made as the demo's own are."""
    rows = [{"login": code, "kind": "citizen", "bhxh_code": code} for code in codes]
    ask(data, f"from accounts.services.demo import ensure_demo_accounts; ensure_demo_accounts({rows!r})")
