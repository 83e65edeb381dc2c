"""What a machine can tell about a picture's quality: advice for the citizen, a flag for the officer.

A hint never refuses a picture. False alarms are worse than misses, so each threshold lies far out, and what
cannot be told honestly is not told: whether a paper's corners are in the picture would need the paper to be found.

Pure: an RGB picture in, codes out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext_lazy as _
from PIL import Image

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

BLURRED, GLARE, DARK, SMALL = "blurred", "glare", "dark", "small"

# A cut narrower than this is enlarged more than twice for its 600 pixels: eyes become guesses.
_SMALL_CUT: Final = 300
# An identity card that fills such a picture has letters of about 12 pixels, the least a reader is sure of.
_SMALL_PAPER: Final = 720


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
}


def of_portrait(cut: Image.Image, *, cut_width: float) -> tuple[str, ...]:
    """Of the 600×800 cut, which was `cut_width` pixels wide before it was enlarged or reduced."""
    return _of(cut.convert("L"), is_small=cut_width < _SMALL_CUT)


def of_paper(whole: Image.Image) -> tuple[str, ...]:
    grey = whole.convert("L")
    return _of(grey, is_small=max(whole.size) < _SMALL_PAPER)


def _of(grey: Image.Image, *, is_small: bool) -> tuple[str, ...]:
    found = {SMALL: is_small}
    return tuple(code for code, is_so in found.items() if is_so)
