"""A message that did not arrive, sent once more by a member of staff: its text is gone, so it is written anew."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import PortalError
from accounts.models import Message, MessageState, User
from accounts.services import access, roles

MAY_GO_AGAIN = (MessageState.FAILED, MessageState.EXPIRED, MessageState.UNCERTAIN)
# By the purpose of a message: who writes it anew. Whoever writes such messages says how (`rewrite`).
Rewriter = Callable[[Message, User], None]
_rewriters: dict[str, Rewriter] = {}


class NotToBeSent(PortalError):
    code = "not_to_be_sent"
    message = _("Tin này không gửi lại được: tin đã đi, hoặc đã có tin khác thay. Không có gì thay đổi.")


class AskedForByItsOwner(PortalError):
    code = "asked_for_by_its_owner"
    message = _("Mã thì chính người dân bấm gửi lại trên trang đang mở; cán bộ không gửi mã thay.")


def rewrite(purpose: str, rewriter: Rewriter) -> None:
    """Let messages of this purpose be sent again; `rewriter` gets the old one and the member of staff."""
    _rewriters[purpose] = rewriter


def may_resend(message: Message) -> bool:
    is_lost = message.state in MAY_GO_AGAIN and message.failure not in {"withdrawn", "sent_again"}
    return is_lost and message.purpose in _rewriters


def resend(message_id: int, *, actor: User) -> None:
    """Any message, by whoever keeps the list of them. NotToBeSent, AskedForByItsOwner, or why its writer refuses."""
    if not actor.has_perm(roles.RESEND_MESSAGES):
        raise NotToBeSent
    send_anew(message_id, actor=actor)


def send_anew(message_id: int, *, actor: User) -> None:
    """To the number that counts today. Whether `actor` may is the caller's to judge; otherwise as `resend`."""
    with transaction.atomic():
        message = Message.objects.select_for_update().filter(pk=message_id).first()
        if message is not None and message.kind == Message.Kind.CODE:
            raise AskedForByItsOwner
        if message is None or not may_resend(message):
            raise NotToBeSent
        message.failure = "sent_again"  # a second press sends no third message
        message.save(update_fields=["failure"])
        _rewriters[message.purpose](message, actor)
        access.record("message.resent", actor=actor, object_type="message", object_id=message.pk)
