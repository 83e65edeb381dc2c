"""The browser that asks: the name people know it by, and the secret it keeps in a cookie.

Names come from a closed list, so nothing a client writes about itself reaches a
page or a message (docs/adr/0010-one-device.md).
"""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

KEPT_FOR = timedelta(days=400)  # browsers keep no cookie longer
LONGEST_LOOKED_AT = 512  # characters: real ones are shorter
_KEY = re.compile(r"[\w-]{43}", re.ASCII)

# The first mark found decides: many browsers also carry the marks of those below them.
_BROWSERS = {
    "Zalo": "Zalo",
    "FBAN|FBAV": "Facebook",
    "coc_coc_browser": "Cốc Cốc",
    "SamsungBrowser": "Samsung Internet",
    "UCBrowser|UCWEB": "UC Browser",
    "OPR/|OPT/|Opera": "Opera",
    "Edg/|EdgA/|EdgiOS/|Edge/": "Edge",
    "Firefox/|FxiOS/": "Firefox",
    "Chrome/|CriOS/": "Chrome",
    "iPhone.*Safari/|iPad.*Safari/|Macintosh.*Safari/": "Safari",
}
_SYSTEMS = {
    "Android": "Android",
    "iPhone|iPod": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Macintosh": "macOS",
    "KAIOS": "KaiOS",
    "Linux|X11": "Linux",
}


class Browser(NamedTuple):
    name: str
    key: str


def browser_of(request: HttpRequest) -> Browser:
    """One that has no key yet is given a new one; `keep_key` sends it along with the answer."""
    kept = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    key = kept if _KEY.fullmatch(kept) else secrets.token_urlsafe(32)
    return Browser(browser_name(request.headers.get("User-Agent", "")), key)


def keep_key(response: HttpResponse, browser: Browser) -> HttpResponse:
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        browser.key,
        max_age=KEPT_FOR,
        secure=settings.OVER_HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


def browser_name(user_agent: str) -> str:
    """`Chrome trên Android`; what the list does not know is `Trình duyệt`."""
    said = user_agent[:LONGEST_LOOKED_AT]
    browser = _first(_BROWSERS, said) or _("Trình duyệt")
    system = _first(_SYSTEMS, said)
    return _("%(browser)s trên %(system)s") % {"browser": browser, "system": system} if system else browser


def _first(marks: dict[str, str], user_agent: str) -> str:
    return next((name for mark, name in marks.items() if re.search(mark, user_agent)), "")
