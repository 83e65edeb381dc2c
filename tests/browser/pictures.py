"""Screenshots when PORTAL_SCREENSHOTS names a folder: every page looked at, and the two pictures of the README."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

FOLDER = os.environ.get("PORTAL_SCREENSHOTS", "")
WALL = "#e2e4ee"
GAP = 16
COLOURS = 255


@dataclass(frozen=True, kw_only=True)
class Poster:
    """Pages in the order they hang, how much of the top of each is shown (px), and how large."""

    name: str
    pages: tuple[str, ...]
    size: tuple[int, int]
    scale: float
    across: int


POSTERS = (
    Poster(
        name="phone",
        pages=("360-check", "360-status", "360-card", "360-account"),
        size=(360, 1240),
        scale=2 / 3,
        across=4,
    ),
    Poster(
        name="desktop",
        pages=("1280-home", "1280-review", "1280-clinic-scanned-active"),
        size=(1280, 820),
        scale=0.7,
        across=1,
    ),
)


def keep(page: Page, name: str) -> None:
    """The whole page, named by its width and what it is."""
    if FOLDER:
        page.screenshot(path=_path(f"{page.viewport_size['width']}-{name}"), full_page=True)


def compose() -> None:
    """The posters whose pages this run has seen."""
    for poster in POSTERS:
        if FOLDER and all(_path(name).exists() for name in poster.pages):
            _hung(poster).save(_path(poster.name), optimize=True)


def _path(name: str) -> Path:
    return Path(FOLDER) / f"{name}.png"


def _hung(poster: Poster) -> Image.Image:
    width, height = (round(side * poster.scale) for side in poster.size)
    rows = -(-len(poster.pages) // poster.across)
    wall = Image.new("RGB", (poster.across * (width + GAP) + GAP, rows * (height + GAP) + GAP), WALL)
    for place, name in enumerate(poster.pages):
        row, column = divmod(place, poster.across)
        wall.paste(_top(name, poster), (GAP + column * (width + GAP), GAP + row * (height + GAP)))
    return wall.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


def _top(name: str, poster: Poster) -> Image.Image:
    width, height = poster.size
    with Image.open(_path(name)) as opened:
        shown = opened.convert("RGB").crop((0, 0, width, min(height, opened.height)))
    return shown.resize((round(width * poster.scale), round(shown.height * poster.scale)), Image.Resampling.LANCZOS)
