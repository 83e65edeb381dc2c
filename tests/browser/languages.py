"""Every page in both languages: who walks in which, what a page says in its own, and that it says nothing else."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import cache

import pytest
from playwright.sync_api import Page

from tests.browser.visitors import language_of
from tests.project.source_messages import entries

in_both_languages = pytest.mark.parametrize("language", ["vi", "en"])
# axe needs scripts, and what a page says does not depend on them: no run in English without.
in_three_ways = pytest.mark.parametrize(("javascript", "language"), [(False, "vi"), (True, "vi"), (True, "en")])

VIETNAMESE = re.compile("[À-ỹ]")
SHORTEST = 4  # letters of a message that is looked for
LONG = 20  # letters: such a message is part of no name of a place or office
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
TAG = re.compile(r"<[^>]*>")
CUT = re.compile(f"{PLACEHOLDER.pattern}|{TAG.pattern}")
# What a page puts together stands between these.
SEAM = re.compile(r"\s*[|:·;()]\s*")
# What is called so in every language.
NAMES = {"Tiếng Việt"}
# All there is to read, also what waits to be opened or is only said; not what people typed, nor what is Vietnamese and
# says so.
TO_READ = """() => {
  const said = [document.title];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const unread = "script, style, textarea, [lang=vi]";
  while (texts.nextNode()) {
    if (!texts.currentNode.parentNode.closest(unread)) { said.push(texts.currentNode.data); }
  }
  document.querySelectorAll("[alt], [title], [aria-label], [placeholder], [type=submit]").forEach(one => {
    if (one.closest("[lang=vi]")) { return; }
    ["alt", "title", "aria-label", "placeholder"].forEach(name => said.push(one.getAttribute(name) || ""));
    if (one.type === "submit") { said.push(one.value); }
  });
  return said.join(" | ");
}"""


def said(page: Page, words: str) -> str | re.Pattern[str]:
    """These words of the source as this page says them: a message, with its values if it has any, or a part of one."""
    return words if language_of(page) == "vi" else _in_english(words)


@cache
def _catalogue() -> list[tuple[str, str]]:
    return [pair for entry in entries("en/LC_MESSAGES/django") for pair in zip(entry.ids, entry.texts, strict=True)]


@cache
def _in_english(words: str) -> str | re.Pattern[str]:
    whole = {text for message, text in _catalogue() if message == words}
    if len(whole) == 1:
        return whole.pop()
    texts = whole or {text for message, text in _catalogue() if words in message} | set(_filled(words))
    assert texts, f"no message says «{words}»"
    return re.compile("|".join(map(_as_read, sorted(texts))))


def _filled(words: str) -> Iterator[str]:
    """Texts with the values that their messages have in `words`; a value with Vietnamese in it is none."""
    for message, text in _catalogue():
        places, parts = PLACEHOLDER.findall(message), PLACEHOLDER.split(message)
        found = places and re.fullmatch("(.+)".join(map(re.escape, parts)), words)
        if found and not VIETNAMESE.search("".join(found.groups())):
            for place, value in zip(places, found.groups(), strict=True):
                text = text.replace(place, value)
            yield text


def _as_read(text: str) -> str:
    """A pattern of what stands on the page: without tags, with anything where a value goes."""
    parts = PLACEHOLDER.split(html.unescape(TAG.sub("", text)))
    return ".*".join(r"\s+".join(map(re.escape, part.split(" "))) for part in parts)


def vietnamese_left(page: Page) -> list[str]:
    """Messages of the source that stand on a page in English; short ones by themselves: names have such words."""
    read = " ".join(str(page.evaluate(TO_READ)).split())
    pieces = {piece.rstrip(".,") for piece in SEAM.split(read)}
    return [one for one in _vietnamese_parts() if (one in read if len(one) >= LONG else one.rstrip(".,") in pieces)]


@cache
def _vietnamese_parts() -> list[str]:
    """Of messages what stands between tags, and between values if it is long enough to tell."""
    parts = {
        " ".join(html.unescape(part).split())
        for message, _ in _catalogue()
        for part in CUT.split(message)
        if len(part) >= LONG or not PLACEHOLDER.search(message)
    }
    return sorted(part for part in parts - NAMES if VIETNAMESE.search(part) and len(part) >= SHORTEST)
