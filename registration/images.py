"""Turns an uploaded file into the one picture the portal keeps.

Bytes in, bytes out: no model, no request. What a file is gets judged by decoding it, and the
picture is drawn anew, so nothing of the original but its pixels lives on. Costs are bounded:
a header over the limits is refused before decoding, at most `DECODERS` pictures are decoded at
once in a process (320 MB each at worst), and HEIC and WebP are decoded in a limited process.

Moving pictures are refused: what an officer sees must be all there is to see.
"""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, BinaryIO, Final

from django.utils.translation import gettext_lazy as _
from PIL import Image

from accounts.errors import PortalError
from registration.containers import Kind, announced_pixels, is_bloated, kind_of
from registration.pixels import MAX_PIXELS, Reason, Refused, Shape, check_header, opened, redrawn

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

__all__ = ["Picture", "Shape", "prepare"]

MAX_BYTES: Final = 12 * 1024 * 1024
DECODERS: Final = 2
THUMBNAIL_SIDE: Final = 320

_QUALITY: Final = 85
_WAIT_SECONDS: Final = 2  # longer, and waiting uploads would hold every web thread
_APART_SECONDS: Final = 15
_ROOT: Final = Path(__file__).resolve().parent.parent
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
}


@dataclass(frozen=True)
class Picture:
    """JPEG in sRGB without metadata; `thumbnail` is the same with a longest side of 320."""

    data: bytes
    width: int
    height: int
    thumbnail: bytes


def prepare(file: BinaryIO, *, shape: Shape) -> Picture:
    """Read `file` from its start and draw it anew in `shape`.

    A portrait is enlarged to its fixed size when the source is smaller (an old phone's 480×640
    is still a recognisable face), a document never. Raises a `PhotoError`.
    """
    data = _read(file)
    try:
        final = _final(data, kind=_judged(data), shape=shape)
    except Refused as refusal:
        raise _ERRORS[refusal.reason]() from refusal
    small = final.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return Picture(data=_jpeg(final), width=final.width, height=final.height, thumbnail=_jpeg(small))


def _read(file: BinaryIO) -> bytes:
    file.seek(0)
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise PhotoTooLarge
    if not data:
        raise PhotoUnreadable
    return data


def _judged(data: bytes) -> Kind:
    kind = kind_of(data)
    if kind is None:
        raise PhotoUnsupported
    if announced_pixels(data, kind=kind) > MAX_PIXELS:
        raise Refused(Reason.TOO_MANY_PIXELS)
    if is_bloated(data, kind=kind):
        raise Refused(Reason.UNREADABLE)
    return kind


def _final(data: bytes, *, kind: Kind, shape: Shape) -> Image.Image:
    if kind in (Kind.HEIC, Kind.WEBP):
        data, kind = _decoded_apart(data, kind=kind, shape=shape), Kind.PNG
    with opened(data, pillow_format=kind.value) as image:
        check_header(image, shape=shape)
        with _slot():
            return redrawn(image, shape=shape)


@contextmanager
def _slot() -> Iterator[None]:
    if not _slots.acquire(timeout=_WAIT_SECONDS):
        raise Refused(Reason.BUSY)
    try:
        yield
    finally:
        _slots.release()


def _decoded_apart(data: bytes, *, kind: Kind, shape: Shape) -> bytes:
    """The final picture as PNG. The child sees nothing of this process's environment."""
    command = [sys.executable, "-B", "-m", "registration.decoder", kind.value, shape.value]
    try:
        with _slot():
            done = subprocess.run(  # noqa: S603 - both arguments are values of our own enums
                command,
                input=data,
                capture_output=True,
                timeout=_APART_SECONDS,
                cwd=_ROOT,
                env={},
                check=False,
            )
    except subprocess.TimeoutExpired as error:
        raise Refused(Reason.UNREADABLE) from error
    if done.returncode == 0:
        return done.stdout
    if done.returncode in list(Reason):
        raise Refused(Reason(done.returncode))
    logger.warning("photo decoder broke down, exit %s", done.returncode)
    raise Refused(Reason.UNREADABLE)


def _jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_QUALITY, optimize=True)
    return buffer.getvalue()
