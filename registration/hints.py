"""What a machine can tell about a picture's quality: advice for the citizen, a flag for the officer.

A hint never refuses a picture. False alarms are worse than misses, so each threshold lies far out, and what
cannot be told honestly is not told: of faces nothing where nobody looked for them.

Pure: the picture as kept (RGB or YCbCr) in, codes out, in a few milliseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageChops, ImageFilter, ImageStat

from registration import paper_edges

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from registration.framing import Face

BLURRED, GLARE, DARK, SMALL = "blurred", "glare", "dark", "small"
NO_FACE, MANY_FACES, CUT_OFF = "no_face", "many_faces", "cut_off"

# A cut narrower than this is enlarged more than twice for its 600 pixels: eyes become guesses.
_SMALL_CUT: Final = 300
# An identity card that fills such a picture has letters of about 12 pixels, the least a reader is sure of.
_SMALL_PAPER: Final = 720

# Sharpness is judged at the size of a portrait, where a softness of one pixel more or less shows nowhere.
_SIDE: Final = 800
# Grey levels across an edge worth judging by; a fog has none, and nothing is said of its sharpness.
_EDGE: Final = 24
_FAR: Final = 20
_EDGE_SHARE: Final = 0.01
_STEEP_SHARE: Final = 0.001
# Of a sharp edge's whole step, a third or more lies between two neighbours; of one smeared by a Gaussian of three and
# a half pixels (of 800) an eighth. Letters of a card that fills the picture are gone by then, a face is a guess.
_SHARP: Final = 0.12

# The brightest twentieth of a picture is darker than a 16th of full light (sRGB 70 of 255).
_DARK: Final = 70
_BRIGHT_SHARE: Final = 0.05

# Glare is white, at least 2.5 % of the picture's side across, and fades away: a sheet of white paper ends at an edge.
_GLARE_SIDE: Final = 200
_WHITE: Final = 250
_CORE: Final = 5
_GLARE_SHARE: Final = 0.15
_NEAR: Final = (1, 3)  # pixels from the spot's edge
_FAR_OFF: Final = (10, 14)
_HALO: Final = 238
_FADES: Final = 8

# Of the largest face's width.
_NO_PASSER_BY: Final = 0.6


class Words(NamedTuple):
    """`citizen`: what is wrong and what to do; `officer`: what to look at."""

    citizen: StrOrPromise
    officer: StrOrPromise


WORDS: Final[dict[str, Words]] = {
    BLURRED: Words(
        _("Ảnh có vẻ bị mờ. Hãy giữ chắc máy, chạm vào màn hình để lấy nét rồi chụp lại."),
        _("Ảnh có vẻ mờ: xem kỹ chữ và nét mặt."),
    ),
    GLARE: Words(
        _("Ảnh có vẻ bị lóa. Hãy tắt đèn flash, nghiêng giấy tờ tránh bóng đèn rồi chụp lại."),
        _("Ảnh có vẻ lóa: xem chữ có bị che không."),
    ),
    DARK: Words(
        _("Ảnh có vẻ tối. Hãy ra chỗ sáng hơn rồi chụp lại."),
        _("Ảnh có vẻ tối: xem kỹ chữ và nét mặt."),
    ),
    SMALL: Words(
        _("Ảnh hơi nhỏ nên có thể khó nhìn rõ. Hãy chụp gần hơn hoặc chọn ảnh gốc chưa thu nhỏ."),
        _("Ảnh nhỏ: xem có đủ rõ không."),
    ),
    NO_FACE: Words(
        _("Có vẻ chưa thấy khuôn mặt trong khung. Hãy chụp thẳng, đủ sáng; ảnh bị nằm ngang thì bấm Xoay."),
        _("Máy không thấy khuôn mặt: xem có đúng ảnh chân dung không."),
    ),
    MANY_FACES: Words(
        _("Có vẻ có nhiều khuôn mặt trong khung. Hãy chỉnh khung để chỉ còn một người hoặc chụp lại."),
        _("Máy thấy nhiều khuôn mặt: xem ai là người khai."),
    ),
    CUT_OFF: Words(
        _("Có vẻ giấy tờ bị mất góc hoặc mép. Hãy lùi máy ra để thấy đủ bốn góc rồi chụp lại."),
        _("Giấy tờ có vẻ bị mất góc hoặc mép: xem có đủ thông tin không."),
    ),
}


def words(codes: str) -> list[Words]:
    """Of `Photo.hints`, blanks between; a code of a version before that has no words any more says nothing."""
    return [WORDS[code] for code in codes.split() if code in WORDS]


def of_portrait(cut: Image.Image, *, cut_width: float, faces: tuple[Face, ...] | None = None) -> tuple[str, ...]:
    """Of the 600×800 cut, which was `cut_width` pixels wide before it was enlarged or reduced.

    `faces` are those in the cut; None where nobody looked. A picture too poor to see one in has its advice already.
    """
    poor = _found(_grey(cut), is_small=cut_width < _SMALL_CUT, with_glare=False)
    if faces == () and not poor:
        return (NO_FACE,)
    return (*poor, MANY_FACES) if _are_many(faces or ()) else poor


def of_paper(whole: Image.Image) -> tuple[str, ...]:
    """Skin and walls shine without harm, so glare is looked for on papers only."""
    found = _found(_grey(whole), is_small=max(whole.size) < _SMALL_PAPER, with_glare=True)
    return (*found, CUT_OFF) if paper_edges.is_cut_off(whole) else found


def _are_many(faces: tuple[Face, ...]) -> bool:
    """Two that are seen as well as each other: a passer-by is smaller, a pattern is not sure."""
    sure = [face.width for face in faces if face.is_sure]
    return sum(width >= max(sure) * _NO_PASSER_BY for width in sure) > 1


def _found(grey: Image.Image, *, is_small: bool, with_glare: bool) -> tuple[str, ...]:
    """What is small is soft once it is enlarged, and what is dark is grainy: one advice is enough for each."""
    is_dark = _is_dark(grey)
    found = {
        DARK: is_dark,
        SMALL: is_small,
        BLURRED: not is_small and not is_dark and _is_blurred(grey),
        GLARE: with_glare and _has_glare(grey),
    }
    return tuple(code for code, is_so in found.items() if is_so)


def _grey(image: Image.Image) -> Image.Image:
    return image.convert("L").reduce(max(round(max(image.size) / _SIDE), 1))


def _is_dark(grey: Image.Image) -> bool:
    return _level(grey, share=_BRIGHT_SHARE) < _DARK


def _is_blurred(grey: Image.Image) -> bool:
    """Whether the sharpest edges, both across and down, rise slowly: a hand that shook one way is let pass."""
    if min(grey.size) <= _FAR:
        return False
    found = [sharpness for down in (False, True) if (sharpness := _sharpness(grey, down=down)) is not None]
    return bool(found) and max(found) < _SHARP


def _sharpness(grey: Image.Image, *, down: bool) -> float | None:
    """How much of the strongest edges' step lies between two neighbours, 0 to 1; None without such edges.

    An edge has fewer steep pixels than pixels with the whole step across them.
    """
    whole_step = _level(_steps(grey, by=_FAR, down=down), share=_EDGE_SHARE)
    if whole_step < _EDGE:
        return None
    return _level(_steps(grey, by=1, down=down), share=_STEEP_SHARE) / whole_step


def _steps(grey: Image.Image, *, by: int, down: bool) -> Image.Image:
    """Differences between pixels that lie `by` apart."""
    width, height = grey.size
    right, below = (0, by) if down else (by, 0)
    here = grey.crop((0, 0, width - right, height - below))
    return ImageChops.difference(here, grey.crop((right, below, width, height)))


def _level(grey: Image.Image, *, share: float) -> int:
    """The grey level that `share` of the pixels reach."""
    left = share * grey.width * grey.height
    for level, count in reversed(list(enumerate(grey.histogram()))):
        left -= count
        if left < 0:
            return level
    return 0


def _has_glare(grey: Image.Image) -> bool:
    """Whether a white spot, not too large to be a lamp's, fades into what surrounds it."""
    small = grey.reduce(max(max(grey.size) // _GLARE_SIDE, 1))
    white = small.point(lambda level: 255 * (level >= _WHITE))
    core = white.filter(ImageFilter.BoxBlur(_CORE // 2)).point(lambda level: 255 * (level == 255))
    if not 0 < ImageStat.Stat(core).mean[0] / 255 < _GLARE_SHARE:
        return False
    near, far = _level_around(small, core, _NEAR), _level_around(small, core, _FAR_OFF)
    return near is not None and far is not None and near >= _HALO and near - far >= _FADES


def _level_around(grey: Image.Image, core: Image.Image, distances: tuple[int, int]) -> float | None:
    """The usual level at such distances from the spot (letters are the lesser part of a paper), if there is any."""
    inner, outer = (_grown(core, by=_CORE // 2 + distance) for distance in distances)
    ring = ImageChops.subtract(outer, inner)
    return ImageStat.Stat(grey, ring).median[0] if ring.getbbox() else None


def _grown(spot: Image.Image, *, by: int) -> Image.Image:
    return spot.filter(ImageFilter.BoxBlur(by)).point(lambda level: 255 * (level > 0))
