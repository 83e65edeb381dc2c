"""The text of a paper's QR code in a picture.

Bytes in, text out: no model, no request, nothing kept. The bounds and the refusals are those of
`registration.images`; decoding and looking happen in a process apart (`registration.qr_decoder`), for every format:
the reader of codes is one more large program in front of a stranger's file.
"""

from __future__ import annotations

import json
from threading import BoundedSemaphore
from typing import BinaryIO, Final

from accounts.paper_codes import classify
from registration import apart, images
from registration.containers import Kind
from registration.pixels import Reason, Refused

READERS: Final = 2  # at once in a process
_WAIT_SECONDS: Final = 2
_APART_SECONDS: Final = 10
_places: Final = BoundedSemaphore(READERS)


def read(file: BinaryIO) -> str | None:
    """The text of a CCCD's or BHYT card's code in a picture of up to 12 MB, read from its start.

    A CCCD before a BHYT card, where a picture shows both; None where it shows neither. Raises an
    `images.PhotoError` for what `images.prepare` would not take either.
    """
    data = images.bounded(file)
    with images.told():
        texts = _texts(data, kind=images.judged(data))
    papers = {classify(text): text for text in reversed(texts)}
    return papers.get("cccd") or papers.get("bhyt")


def _texts(data: bytes, *, kind: Kind) -> list[str]:
    """Of every code found."""
    with apart.one_of(_places, wait=_WAIT_SECONDS, busy=Refused(Reason.BUSY)):
        answer = apart.answer_of("qr_decoder", data, argument=kind.value, seconds=_APART_SECONDS)
    return [str(text) for text in json.loads(answer)]
