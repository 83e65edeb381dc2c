"""Browsers of the tests' visitors; whatever a page did that no page of ours may do fails the test."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, WebError

PageMaker = Callable[..., Page]
# The browser's own lines for an answer of 4xx, which `_judge_answer` judges, and for a line that a test cuts.
ANSWER_LINES = tuple(
    f"Failed to load resource: {what}"
    for what in ("the server responded with a status of 4", "net::ERR_CONNECTION_RESET")
)
_with_javascript: set[BrowserContext] = set()
_languages: dict[BrowserContext, str] = {}


def has_javascript(page: Page) -> bool:
    return page.context in _with_javascript


def language_of(page: Page) -> str:
    return _languages[page.context]


def lose_cookies(page: Page, *, but: str = "") -> None:
    """All that the portal gave this browser, except the language and what is named like `but`."""
    kept = "|".join(name for name in (settings.LANGUAGE_COOKIE_NAME, but) if name)
    page.context.clear_cookies(name=re.compile(f"^(?!.*({kept}))"))


class Visitors:
    """Who comes to the portal at this address, all of whom read one language."""

    def __init__(self, chromium: Browser, url: str, language: str = "vi") -> None:
        self.chromium, self.url, self.language = chromium, url, language
        self.contexts: list[BrowserContext] = []
        self.faults: list[str] = []

    def new_page(self, *, width: int = 360, javascript: bool = False, **options: Any) -> Page:
        context = self.chromium.new_context(
            base_url=self.url,
            viewport={"width": width, "height": 740},
            java_script_enabled=javascript,
            locale="vi-VN",
            **options,
        )
        context.set_default_timeout(15_000)
        context.on("request", self._judge_request)
        context.on("response", self._judge_answer)
        context.on("console", self._judge_console)
        context.on("weberror", self._judge_script)
        self.contexts.append(context)
        _languages[context] = self.language
        if self.language != "vi":
            chosen = {"name": settings.LANGUAGE_COOKIE_NAME, "value": self.language, "url": self.url}
            context.add_cookies([chosen])
        if javascript:
            _with_javascript.add(context)
        return context.new_page()

    def leave(self) -> None:
        for context in self.contexts:
            context.close()
            _with_javascript.discard(context)
            del _languages[context]
        assert not self.faults, self.faults

    def _judge_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme.startswith("http") and address.netloc != urlsplit(self.url).netloc:
            self.faults.append(f"a request to {address.netloc}")

    def _judge_answer(self, answer: Response) -> None:
        """A page may be a refusal; a stylesheet, a script or a picture that is not there is a mistake."""
        if answer.status >= 500 or (answer.status >= 400 and not answer.request.is_navigation_request()):
            self.faults.append(f"{answer.status} for {answer.url}")

    def _judge_console(self, said: ConsoleMessage) -> None:
        """What axe does in a page is said without an address, and is not the page's own doing."""
        is_pages_own = bool(said.location["url"]) and not said.text.startswith(ANSWER_LINES)
        if said.type == "error" and is_pages_own:
            self.faults.append(f"{said.location['url']} line {said.location['lineNumber']}: {said.text}")

    def _judge_script(self, error: WebError) -> None:
        self.faults.append(f"script: {error.error}")
