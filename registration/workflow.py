"""The states of a declaration, in the words people know, and what each means for the citizen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    DRAFT = "draft", _("Bản nháp")
    FILED = "filed", _("Chờ tiếp nhận")
    RECEIVED = "received", _("Đã tiếp nhận")
    SUPPLEMENT = "supplement", _("Yêu cầu bổ sung")
    ACCEPTED = "accepted", _("Chấp nhận")
    REFUSED = "refused", _("Từ chối")
    WITHDRAWN = "withdrawn", _("Đã rút")


# What an officer has to do something about; one that waits for its citizen keeps its place by `filed_at`.
OPEN_STATES = (State.FILED, State.RECEIVED)
UNDECIDED_STATES = (*OPEN_STATES, State.SUPPLEMENT)
DECIDED_STATES = (State.ACCEPTED, State.REFUSED, State.WITHDRAWN)
FILED_STATES = (*UNDECIDED_STATES, *DECIDED_STATES)


DRAFT_LASTS = timedelta(days=30)  # untouched, before it is deleted


class RefusalReason(models.TextChoices):
    PHOTO_UNCLEAR = "photo_unclear", _("Ảnh không rõ, không đối chiếu được")
    PHOTO_MISMATCH = "photo_mismatch", _("Ảnh chân dung không khớp giấy tờ")
    DATA_MISMATCH = "data_mismatch", _("Thông tin khai không khớp giấy tờ hoặc sổ tham gia")
    PAPER_INVALID = "paper_invalid", _("Giấy tờ không hợp lệ hoặc hết hạn")
    NOT_IN_REGISTER = "not_in_register", _("Mã số BHXH không có trong sổ tham gia")
    ACCOUNT_EXISTS = "account_exists", _("Mã số BHXH đã có tài khoản")
    NOT_SUPPLEMENTED = "not_supplemented", _("Quá hạn mà chưa bổ sung")
    OTHER = "other", _("Lý do khác (cán bộ ghi rõ)")


class HelperRelation(models.TextChoices):
    RELATIVE = "relative", _("Người trong gia đình")
    YOUTH = "youth", _("Đoàn viên, tổ hỗ trợ của phường/xã")
    NEIGHBOUR = "neighbour", _("Hàng xóm, người quen")
    OTHER = "other", _("Người khác")


@dataclass(frozen=True)
class StateWords:
    """What the status page says: a sentence, the next step, and a tone (info, success, danger)."""

    sentence: str | Promise
    next_step: str | Promise
    tone: str


STATE_WORDS = {
    State.FILED: StateWords(
        _("Tờ khai đã được ghi nhận và đang chờ cán bộ tiếp nhận."),
        _("Bạn không cần làm gì thêm. Kết quả sẽ gửi bằng tin nhắn tới số điện thoại đã khai."),
        "info",
    ),
    State.RECEIVED: StateWords(
        _("Cán bộ đã nhận hồ sơ và đang đối chiếu ảnh, giấy tờ."),
        _("Bạn không cần làm gì thêm. Kết quả sẽ gửi bằng tin nhắn tới số điện thoại đã khai."),
        "info",
    ),
    State.SUPPLEMENT: StateWords(
        _("Cán bộ cần bạn bổ sung một phần của hồ sơ. Mã hồ sơ và chỗ trong hàng chờ vẫn giữ nguyên."),
        _("Lấy mã gửi tới số điện thoại đã khai để xem cần bổ sung gì. Những phần khác không phải làm lại."),
        "warning",
    ),
    State.ACCEPTED: StateWords(
        _("Hồ sơ được chấp nhận. Tài khoản đã được cấp."),
        _("Xem tin nhắn có tên đăng nhập và mật khẩu một lần, dùng được trong 72 giờ. Đăng nhập rồi đặt mật khẩu mới."),
        "success",
    ),
    State.REFUSED: StateWords(
        _("Hồ sơ không được chấp nhận."),
        _(
            "Lý do được gửi bằng tin nhắn tới số điện thoại đã khai; không thấy tin thì hỏi cơ quan BHXH đã chọn. "
            "Bạn có thể khai lại, hoặc mang giấy tờ đến cơ quan đó."
        ),
        "danger",
    ),
    State.WITHDRAWN: StateWords(
        _("Bạn đã rút hồ sơ này. Không ai xét hồ sơ nữa."),
        _("Muốn có tài khoản, bạn có thể khai lại từ đầu bất cứ lúc nào."),
        "info",
    ),
}
