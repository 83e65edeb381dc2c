"""How far the message with a code has come, in one word for the page that waits for it."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Max, Sum, TextChoices
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Message, MessageMinute, MessageState, OneTimeCode
from accounts.services.code_budgets import BY_NAME_ALONE

LONGER_THAN_USUAL = timedelta(seconds=15)
# Of a name alone: while it is on its way for all that the page may say, and what tells how messages fare.
USUALLY_TAKES = timedelta(seconds=10)
LATELY = timedelta(minutes=6)
COUNTED_UP_TO = timedelta(minutes=3)
ENOUGH_TO_TELL = 5


class Way(TextChoices):
    SENDING = "sending", _("Đang gửi")
    SLOW = "slow", _("Đang gửi, chậm hơn thường lệ")
    SENT = "sent", _("Đã gửi")
    RECEIVED = "received", _("Đã nhận")
    UNCERTAIN = "uncertain", _("Không rõ tin đã tới chưa")
    FAILED = "failed", _("Không gửi được")
    EXPIRED = "expired", _("Chưa gửi được")


# What it means for whoever waits, and what to do.
MEANING: dict[Way, Promise] = {
    Way.SENDING: _("Tin thường tới sau vài giây."),
    Way.SLOW: _("Tin đang chờ và sẽ tự đi; bạn không phải làm gì."),
    Way.SENT: _("Nhà mạng đã nhận tin, thường tới máy sau vài giây."),
    Way.RECEIVED: _("Tin đã tới máy. Không thấy thì xem mục tin rác, tin bị chặn."),
    Way.UNCERTAIN: _(
        "Nhà mạng không trả lời rõ. Chờ một phút; chưa thấy tin thì bấm «Gửi lại tin nhắn», mã vẫn như cũ."
    ),
    Way.FAILED: _("Nhà mạng báo tin không tới máy. Xem máy có sóng không, kiểm tra lại số điện thoại, rồi gửi lại."),
    Way.EXPIRED: _("Tin chưa đi được thì mã đã gần hết hạn. Chờ mã hết hạn rồi lấy mã mới."),
}
# Asked for by name alone: nobody is told whether there is such an account, nor that a message went to it.
ASKED = _("Yêu cầu đã được nhận")
MEANING_BY_NAME: dict[Way, Promise] = {
    Way.SENDING: MEANING[Way.SENDING],
    Way.SLOW: _("Tin nhắn lúc này đi chậm. Chờ thêm vài phút rồi hãy gửi lại."),
    Way.SENT: _("Tin thường đã tới. Chưa thấy: xem lại mã số, chờ một phút rồi gửi lại."),
}
_WAYS = {
    MessageState.SENDING: Way.SENDING,
    MessageState.SENT: Way.SENT,
    MessageState.DELIVERED: Way.RECEIVED,
    MessageState.UNCERTAIN: Way.UNCERTAIN,
    MessageState.FAILED: Way.FAILED,
    MessageState.EXPIRED: Way.EXPIRED,
}


def way_of(row: OneTimeCode) -> Way:
    """Of the last message with this code. Asked for by name alone, it tells the hour and how messages fare in general.

    Whether there is a message at all would tell whether there is such an account.
    """
    if row.purpose in BY_NAME_ALONE:
        return _way_of_anybodys(row)
    message = Message.objects.filter(dedupe_key=dedupe_key(row)).only("state", "created_at").first()
    return way_of_message(message) if message else Way.EXPIRED  # its row is as old as the code's, and goes with it


def way_of_message(message: Message) -> Way:
    if message.state == MessageState.QUEUED:
        return Way.SLOW if message.created_at < timezone.now() - LONGER_THAN_USUAL else Way.SENDING
    return _WAYS[MessageState(message.state)]


def words_of(row: OneTimeCode, way: Way) -> tuple[Promise | str, Promise]:
    """What the page says: in a word, and what it means for whoever waits."""
    if row.purpose in BY_NAME_ALONE:
        return ASKED, MEANING_BY_NAME[way]
    return way.label, MEANING[way]


def dedupe_key(row: OneTimeCode) -> str:
    return f"code:{row.pk}:{row.sends}"


def _way_of_anybodys(row: OneTimeCode) -> Way:
    if row.last_sent_at is not None and row.last_sent_at > timezone.now() - USUALLY_TAKES:
        return Way.SENDING
    return Way.SLOW if _are_messages_slow() else Way.SENT


def _are_messages_slow() -> bool:
    """By what is counted of everybody's messages, those asked for by a name alone left out (message_speed).

    When counting itself has stopped, the workers have.
    """
    lately = MessageMinute.objects.filter(minute__gt=timezone.now() - LATELY)
    counts = lately.aggregate(made=Sum("made", default=0), in_time=Sum("in_time", default=0), newest=Max("minute"))
    if counts["newest"] is None:
        return MessageMinute.objects.exists()
    if counts["newest"] < timezone.now() - COUNTED_UP_TO:
        return True
    return bool(counts["made"] >= ENOUGH_TO_TELL and counts["in_time"] * 2 < counts["made"])
