"""Hands on a keyboard: Tab, Space, arrows, Enter, and what is typed."""

from __future__ import annotations

from playwright.sync_api import Page

FARTHEST = 60  # presses of Tab on one page
LONGEST_LIST = 200  # presses of an arrow
# A control nobody sees is no place to stand: it needs a mark around it (the skip link is there only when it has the
# focus), and to be within the window.
STANDS_VISIBLY = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  const marked = one.matches(".skip") || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
  return marked && box.width > 0 && box.bottom > 0 && box.top < window.innerHeight;
}"""


class Keyboard:
    """Hands on a keyboard; every stop of the focus is judged."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def stands_on(self, selector: str) -> bool:
        return bool(self.page.evaluate("selector => document.activeElement.matches(selector)", selector))

    def go_to(self, selector: str) -> None:
        """Tab by Tab from where the focus is; past the last control the browser's own take their turn."""
        for _ in range(FARTHEST):
            self.press("Tab")
            seen = self.page.evaluate(STANDS_VISIBLY)
            assert seen or self.stands_on("body"), (
                f"focus cannot be seen on {self.page.evaluate('document.activeElement.outerHTML')[:200]}"
            )
            if self.stands_on(selector):
                return
        raise AssertionError(f"no way to {selector} at {self.page.url}")

    def write(self, selector: str, text: str) -> None:
        self.go_to(selector)
        self.page.keyboard.type(text)

    def tick(self, selector: str) -> None:
        self.go_to(selector)
        self.press("Space")

    def choose(self, name: str, value: str) -> None:
        """A radio or an entry of a list: into the group with Tab, to the value with the arrow."""
        self.go_to(f"[name={name}]")
        if self.stands_on("[type=radio]"):
            self.press("Space")
        for _ in range(LONGEST_LIST):
            if self.page.evaluate("document.activeElement.value") == value:
                return
            self.press("ArrowDown")
        raise AssertionError(f"{value} is not in {name}")

    def go_on(self) -> None:
        """Enter on the main button, up to where the next page stands."""
        self.go_to("[data-primary]")
        self.enter()

    def enter(self) -> None:
        with self.page.expect_event("load"):
            self.press("Enter")


def signs_in(keyboard: Keyboard, login: str, password: str) -> None:
    """Some login pages put the focus in the first field by themselves."""
    if keyboard.stands_on("[name=username]"):
        keyboard.page.keyboard.type(login)
    else:
        keyboard.write("[name=username]", login)
    keyboard.write("[name=password]", password)
    keyboard.enter()
