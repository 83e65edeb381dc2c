"""Turns an uploaded file into the one picture the portal keeps.

Bytes in, bytes out: no model, no request. What a file is gets judged by decoding it, and the
picture is drawn anew, so nothing of the original but its pixels lives on. One decode serves all
that is kept. Costs are bounded: a header over the limits is refused before decoding, at most
`DECODERS` pictures are decoded at once in a process (320 MB each at worst), and HEIC and WebP
are decoded in a limited process.

Moving pictures are refused: what an officer sees must be all there is to see.
"""

from __future__ import annotations

import io
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, BinaryIO, Final

from django.utils.translation import gettext_lazy as _
from PIL import Image

from accounts.errors import PortalError
from registration import apart, faces, framing, hints, pixels
from registration.containers import Kind, announced_pixels, is_bloated, kind_of
from registration.pixels import MAX_PIXELS, Crop, Reason, Refused, Shape

if TYPE_CHECKING:
    from collections.abc import Iterator


__all__ = ["Crop", "Picture", "Shape", "prepare", "redraw"]

MAX_BYTES: Final = 12 * 1024 * 1024
DECODERS: Final = 2
THUMBNAIL_SIDE: Final = 320
THUMBNAIL_BYTES: Final = 12_000  # three of them and their page are a first view of 60 kB

_QUALITY: Final = 85
# Shown at less than half its size. Leaves and cloth weigh four times a face before a wall: those take the next.
_THUMBNAIL_QUALITIES: Final = (65, 45, 30)
_SOURCE_QUALITY: Final = 90  # it is cut, turned and drawn again
_WAIT_SECONDS: Final = 2  # longer, and waiting uploads would hold every web thread
_APART_SECONDS: Final = 15
_slots: Final = BoundedSemaphore(DECODERS)


class PhotoError(PortalError):
    """Base of every reason a photo is not taken."""

    code = "photo_error"


