"""Security notices as letters: each language as people write it, for whoever gave an e-mail address.

Nobody has proved that the address is the owner's, and mail is read by many: a
letter holds no code, no password, no link, and no more of the login name than
its owner needs to tell one account of the family from another.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SHOWN_OF_A_LOGIN = 4  # its last characters


class _Words(NamedTuple):
    happened: str | Promise
    to_do: str | Promise


_REPORT = gettext_lazy(
    "Nếu không phải bạn: vào cổng, đổi mật khẩu ngay (không vào được thì dùng mục Quên mật khẩu), rồi báo cơ quan BHXH."
)
_ANYTHING_ELSE = _Words(gettext_lazy("Thiết lập bảo mật của tài khoản vừa thay đổi"), _REPORT)
# By the purpose of the notice, as in the outbox.
_WORDS = {
    "device": _Words(gettext_lazy("Tài khoản vừa đăng nhập trên một trình duyệt mới"), _REPORT),
    "password": _Words(gettext_lazy("Mật khẩu của tài khoản vừa được đổi"), _REPORT),
    "phone": _Words(
        gettext_lazy("Số điện thoại nhận mã của tài khoản vừa được đổi"),
        gettext_lazy("Nếu không phải bạn: mang giấy tờ tùy thân đến cơ quan BHXH ngay để lấy lại tài khoản."),
    ),
    "recovery_codes": _Words(gettext_lazy("Một mã dự phòng của tài khoản vừa được dùng"), _REPORT),
    "locked": _Words(
        gettext_lazy("Tài khoản vừa bị khóa vì có người bấm «Không phải tôi»"),
        gettext_lazy("Dữ liệu vẫn giữ nguyên. Để mở lại: vào mục Quên mật khẩu, mã sẽ gửi về số điện thoại của bạn."),
    ),
    "second_factor": _Words(
        gettext_lazy("Xác thực hai bước của tài khoản vừa được đặt lại"),
        gettext_lazy("Lần đăng nhập tới sẽ cài lại từ đầu. Nếu bạn không yêu cầu: báo ngay cho người quản trị."),
    ),
    "code_declared": _Words(
        gettext_lazy("Có người vừa nộp tờ khai đăng ký với mã số BHXH của bạn từ một số điện thoại khác"),
        gettext_lazy("Tài khoản của bạn không thay đổi. Nếu không phải bạn: báo cơ quan BHXH."),
    ),
    "signed_out": _Words(
        gettext_lazy("Cán bộ BHXH vừa cho tài khoản thoát khỏi thiết bị đang dùng"),
        gettext_lazy("Bạn đăng nhập lại như thường. Cần hỏi thì liên hệ cơ quan BHXH."),
    ),
}


def security_notice(*, purpose: str, login: str, at: datetime, language: str) -> str:
    """The subject in the first line, then the letter; a purpose without words of its own gets general ones.

    `language` is the receiver's: who causes a notice may read another.
    """
    words = _WORDS.get(purpose, _ANYTHING_ELSE)
    with translation.override(language):
        return _(
            "%(portal)s: %(happened)s\n\n"
            "Kính gửi chủ tài khoản có tên đăng nhập kết thúc bằng %(end)s,\n\n"
            "%(happened)s, lúc %(time)s.\n\n"
            "%(to_do)s\n\n"
            "Không ai, kể cả cán bộ BHXH, hỏi mật khẩu hay mã của bạn qua thư. Thư này không cần trả lời và không có "
            "đường dẫn để bấm: muốn vào cổng, bạn tự gõ địa chỉ %(address)s trên trình duyệt.\n"
        ) % {
            "portal": _(settings.PORTAL_NAME),
            "happened": words.happened,
            "end": login[-SHOWN_OF_A_LOGIN:],
            "time": _moment(at),
            "to_do": words.to_do,
            "address": urlsplit(settings.PORTAL_ORIGIN).netloc,
        }


def alarm(*, words: str, subject: str, at: datetime) -> str:
    """To an administrator, about the portal itself; `subject` is the name of a limit, a provider or a queue."""
    return _(
        "%(portal)s: %(what)s\n\n"
        "Từ %(time)s: %(what)s.\n\n"
        "Xem mục Cảnh báo hệ thống ở bàn quản trị (%(address)s). Thư này gửi một lần cho mỗi cảnh báo.\n"
    ) % {
        "portal": _(settings.PORTAL_NAME),
        "what": f"{words} ({subject})" if subject else words,
        "time": _moment(at),
        "address": urlsplit(settings.PORTAL_ORIGIN).netloc,
    }


def _moment(at: datetime) -> str:
    here = timezone.localtime(at)
    return _("%(time)s ngày %(day)s") % {"time": here.strftime("%H:%M"), "day": here.strftime("%d/%m/%Y")}
