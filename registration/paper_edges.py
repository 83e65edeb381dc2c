"""Whether a paper in a photo leaves the picture. Pure, and silent wherever it could be mistaken.

Told only of a pale paper on a darker, even table that shows on most of the picture's rim: where the paper's edge is
beyond one side, or two that meet, and what is left of it has no paper's proportions. A scan shows no table; a hand, a
sheet under the card, a pattern or a lamp's light do not make one even rectangle.
"""

from __future__ import annotations

from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

_SIDE: Final = 100  # pixels: one of them is a centimetre of a metre
_UNLIKE: Final = (30, 60)  # levels of 255 from the table: the paper is the same by both, what merely shades off is not
_SAME: Final = 0.9
_PALE: Final = 120
_TABLE_SHARE: Final = 0.5  # of the rim
_LARGE: Final = 0.15  # of the picture
_FULL: Final = 0.8  # of its own upright box: a card that leans by six degrees is just so
_TOUCH: Final = 0.2  # of a side of the picture
_ALONG: Final = 0.85  # of the paper's own side: what holds it or lies beside it is narrower, as fingers are
_OF_A_PIECE: Final = 45  # levels between the whole paper and its cut edge: a hand that holds it is of another colour
_MIDDLES: Final = (
    (0.5, 0.5),
    (0.4, 0.5),
    (0.6, 0.5),
    (0.5, 0.4),
    (0.5, 0.6),
    (0.3, 0.5),
    (0.7, 0.5),
    (0.5, 0.3),
    (0.5, 0.7),
)
# Long side by short: a card 1.59, a passport's page 1.42, a sheet 1.41, less or more as they are held; cut by less than
# a fifth it still passes for one.
_PROPORTIONS: Final = (1.28, 1.75)


def is_cut_off(whole: Image.Image) -> bool:
    small = whole.reduce(max(max(whole.size) // _SIDE, 1)).convert("RGB")
    if min(small.size) < _SIDE // 3:
        return False
    table = _usual(small, _rim(small.size))
    weak, strong = (_unlike(small, table, by=levels) for levels in _UNLIKE)
    if not 0 < _share(strong, _rim(small.size)) <= 1 - _TABLE_SHARE:
        return False
    shaded, paper = _paper_in(weak), _paper_in(strong)
    if paper is None or shaded is None or _share(paper) < _SAME * _share(shaded):
        return False
    return _is_pale(small, paper, table=table) and _leaves(small, paper)


def _leaves(small: Image.Image, paper: Image.Image) -> bool:
    """Across one side or two that meet, in one piece, and not with a paper's proportions."""
    width, height = paper.size
    left, top, right, bottom = paper.getbbox() or (0, 0, 0, 0)
    if _share(paper.crop((left, top, right, bottom))) < _FULL or _share(paper) < _LARGE:
        return False
    touched = {side: strip for side, strip in _strips(width, height).items() if paper.crop(strip).getbbox()}
    if not touched or {"left", "right"} <= touched.keys() or {"top", "bottom"} <= touched.keys():
        return False
    low, high = _PROPORTIONS
    long, short = max(right - left, bottom - top), min(right - left, bottom - top)
    if low <= long / short <= high:
        return False
    usual = _usual(small, paper)
    return all(
        _share(paper.crop(strip)) >= _TOUCH
        and _share(paper.crop(strip).crop(_along(side, left, top, right, bottom))) >= _ALONG
        and _distance(_usual(small.crop(strip), paper.crop(strip)), usual) <= _OF_A_PIECE
        for side, strip in touched.items()
    )


def _along(side: str, left: int, top: int, right: int, bottom: int) -> tuple[int, int, int, int]:
    """The part of a strip beside the paper."""
    return (0, top, 1, bottom) if side in ("left", "right") else (left, 0, right, 1)


def _strips(width: int, height: int) -> dict[str, tuple[int, int, int, int]]:
    return {
        "left": (0, 0, 1, height),
        "top": (0, 0, width, 1),
        "right": (width - 1, 0, width, height),
        "bottom": (0, height - 1, width, height),
    }


def _rim(size: tuple[int, int]) -> Image.Image:
    rim = Image.new("L", size, 255)
    rim.paste(0, (2, 2, size[0] - 2, size[1] - 2))
    return rim


def _unlike(small: Image.Image, colour: tuple[int, ...], *, by: int) -> Image.Image:
    """Where it differs by more in any colour; letters and a face on a paper are closed over."""
    bands = ImageChops.difference(small, Image.new("RGB", small.size, colour)).split()
    furthest = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    there = furthest.point(lambda level: 255 * (level > by))
    return there.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.MinFilter(5))


def _paper_in(there: Image.Image) -> Image.Image | None:
    """The piece in the middle of the picture, or nearest to it."""
    width, height = there.size
    for x, y in _MIDDLES:
        place = (int(x * width), int(y * height))
        if there.getpixel(place):
            filled = there.copy()
            ImageDraw.floodfill(filled, place, 128)
            return filled.point(lambda level: 255 * (level == 128))
    return None


def _is_pale(small: Image.Image, paper: Image.Image, *, table: tuple[int, ...]) -> bool:
    light = sum(_usual(small, paper)) / 3
    return light >= _PALE and light - sum(table) / 3 >= _UNLIKE[0]


def _share(mask: Image.Image, of: Image.Image | None = None) -> float:
    return ImageStat.Stat(mask, of).mean[0] / 255


def _usual(picture: Image.Image, mask: Image.Image) -> tuple[int, ...]:
    return tuple(int(level) for level in ImageStat.Stat(picture, mask).median)


def _distance(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))
