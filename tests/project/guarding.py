"""What every answer tells the browser it may not do."""

from __future__ import annotations

import re
from typing import Any


def assert_guarded(response: Any) -> None:
    headers = response.headers
    directives = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert directives["default-src"] == directives["frame-ancestors"] == directives["base-uri"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == directives["form-action"] == "'self'"
    assert not re.search(r"unsafe|\*|https?:|data:", headers["Content-Security-Policy"])
    assert headers["X-Content-Type-Options"] == "nosniff"
    # At most the origin: an address that holds a secret is in nobody's log of where people came from.
    assert headers["Referrer-Policy"] in {"same-origin", "strict-origin"}
    assert headers["X-Frame-Options"] == "DENY"
    for feature in ("camera", "geolocation", "microphone"):
        assert f"{feature}=()" in headers["Permissions-Policy"]
