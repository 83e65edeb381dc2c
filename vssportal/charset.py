"""Every form is UTF-8, whatever a client says: on some of Python's codecs Django fails before any page of ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
_BOUNDARY = re.compile(r";\s*boundary=\"?([^\s\";]{1,70})", re.IGNORECASE)


def utf8_only(application: Application) -> Application:
    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["CONTENT_TYPE"] = _plain(environ.get("CONTENT_TYPE", ""))
        return application(environ, start_response)

    return serve


def _plain(content_type: str) -> str:
    """The media type and, of a form in parts, where they part; nothing else a client adds."""
    kind, found = content_type.partition(";")[0].strip(), _BOUNDARY.search(content_type)
    is_in_parts = kind.lower() == "multipart/form-data" and found is not None
    return f"{kind}; boundary={found[1]}" if found and is_in_parts else kind
