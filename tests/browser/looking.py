"""What every page has to be, whatever is on it: in its reader's language, within the screen, readable when enlarged,
without a fault of axe."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser import pictures
from tests.browser.languages import vietnamese_left
from tests.browser.visitors import has_javascript, language_of

SMALLEST = 320  # CSS px: a 1280 px screen at 400 %
DOUBLE_TEXT = "size => { document.documentElement.style.fontSize = size }"
# What sticks out, unless an ancestor lets it be scrolled to.
STICKS_OUT = """() => {
  const edge = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= edge) { return []; }
  return Array.from(document.body.querySelectorAll("*"))
    .filter(one => one.getBoundingClientRect().right > edge + 0.5)
    .map(one => one.outerHTML.slice(0, 120));
}"""


def look(page: Page, name: str, *, is_desk: bool = False) -> None:
    """Judge the page as it stands, at its narrowest, and with text of double size (a desk's on its own wide screen)."""
    own, language = page.viewport_size, language_of(page)
    name = name if language == "vi" else f"{name}-{language}"
    _fits(page, f"{name} at {own['width']} px")
    pictures.keep(page, name)
    _reads(page, name, language)
    if has_javascript(page):
        _has_no_fault(page, name)
        page.set_viewport_size({**own, "width": SMALLEST})
        _fits(page, f"{name} at {SMALLEST} px")
        page.set_viewport_size(own if is_desk else {**own, "width": SMALLEST})
        page.evaluate(DOUBLE_TEXT, "200%")
        _fits(page, f"{name} with text of double size")
        page.evaluate(DOUBLE_TEXT, "")
        page.set_viewport_size(own)


def _reads(page: Page, name: str, language: str) -> None:
    """Once for all: the language of a page is that of its visitor, and no word is left in the other."""
    assert page.locator("html").get_attribute("lang") == language, name
    assert language == "vi" or not vietnamese_left(page), f"{name}: {vietnamese_left(page)}"


def _has_no_fault(page: Page, name: str) -> None:
    found = Axe().run(page).response["violations"]
    assert not found, f"{name}: {[(one['id'], [node['html'][:200] for node in one['nodes']]) for one in found]}"


def _fits(page: Page, where: str) -> None:
    sticking_out = page.evaluate(STICKS_OUT)
    assert not sticking_out, f"{where} is wider than the screen: {sticking_out[:3]}"
