"""A portrait's frame moved by hand: one press of a button, one small step, always within the picture. Pure."""

from __future__ import annotations

from typing import Final

from registration.pixels import Crop

# Parts of the frame's own width and height.
STEP: Final = 0.08
CLOSER: Final = 0.87
# Pixels: closer, and a face is enlarged into squares.
NARROWEST: Final = 120

_STEPS: Final = {"left": (-STEP, 0.0), "right": (STEP, 0.0), "up": (0.0, -STEP), "down": (0.0, STEP)}
_SCALES: Final = {"closer": CLOSER, "farther": 1 / CLOSER}
MOVES: Final = (*_STEPS, *_SCALES)


def moved(frame: Crop, *, size: tuple[int, int], move: str) -> Crop:
    """One of MOVES on a picture of `size` pixels; at an edge the frame stops, the same if it cannot go on.

    Closer and farther keep the middle where it is.
    """
    across, down = _STEPS.get(move, (0.0, 0.0))
    picture_width, picture_height = size
    widest = min(picture_width, picture_height * 3 / 4) / picture_width
    narrowest = min(NARROWEST / picture_width, frame.width)
    width = min(max(frame.width * _SCALES.get(move, 1.0), narrowest), widest)
    flat = picture_width / picture_height * 4 / 3  # a frame's height, by its width, both as fractions
    left = frame.left + (frame.width - width) / 2 + across * width
    top = frame.top + (frame.width - width) * flat / 2 + down * width * flat
    return Crop(left=_within(left, 1 - width), top=_within(top, 1 - width * flat), width=width)


def _within(place: float, last: float) -> float:
    return max(min(place, last), 0.0)
