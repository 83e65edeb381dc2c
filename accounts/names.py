"""Vietnamese names: how they are stored and how they are compared."""

from __future__ import annotations

import unicodedata

# Ð (Icelandic eth) is often typed for Đ; they look the same and must be one letter.
_LOOK_ALIKES = str.maketrans({"Ð": "Đ", "ð": "đ", "’": "'", "ʼ": "'"})
_WITHOUT_STROKE = str.maketrans({"Đ": "D", "đ": "d"})


def clean_name(text: str) -> str:
    """NFC, no control or zero-width characters, single blanks, Ð as Đ."""
    text = unicodedata.normalize("NFC", text).translate(_LOOK_ALIKES)
    kept = (" " if char.isspace() else char for char in text if char.isspace() or not _is_invisible(char))
    # Again: a hidden character may have kept a letter and its mark apart.
    return unicodedata.normalize("NFC", " ".join("".join(kept).split()))


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Co", "Cn", "Cs"}


def name_key(text: str) -> str:
    """Upper case without diacritics: `Đặng Thị Ơn` and `DANG THI ON` have the same key."""
    return " ".join(without_marks(clean_name(text).upper()).split())


def without_marks(text: str) -> str:
    """`Trình duyệt` as `Trinh duyet`."""
    decomposed = unicodedata.normalize("NFD", text.translate(_WITHOUT_STROKE))
    return "".join(char for char in decomposed if unicodedata.category(char) != "Mn")
