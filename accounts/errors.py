"""The portal's one family of errors.

A service raises one of these when a rule stops it; the view or form that
called it shows `str(error)` beside what was kept. Each class has a stable
`code` (for tests, logs and events) and a Vietnamese sentence that says what
happened and what to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class PortalError(Exception):
    """Base of every rule the portal refuses by. `params` fill the sentence's %(name)s places."""

    code: ClassVar[str] = "error"
    message: ClassVar[StrOrPromise] = _("Có lỗi xảy ra. Vui lòng thử lại.")

    def __init__(self, **params: object) -> None:
        super().__init__(self.code)
        self.params = params

    def __str__(self) -> str:
        return str(self.message) % self.params


class TooManyRequests(PortalError):
    """The named `limit` is used up; `retry_after` is in seconds."""

    code = "too_many_requests"
    message = _("Bạn đã thử quá nhiều lần. Vui lòng chờ %(wait)s rồi thử lại.")
    of_codes = _("Đã lấy mã quá nhiều lần. Chờ %(wait)s rồi lấy mã mới; những gì đã lưu vẫn giữ nguyên.")

    def __init__(self, *, retry_after: int, limit: str = "") -> None:
        super().__init__(wait=_wait_words(retry_after))
        self.retry_after, self.limit = retry_after, limit

    def __str__(self) -> str:
        return str(self.of_codes if self.limit.startswith("code.") else self.message) % self.params


class Busy(PortalError):
    code = "busy"
    message = _("Lần gửi trước của bạn còn đang được xử lý. Chờ một lát rồi thử lại; những gì đã lưu vẫn giữ nguyên.")


class Crowded(PortalError):
    code = "crowded"
    message = _("Đang có quá nhiều người đăng nhập cùng lúc. Chờ một phút rồi bấm lại; chưa có gì thay đổi.")


def _wait_words(seconds: int) -> str:
    if seconds < 90:
        return str(_("%(count)d giây")) % {"count": max(seconds, 1)}
    if seconds < 2 * 60 * 60:
        return str(_("%(count)d phút")) % {"count": -(-seconds // 60)}
    return str(_("%(count)d giờ")) % {"count": -(-seconds // (60 * 60))}
