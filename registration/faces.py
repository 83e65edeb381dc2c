"""Where the faces in a picture are, for the frame of a portrait and its hints; with OpenCV installed, an extra.

Advice, so it never fails: what cannot be told now is None, and the portrait is cut as without it. Nothing is kept.
"""

from __future__ import annotations

import json
from threading import BoundedSemaphore
from typing import Final

from PIL import Image

from registration import apart, pixels
from registration.framing import Face
from registration.pixels import Reason, Refused

FINDERS: Final = 2  # at once in a process
_SIDE: Final = 320  # pixels: a face of a third of that is 100 across, and the cascades look for 20
_APART_SECONDS: Final = 3  # a citizen waits for it; on a machine busier than that, nothing is told
_places: Final = BoundedSemaphore(FINDERS)


def found(whole: Image.Image) -> tuple[Face, ...] | None:
    """The largest first; empty where there is no trace of one. None: nobody could look."""
    grey = pixels.within(whole.convert("L"), side=_SIDE)
    try:
        with apart.one_of(_places, wait=0, busy=Refused(Reason.BUSY)):
            return _said(grey)
    except (Refused, OSError, ValueError):  # refused, not started, or not understood
        return None


def _said(grey: Image.Image) -> tuple[Face, ...]:
    width, height = grey.size
    size = f"{width}x{height}"
    answer = apart.answer_of("face_finder", grey.tobytes(), argument=size, seconds=_APART_SECONDS)
    faces = (
        Face(left / width, top / height, across / width, down / height, is_sure)
        for left, top, across, down, is_sure in json.loads(answer)
    )
    return tuple(sorted(faces, key=lambda face: -face.width))
