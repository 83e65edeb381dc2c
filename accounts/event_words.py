"""What the codes of events are called where people read them; a code without a word here is shown as it is."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Promise] = {
    "session.started": _("Đăng nhập"),
    "session.ended": _("Đăng xuất"),
    "device.taken_over": _("Chuyển sang thiết bị khác"),
    "password.changed": _("Đổi mật khẩu"),
    "account.issued": _("Cấp tài khoản"),
    "credentials.reissued": _("Cấp lại mật khẩu một lần"),
    "staff.added": _("Thêm tài khoản cán bộ, cơ sở KCB"),
    "staff.changed": _("Sửa tài khoản cán bộ, cơ sở KCB"),
    "authenticator.added": _("Thêm ứng dụng xác thực"),
    "authenticator.changed": _("Sửa ứng dụng xác thực"),
    "authenticator.removed": _("Xóa ứng dụng xác thực"),
    "recovery_codes.added": _("Thêm bộ mã dự phòng"),
    "recovery_codes.changed": _("Sửa bộ mã dự phòng"),
    "recovery_codes.removed": _("Xóa bộ mã dự phòng"),
    "declaration.file": _("Người khai bấm Ghi nhận"),
    "declaration.receive": _("Tiếp nhận hồ sơ"),
    "declaration.accept": _("Chấp nhận, cấp tài khoản"),
    "declaration.refuse": _("Từ chối"),
    "declaration.resend": _("Gửi lại mật khẩu một lần"),
    "declaration.viewed": _("Xem tờ khai"),
    "photo.viewed": _("Xem ảnh trong tờ khai"),
    "card.checked": _("Kiểm tra thẻ ở cơ sở KCB"),
    "card.check_missed": _("Kiểm tra thẻ, không tìm thấy"),
    "card.seen": _("Xem thẻ BHYT"),
    "person.seen": _("Xem người tham gia"),
    "participationperiod.seen": _("Xem quá trình tham gia"),
}
OBJECTS: dict[str, Promise] = {
    "declaration": _("Tờ khai"),
    "user": _("Tài khoản"),
    "person": _("Người tham gia"),
    "card": _("Thẻ BHYT"),
    "participationperiod": _("Quá trình tham gia"),
}


def object_code(words: str) -> str:
    """`declaration` from «tờ khai», or the code itself."""
    for code, name in OBJECTS.items():
        if str(name).casefold() == words.casefold():
            return code
    return words
