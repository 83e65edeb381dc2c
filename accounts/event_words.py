"""What the codes of events and messages are called where people read them; one without a word is shown as it is."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Promise] = {
    "session.started": _("Đăng nhập"),
    "session.ended": _("Đăng xuất"),
    "device.taken_over": _("Chuyển sang thiết bị khác"),
    "device.disputed": _("Bấm «Không phải tôi», khóa tài khoản"),
    "device.ended_by_staff": _("Cán bộ cho thiết bị đang dùng thoát"),
    "password.changed": _("Đổi mật khẩu"),
    "password.reset": _("Đặt lại mật khẩu bằng mã"),
    "account.issued": _("Cấp tài khoản"),
    "credentials.reissued": _("Cấp lại mật khẩu một lần"),
    "account.unlocked": _("Mở khóa tài khoản"),
    "alert.closed": _("Xử lý xong cảnh báo tài khoản"),
    "phone.changed": _("Đổi số điện thoại nhận mã"),
    "language.changed": _("Đổi ngôn ngữ tin nhắn"),
    "recovery_codes.made": _("Tạo mã dự phòng"),
    "recovery_codes.used": _("Dùng một mã dự phòng"),
    "staff.added": _("Thêm tài khoản cán bộ, cơ sở KCB"),
    "staff.password_issued": _("Cấp mật khẩu một lần cho cán bộ, cơ sở KCB"),
    "staff.changed": _("Sửa tài khoản cán bộ, cơ sở KCB"),
    "authenticator.added": _("Cài ứng dụng xác thực"),
    "second_factor.reset": _("Đặt lại xác thực hai bước"),
    "authenticator.changed": _("Sửa ứng dụng xác thực"),
    "authenticator.removed": _("Xóa ứng dụng xác thực"),
    "recovery_codes.added": _("Thêm bộ mã dự phòng"),
    "recovery_codes.changed": _("Sửa bộ mã dự phòng"),
    "recovery_codes.removed": _("Xóa bộ mã dự phòng"),
    "declaration.file": _("Người khai bấm Ghi nhận"),
    "declaration.receive": _("Tiếp nhận hồ sơ"),
    "declaration.accept": _("Chấp nhận, cấp tài khoản"),
    "declaration.refuse": _("Từ chối"),
    "declaration.ask": _("Yêu cầu bổ sung"),
    "declaration.supplement": _("Người khai gửi bổ sung"),
    "declaration.withdraw": _("Người khai rút hồ sơ"),
    "declaration.opened": _("Người khai mở hồ sơ bằng mã gửi tới điện thoại"),
    "declaration.resend": _("Gửi lại mật khẩu một lần"),
    "declaration.papers_deleted": _("Xóa ảnh trong tờ khai khi hết hạn giữ"),
    "declaration.deleted": _("Người khai xóa tờ khai chưa nộp"),
    "declaration.exported": _("Người khai lấy bản sao dữ liệu"),
    "declaration.erasure_asked": _("Người khai yêu cầu xóa dữ liệu"),
    "declaration.erased": _("Xóa dữ liệu theo yêu cầu của người khai"),
    "declaration.erasure_refused": _("Không xóa dữ liệu theo yêu cầu"),
    "message.resent": _("Gửi lại tin nhắn"),
    "messages.seen": _("Xem danh sách tin nhắn của một tài khoản"),
    "alarm.closed": _("Đóng cảnh báo hệ thống"),
    "declaration.viewed": _("Xem tờ khai"),
    "declaration.printed": _("Người khai tải tờ khai (PDF)"),
    "photo.viewed": _("Xem ảnh trong tờ khai"),
    "card.checked": _("Kiểm tra thẻ ở cơ sở KCB"),
    "card.check_missed": _("Kiểm tra thẻ, không tìm thấy"),
    "card.seen": _("Xem thẻ BHYT"),
    "person.seen": _("Xem người tham gia"),
    "user.seen": _("Xem tài khoản"),
    "accountalert.seen": _("Xem cảnh báo tài khoản"),
    "participationperiod.seen": _("Xem quá trình tham gia"),
}
OBJECTS: dict[str, Promise] = {
    "declaration": _("Tờ khai"),
    "user": _("Tài khoản"),
    "accountalert": _("Cảnh báo tài khoản"),
    "message": _("Tin nhắn"),
    "alarm": _("Cảnh báo hệ thống"),
    "person": _("Người tham gia"),
    "card": _("Thẻ BHYT"),
    "participationperiod": _("Quá trình tham gia"),
}

# What stands in an event's detail, and what the codes there mean; each list of codes names its own (`name_codes`).
DETAILS: dict[str, Promise] = {
    "facility": _("cơ sở KCB"),
    "office": _("cơ quan BHXH"),
    "reason": _("lý do"),
    "by": _("cách tra"),
    "differs": _("khác sổ"),
    "kind": _("ảnh"),
    "state": _("trạng thái hồ sơ"),
    "outcome": _("kết quả"),
    "role": _("vai trò"),
    "device": _("thiết bị"),
    "from": _("thiết bị trước"),
    "taker": _("thiết bị bị báo"),
    "language": _("ngôn ngữ"),
}
CODES: dict[str, dict[str, str | Promise]] = {
    "reason": {},
    "by": {
        "scan": _("quét mã trên thẻ"),
        "code": _("quét mã trên giấy tờ khác"),
        "typed": _("gõ số thẻ và ngày sinh"),
    },
    "differs": {
        "name": _("họ tên"),
        "birth_date": _("ngày sinh"),
        "number": _("số thẻ"),
        "validity": _("thời hạn"),
        "level": _("mức hưởng"),
        "facility": _("nơi đăng ký KCB ban đầu"),
    },
}
# What a message is about, where it carries no code (those are OneTimeCode.Purpose).
MESSAGES: dict[str, Promise] = {
    "credentials": _("mật khẩu một lần"),
    "device": _("báo đăng nhập ở thiết bị lạ"),
    "locked": _("báo tài khoản bị khóa"),
    "signed_out": _("báo cơ quan BHXH cho thoát"),
    "code_declared": _("báo có người khác khai mã số BHXH"),
    "password": _("báo đổi mật khẩu"),
    "phone": _("báo đổi số điện thoại"),
    "recovery_codes": _("báo về mã dự phòng"),
    "second_factor": _("báo về xác thực hai bước"),
    "alarm": _("cảnh báo hệ thống"),
    "declaration_filed": _("đã ghi nhận tờ khai"),
    "declaration_refused": _("từ chối tờ khai"),
    "erasure_granted": _("đã xóa dữ liệu theo yêu cầu"),
    "erasure_refused": _("không xóa dữ liệu theo yêu cầu"),
    "draft_ends": _("nhắc tờ khai chưa nộp sắp bị xóa"),
    "supplement_asked": _("yêu cầu bổ sung"),
    "supplement_due": _("nhắc bổ sung trước khi hết hạn"),
    "file_withdrawn": _("báo hồ sơ đã rút"),
}

# Why a message has not arrived, by the code the outbox keeps.
FAILURES: dict[str, Promise] = {
    "withdrawn": _("đã thu hồi, có tin khác thay"),
    "not_after": _("hết hạn trước khi gửi được"),
    "no_gateway": _("chưa có nhà cung cấp tin nhắn"),
    "no_mail_server": _("chưa có máy chủ thư"),
    "unreachable": _("không kết nối được nhà cung cấp"),
    "bad_certificate": _("chứng thư của nhà cung cấp không hợp lệ"),
    "no_answer": _("nhà cung cấp không trả lời"),
    "endless_answer": _("nhà cung cấp trả lời không dứt"),
    "no_such_name": _("không tìm ra địa chỉ của nhà cung cấp"),
    "broke": _("lỗi của cổng khi gửi, không rõ tin đã đi chưa"),
    "ask_the_same": _("không rõ tin đã đi chưa, hỏi lại chính nhà cung cấp đó"),
    "worker_died": _("tiến trình gửi dừng giữa chừng"),
    "no_report": _("nhà cung cấp nhận nhưng không báo đã tới"),
    "mail_busy": _("máy chủ thư đang bận"),
    "mail_unreachable": _("không kết nối được máy chủ thư"),
    "bad_address": _("địa chỉ thư không dùng được"),
}
# The same for codes that others give; what follows is theirs.
FAILURES_OF_OTHERS: dict[str, Promise] = {
    "code": _("nhà cung cấp trả lời mã"),
    "http": _("nhà cung cấp trả lời HTTP"),
    "kannel": _("Kannel trả lời HTTP"),
    "smtp": _("máy chủ thư trả lời"),
    "report": _("nhà cung cấp báo không tới, mã"),
}


# What an alarm is about, where that is no provider's own name.
SUBJECTS: dict[str, Promise] = {
    "code.portal": _("mọi mã trong ngày"),
    "code.stranger.portal": _("mã của người chưa đăng nhập trong ngày"),
    "code.named.portal": _("mã đặt lại mật khẩu trong ngày"),
    "code.address": _("giới hạn mã mỗi giờ của một địa chỉ"),
    "otp": _("mã OTP"),
    "notices": _("mật khẩu và thông báo"),
}


def subject_in_words(subject: str) -> str:
    return str(SUBJECTS.get(subject, subject))


def failure_in_words(failure: str) -> str:
    if failure in FAILURES:
        return str(FAILURES[failure])
    whose, _gap, code = failure.partition("_")
    return f"{FAILURES_OF_OTHERS[whose]} {code}" if whose in FAILURES_OF_OTHERS else failure


def name_codes(key: str, choices: Iterable[tuple[str, str | Promise]]) -> None:
    """Give the codes under `key` of events' details their words; (code, words) pairs as TextChoices has them."""
    CODES.setdefault(key, {}).update(choices)


def object_code(words: str) -> str:
    """`declaration` from «tờ khai», or the code itself."""
    for code, name in OBJECTS.items():
        if str(name).casefold() == words.casefold():
            return code
    return words
