"""A message that did not arrive, sent once more by a member of staff: its text is gone, so it is written anew."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import PortalError
from accounts.models import Message, User
from accounts.services import access

Writer = Callable[[Message, User], None]
# By the purpose of a message.
_writers: dict[str, Writer] = {}


class NotToBeSent(PortalError):
    code = "not_to_be_sent"
    message = _("Tin này không gửi lại được: tin đã đi, hoặc đã có tin khác thay. Không có gì thay đổi.")


class AskedForByItsOwner(PortalError):
    code = "asked_for_by_its_owner"
    message = _("Mã thì chính người dân bấm gửi lại trên trang đang mở; cán bộ không gửi mã thay.")


def written_by(purpose: str, writer: Writer) -> None:
    """Who writes messages of this purpose anew: `writer` gets the lost one and the member of staff."""
    _writers[purpose] = writer


def may_resend(message: Message) -> bool:
    return message.is_lost and message.purpose in _writers


def resend(message_id: int, *, actor: User) -> None:
    """To the number that counts today. Whether `actor` may is the caller's to judge.

    NotToBeSent, AskedForByItsOwner, or why its writer refuses.
    """
    with transaction.atomic():
        message = Message.objects.select_for_update().filter(pk=message_id).first()
        if message is not None and message.kind == Message.Kind.CODE:
            raise AskedForByItsOwner
        if message is None or not may_resend(message):
            raise NotToBeSent
        message.replaced_at = timezone.now()  # a second press sends no third message
        message.save(update_fields=["replaced_at"])
        _writers[message.purpose](message, actor)
        access.record("message.resent", actor=actor, object_type="message", object_id=message.pk)
