"""A portrait's frame: round a face to begin with, then moved by hand, always within the picture. Pure."""

from __future__ import annotations

from typing import Final, NamedTuple

from registration.pixels import Crop, central_crop

# Parts of the frame's own width and height.
STEP: Final = 0.08
CLOSER: Final = 0.87
# Pixels: closer, and a face is enlarged into squares.
NARROWEST: Final = 120

_STEPS: Final = {"left": (-STEP, 0.0), "right": (STEP, 0.0), "up": (0.0, -STEP), "down": (0.0, STEP)}
_SCALES: Final = {"closer": CLOSER, "farther": 1 / CLOSER}
MOVES: Final = (*_STEPS, *_SCALES)

# Of a face's height, which is from the middle of the forehead to the chin: two thirds of a head with its hair. So the
# head is rather more than half the frame's height, a tenth is free above and the shoulders are in it, as on papers.
_FRAME: Final = 2.7
_ABOVE: Final = 0.65
# Pixels: the machine's own frame is never one the citizen is then told is too narrow.
_NARROWEST_ALONE: Final = 300


class Face(NamedTuple):
    """Fractions of the picture's width and height; one that is not sure is a trace, not to be cut round."""

    left: float
    top: float
    width: float
    height: float
    is_sure: bool = True


def around(face: Face, *, size: tuple[int, int]) -> Crop:
    """The frame a photographer would choose for this face, as far as the picture reaches."""
    flat = _flat(size)
    width = max(face.height * _FRAME / flat, _NARROWEST_ALONE / size[0])
    width = min(width, central_crop(size).width)
    # Larger or smaller than chosen, it keeps the face where it is in the frame.
    top = face.top + face.height / 2 - (_ABOVE + 0.5) / _FRAME * width * flat
    left = face.left + (face.width - width) / 2
    return Crop(left=_within(left, 1 - width), top=_within(top, 1 - width * flat), width=width)


def moved(frame: Crop, *, size: tuple[int, int], move: str) -> Crop:
    """One of MOVES on a picture of `size` pixels; at an edge the frame stops, the same if it cannot go on.

    Closer and farther keep the middle where it is.
    """
    across, down = _STEPS.get(move, (0.0, 0.0))
    narrowest = min(NARROWEST / size[0], frame.width)
    width = min(max(frame.width * _SCALES.get(move, 1.0), narrowest), central_crop(size).width)
    flat = _flat(size)
    left = frame.left + (frame.width - width) / 2 + across * width
    top = frame.top + (frame.width - width) * flat / 2 + down * width * flat
    return Crop(left=_within(left, 1 - width), top=_within(top, 1 - width * flat), width=width)


def inside(frame: Crop, faces: tuple[Face, ...], *, size: tuple[int, int]) -> tuple[Face, ...]:
    """Those whose middle is in the frame."""
    flat = _flat(size)
    return tuple(
        face
        for face in faces
        if 0 <= face.left + face.width / 2 - frame.left <= frame.width
        and 0 <= face.top + face.height / 2 - frame.top <= frame.width * flat
    )


def _flat(size: tuple[int, int]) -> float:
    """A frame's height by its width, both as fractions of the picture."""
    return size[0] / size[1] * 4 / 3


def _within(place: float, last: float) -> float:
    return max(min(place, last), 0.0)
