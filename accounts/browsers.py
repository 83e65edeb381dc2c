"""The browser that asks: the name people know it by, and the secrets it keeps in a cookie.

Names come from a closed list, so nothing a client writes about itself reaches a
page or a message (docs/adr/0010-one-device.md).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

KEPT_FOR = timedelta(days=400)  # browsers keep no cookie longer
LONGEST_LOOKED_AT = 512  # characters: real ones are shorter
MOST_PROOFS = 8  # accounts that share one browser
_KEY = re.compile(r"[\w-]{43}", re.ASCII)
_PROOF = re.compile(r"(\d{1,18})-(\d{1,9})-([0-9a-f]{32})", re.ASCII)

# Names are kept as written here; `in_words` translates.
_ANY, _ON = "Trình duyệt", " trên "
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


class Proof(NamedTuple):
    """What an account's device row gave the browser at its last login: the how-manieth login that was, and a keyed
    digest. `turn` is that row's id, 0 once the browser left the account by signing out.
    """

    turn: int
    login: int
    digest: str


class Browser(NamedTuple):
    """`key` says which browser this is; `proofs` holds one for each account, the newest last.

    Its cookie is `key.turn-login-digest.turn-login-digest`.
    """

    user_agent: str
    key: str
    proofs: tuple[Proof, ...] = ()

    @property
    def name(self) -> str:
        return browser_name(self.user_agent)

    def with_proof(self, proof: Proof, *, instead_of: Collection[Proof]) -> Browser:
        others = [kept for kept in self.proofs if kept not in instead_of]
        return self._replace(proofs=(*others[1 - MOST_PROOFS :], proof))

    def having_left(self, turn: int) -> Browser:
        return self._replace(proofs=tuple(kept._replace(turn=0) if kept.turn == turn else kept for kept in self.proofs))


def browser_of(request: HttpRequest) -> Browser:
    """One that has no key yet is given a new one; `keep` sends it along with the answer."""
    key, *rest = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "").split(".")
    user_agent = request.headers.get("User-Agent", "")
    if not _KEY.fullmatch(key):
        return Browser(user_agent, secrets.token_urlsafe(32))
    found = [_PROOF.fullmatch(part) for part in rest[-MOST_PROOFS:]]
    return Browser(user_agent, key, tuple(Proof(int(match[1]), int(match[2]), match[3]) for match in found if match))


def keep(response: HttpResponse, browser: Browser) -> HttpResponse:
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        ".".join([browser.key, *(f"{proof.turn}-{proof.login}-{proof.digest}" for proof in browser.proofs)]),
        max_age=KEPT_FOR,
        secure=settings.OVER_HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


def browser_name(user_agent: str) -> str:
    """`Chrome trên Android`; what the list does not know is `Trình duyệt`."""
    said = user_agent[:LONGEST_LOOKED_AT]
    return _name(_first(_BROWSERS, said), _first(_SYSTEMS, said))


def all_names() -> list[str]:
    """Every name there can be."""
    return [_name(browser, system) for browser in ("", *_BROWSERS.values()) for system in ("", *_SYSTEMS.values())]


def in_words(name: str) -> str:
    """A name, kept in Vietnamese, in the page's language."""
    browser, between, system = name.partition(_ON)
    known = _("Trình duyệt") if browser == _ANY else browser
    return _("%(browser)s trên %(system)s") % {"browser": known, "system": system} if between else known


def _name(browser: str, system: str) -> str:
    return f"{browser or _ANY}{_ON}{system}" if system else browser or _ANY


def _first(marks: dict[str, str], user_agent: str) -> str:
    return next((name for mark, name in marks.items() if re.search(mark, user_agent)), "")
