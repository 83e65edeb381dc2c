"""Finds the faces in one grey picture in a process of its own, with limits.

`python -m registration.face_finder WIDTHxHEIGHT`: a byte a pixel on stdin; on stdout a JSON list of faces, each
`[left, top, width, height, is_sure]` in pixels. The picture is one we drew (`registration.faces`), so nothing is
parsed: it stands apart for its bounds of memory and time, and so that no web process carries OpenCV.

Where faces are, never whose: no features are taken, nothing is kept (docs/adr/0026-faces.md).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from registration.ceiling import limit_self

Box = tuple[int, int, int, int]
# A picture as OpenCV has it: numpy's own name for the type says more than is known here.
Grey = Any

_CPU_SECONDS: Final = 3
_SMALLEST: Final = 0.12  # of the shorter side; smaller ones are passers-by
_TILTS: Final = (-20, 20)  # degrees; upright, the cascades lose a head that leans further than 15


def main(size: str) -> int:
    cv2.setNumThreads(1)
    limit_self(cpu_seconds=_CPU_SECONDS)
    width, height = map(int, size.split("x"))
    grey = np.frombuffer(sys.stdin.buffer.read(), dtype=np.uint8).reshape(height, width)
    clear = cv2.equalizeHist(grey)
    faces = [(*box, True) for box in sure(clear)] or [(*box, False) for box in traces(grey, clear)]
    sys.stdout.write(json.dumps(faces))
    return 0


def sure(grey: Grey) -> list[Box]:
    """To be cut round and counted: two cascades, trained apart, agree."""
    found = _seen(_cascade("frontalface_alt2"), grey, neighbours=3)
    others = _seen(_cascade("frontalface_alt"), grey, neighbours=2) if found else []
    return [face for face in found if any(_is_same(face, other) for other in others)]


def traces(*pictures: Grey) -> list[Box]:
    """The first of anything like a face, seen weakly, leaning or from a side: beside it no absence is told."""
    frontal = [(_cascade(f"frontalface_{name}"), least) for name, least in (("alt2", 2), ("alt", 2), ("default", 3))]
    profile = _cascade("profileface")
    for picture in (*pictures, *(_leaning(pictures[-1], degrees) for degrees in _TILTS)):
        looks = [(cascade, picture, least) for cascade, least in frontal]
        looks += [(profile, picture, 2), (profile, cv2.flip(picture, 1), 2)]
        for cascade, seen, least in looks:
            if found := _seen(cascade, seen, neighbours=least):
                return found[:1]
    return []


def _cascade(name: str) -> cv2.CascadeClassifier:
    return cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / f"haarcascade_{name}.xml"))


def _seen(cascade: cv2.CascadeClassifier, grey: Grey, *, neighbours: int) -> list[Box]:
    smallest = max(round(min(grey.shape) * _SMALLEST), 20)
    found = cascade.detectMultiScale(grey, 1.1, neighbours, minSize=(smallest, smallest))
    return [(int(left), int(top), int(width), int(height)) for left, top, width, height in found]


def _is_same(one: Box, other: Box) -> bool:
    """Whether half of the smaller one lies in both."""
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return across > 0 and down > 0 and 2 * across * down >= min(one[2] * one[3], other[2] * other[3])


def _leaning(grey: Grey, degrees: int) -> Grey:
    height, width = grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return cv2.warpAffine(grey, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
