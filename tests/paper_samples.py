"""Texts of paper QR codes, invented, in every layout."""

from __future__ import annotations

import json
from pathlib import Path

_FILE = Path(__file__).with_name("qr_samples_synthetic.json")
SAMPLES: dict[str, str] = json.loads(_FILE.read_text("utf-8"))["samples"]