class PhotoTooLarge(PhotoError):
    code = "photo_too_large"
    message = _("Tệp ảnh nặng hơn %(megabytes)d MB. Hãy chọn ảnh nhẹ hơn hoặc chụp lại ở cỡ nhỏ hơn.")

    def __init__(self) -> None:
        super().__init__(megabytes=MAX_BYTES // (1024 * 1024))


class PhotoTooManyPixels(PhotoError):
    code = "photo_too_many_pixels"
    message = _("Ảnh lớn hơn %(megapixels)d triệu điểm ảnh. Hãy chụp lại ở cỡ nhỏ hơn hoặc chọn ảnh khác.")

    def __init__(self) -> None:
        super().__init__(megapixels=MAX_PIXELS // 1_000_000)


class PhotoTooSmall(PhotoError):
    code = "photo_too_small"
    message = _("Ảnh quá nhỏ nên không nhìn rõ. Hãy chọn ảnh gốc chưa thu nhỏ hoặc chụp lại gần hơn.")


class PhotoUnreadable(PhotoError):
    code = "photo_unreadable"
    message = _("Không mở được ảnh: tệp trống, bị hỏng hoặc tải lên chưa đủ. Hãy tải lại hoặc chọn ảnh khác.")


class PhotoUnsupported(PhotoError):
    code = "photo_unsupported"
    message = _("Tệp này không phải ảnh JPEG, PNG, WebP hoặc HEIC. Hãy chụp lại hoặc chọn ảnh khác.")


class PhotoAnimated(PhotoUnsupported):
    code = "photo_animated"
    message = _("Đây là ảnh động. Hãy chọn một ảnh tĩnh hoặc chụp lại.")


class PhotoBadCrop(PhotoError):
    code = "photo_bad_crop"
    message = _("Khung cắt quá nhỏ hoặc nằm ngoài ảnh. Ảnh vẫn được giữ như trước; hãy chọn lại khung cắt.")


class PhotoBusy(PhotoError):
    """All decoders stayed taken; nothing is wrong with the photo."""

    code = "photo_busy"
    message = _("Hệ thống đang xử lý nhiều ảnh. Vui lòng chờ một phút rồi tải ảnh lên lại.")


_ERRORS: Final[dict[Reason, type[PhotoError]]] = {
    Reason.UNREADABLE: PhotoUnreadable,
    Reason.TOO_MANY_PIXELS: PhotoTooManyPixels,
    Reason.TOO_SMALL: PhotoTooSmall,
    Reason.ANIMATED: PhotoAnimated,
    Reason.BUSY: PhotoBusy,
    Reason.BAD_CROP: PhotoBadCrop,
}


@dataclass(frozen=True)
class Picture:
    """JPEG in sRGB without metadata; `thumbnail` is the same with a longest side of 320.

    `source` is the whole upright picture a portrait was cut from, longest side at most 1600; a paper's
    `data` is that already. `hints` are codes of `registration.hints`; `crop` is what a portrait was cut by.
    """

    data: bytes
    width: int
    height: int
    thumbnail: bytes
    source: bytes | None
    hints: tuple[str, ...]
    crop: Crop | None = None


def prepare(
    file: BinaryIO, *, shape: Shape, turn: int = 0, crop: Crop | None = None, finds_faces: bool = False
) -> Picture:
    """Read `file` from its start and draw it anew in `shape`, turned clockwise by `turn` degrees.

    A portrait is cut by `crop` of the turned picture, else round its face if `finds_faces` and there is one,
    else centrally, and enlarged to its fixed size when that is smaller (an old phone's 480×640 is still a
    recognisable face); a paper is never enlarged and never cut. Raises a `PhotoError`.
    """
    data = bounded(file)
    with told():
        whole = pixels.turned(_whole(data, kind=judged(data)), turn)
        if shape is Shape.DOCUMENT:
            return _paper(whole, data=_jpeg(whole))
        source = _jpeg(whole, quality=_SOURCE_QUALITY)
        return _portrait(whole, crop=crop, source=source, finds_faces=finds_faces)


def redraw(stored: bytes, *, shape: Shape, turn: int, crop: Crop | None, finds_faces: bool = False) -> Picture:
    """From a `source` (of a portrait) or `data` (of a paper) of an earlier Picture, which it replaces.

    What is not turned keeps its bytes, so that cutting again and again loses nothing.
    """
    with told():
        whole = pixels.turned(_whole(stored, kind=Kind.JPEG), turn)
        if shape is Shape.DOCUMENT:
            return _paper(whole, data=_jpeg(whole) if turn else stored)
        source = _jpeg(whole, quality=_SOURCE_QUALITY) if turn else stored
        return _portrait(whole, crop=crop, source=source, finds_faces=finds_faces)


@contextmanager
def told() -> Iterator[None]:
    """A refusal becomes the error with its sentence."""
    try:
        yield
    except Refused as refusal:
        raise _ERRORS[refusal.reason]() from refusal


def bounded(file: BinaryIO) -> bytes:
    """All of it from its start, up to 12 MB; PhotoTooLarge, PhotoUnreadable where there is nothing."""
    file.seek(0)
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise PhotoTooLarge
    if not data:
        raise PhotoUnreadable
    return data


def judged(data: bytes) -> Kind:
    """The format, of a file that is not costly before its first pixel. PhotoUnsupported, or Refused (see `told`)."""
    kind = kind_of(data)
    if kind is None:
        raise PhotoUnsupported
    if announced_pixels(data, kind=kind) > MAX_PIXELS:
        raise Refused(Reason.TOO_MANY_PIXELS)
    if is_bloated(data, kind=kind):
        raise Refused(Reason.UNREADABLE)
    return kind


def _portrait(whole: Image.Image, *, crop: Crop | None, source: bytes, finds_faces: bool) -> Picture:
    """Cut by its own frame if it has one: a face that is found moves no frame a citizen has set."""
    frame = crop or pixels.central_crop(whole.size)
    seen = faces.found(whole) if finds_faces else None
    face = next((face for face in seen or () if face.is_sure), None)
    if face and not crop:
        frame = framing.around(face, size=whole.size)
    cut = pixels.portrait(whole, frame)
    inside = None if seen is None else framing.inside(frame, seen, size=whole.size)
    said = hints.of_portrait(cut, cut_width=frame.width * whole.width, faces=inside)
    return Picture(_jpeg(cut), cut.width, cut.height, _thumbnail(cut), source, said, frame)


def _paper(whole: Image.Image, *, data: bytes) -> Picture:
    return Picture(data, whole.width, whole.height, _thumbnail(whole), None, hints.of_paper(whole))


def _whole(data: bytes, *, kind: Kind) -> Image.Image:
    if kind in (Kind.HEIC, Kind.WEBP):
        return _decoded_apart(data, kind=kind)
    with pixels.opened(data, pillow_format=kind.value) as image:
        pixels.check_header(image)
        with _slot():
            return pixels.drawn(image)


def _slot() -> AbstractContextManager[None]:
    return apart.one_of(_slots, wait=_WAIT_SECONDS, busy=Refused(Reason.BUSY))


def _decoded_apart(data: bytes, *, kind: Kind) -> Image.Image:
    """The child's answer is measured, not parsed."""
    with _slot():
        answer = apart.answer_of("decoder", data, argument=kind.value, seconds=_APART_SECONDS)
    return pixels.unpacked(answer)


def _thumbnail(image: Image.Image) -> bytes:
    """The first quality that is light enough; what is noise alone stays heavier at the last."""
    small = pixels.within(image, side=THUMBNAIL_SIDE)
    *better, last = _THUMBNAIL_QUALITIES
    drawn = (_jpeg(small, quality=quality) for quality in better)
    return next((data for data in drawn if len(data) <= THUMBNAIL_BYTES), None) or _jpeg(small, quality=last)


def _jpeg(image: Image.Image, *, quality: int = _QUALITY) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
