"""The states of a declaration, in the words people know, and what each means for the citizen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    DRAFT = "draft", _("Bản nháp")
    FILED = "filed", _("Chờ tiếp nhận")
    RECEIVED = "received", _("Đã tiếp nhận")
    SUPPLEMENT = "supplement", pgettext_lazy("state", "Yêu cầu bổ sung")
    ACCEPTED = "accepted", pgettext_lazy("state", "Chấp nhận")
    REFUSED = "refused", pgettext_lazy("state", "Từ chối")
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


# What the citizen reads of a refusal. A stranger may declare any number with a phone of their own: nobody learns here
# whether a number is in the register or has an account, so one sentence has the next step of both; an officer's own
# words stay inside.
_NOT_COMPARED = _(
    "Thông tin chưa đối chiếu được. Trước đây đã đăng nhập được thì không khai lại, dùng «Quên mật khẩu» ở trang Đăng "
    "nhập; chưa từng, hoặc đã đổi số điện thoại, thì hỏi cơ quan BHXH nơi nộp."
)
REFUSAL_SENTENCES: dict[str, Promise] = {
    RefusalReason.PHOTO_UNCLEAR: _("Ảnh không rõ nên không đối chiếu được."),
    RefusalReason.PHOTO_MISMATCH: _("Ảnh chân dung không khớp giấy tờ."),
    RefusalReason.DATA_MISMATCH: _("Thông tin khai không khớp giấy tờ."),
    RefusalReason.PAPER_INVALID: _("Giấy tờ không hợp lệ hoặc đã hết hạn."),
    RefusalReason.NOT_IN_REGISTER: _NOT_COMPARED,
    RefusalReason.ACCOUNT_EXISTS: _NOT_COMPARED,
    RefusalReason.NOT_SUPPLEMENTED: _("Quá hạn mà chưa bổ sung những gì cán bộ yêu cầu."),
    RefusalReason.OTHER: _("Hỏi cơ quan BHXH nơi nộp để biết lý do."),
}


class SupplementItem(models.TextChoices):
    """What an officer may ask a citizen to mend: whatever is compared with the papers and the register.

    Not the phone: it was proved, and the account will hang on it. Not the office: the file number and its place in
    the queue are that office's. Not e-mail, consent or who helped: no decision stands on them. Values are in the
    requests kept; those of photos are Photo.Kind.
    """

    PORTRAIT = "portrait", _("Ảnh chân dung 3x4")
    ID_FRONT = "id_front", _("Giấy tờ, mặt trước")
    ID_BACK = "id_back", _("Giấy tờ, mặt sau")
    FULL_NAME = "full_name", _("Họ và tên")
    BHXH_CODE = "bhxh_code", _("Mã số BHXH")
    BIRTH_DATE = "birth_date", _("Ngày sinh")
    SEX = "sex", _("Giới tính")
    ID_NUMBER = "id_number", _("Loại và số giấy tờ")
    ADDRESS = "address", _("Nơi ở")


# The fields of the declaration that an item opens; a photo opens none.
ITEM_FIELDS: dict[str, tuple[str, ...]] = {
    SupplementItem.PORTRAIT: (),
    SupplementItem.ID_FRONT: (),
    SupplementItem.ID_BACK: (),
    SupplementItem.FULL_NAME: ("full_name",),
    SupplementItem.BHXH_CODE: ("bhxh_code",),
    SupplementItem.BIRTH_DATE: ("birth_date",),
    SupplementItem.SEX: ("sex",),
    SupplementItem.ID_NUMBER: ("id_kind", "id_number"),
    SupplementItem.ADDRESS: ("province", "ward", "address"),
}
# What an officer starts from; all of them together fit into a request's words.
READY_WORDS: dict[str, Promise] = {
    SupplementItem.PORTRAIT: _("Chụp lại ảnh chân dung: rõ mặt, nhìn thẳng."),
    SupplementItem.ID_FRONT: _("Chụp lại mặt trước giấy tờ: trọn, đọc được chữ."),
    SupplementItem.ID_BACK: _("Chụp lại mặt sau giấy tờ: trọn, đọc được chữ."),
    SupplementItem.FULL_NAME: _("Ghi lại họ tên đúng như trên giấy tờ."),
    SupplementItem.BHXH_CODE: _("Xem lại mã số BHXH trên thẻ BHYT hoặc sổ."),
    SupplementItem.BIRTH_DATE: _("Ghi lại ngày sinh đúng như trên giấy tờ."),
    SupplementItem.SEX: _("Chọn lại giới tính đúng như trên giấy tờ."),
    SupplementItem.ID_NUMBER: _("Ghi lại loại và số giấy tờ như trên giấy tờ."),
    SupplementItem.ADDRESS: _("Ghi lại nơi ở: tỉnh, phường/xã, số nhà."),
}


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
            "Lý do được gửi bằng tin nhắn tới số điện thoại đã khai, và có khi mở hồ sơ bằng mã; không thấy tin thì "
            "hỏi cơ quan BHXH đã chọn. Bạn có thể khai lại, hoặc mang giấy tờ đến cơ quan đó."
        ),
        "danger",
    ),
    State.WITHDRAWN: StateWords(
        _("Bạn đã rút hồ sơ này. Không ai xét hồ sơ nữa."),
        _("Muốn có tài khoản, bạn có thể khai lại từ đầu bất cứ lúc nào."),
        "info",
    ),
}
