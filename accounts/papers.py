"""The numbers of identity papers, by kind."""

from __future__ import annotations

import re

PAPER_NUMBERS = {
    "cccd": re.compile(r"[0-9]{12}"),
    "cmnd": re.compile(r"[0-9]{9}"),
    "passport": re.compile(r"[A-Z][0-9]{7,8}"),
}
