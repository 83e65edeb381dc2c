"""The messages about one file: what its applicant is told, and for its officer how far each of them came."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import Message, User
from accounts.services import issuing, messages
from accounts.sms import outbox, texts
from registration.models import Declaration
from registration.workflow import State

# By the purpose of a message, what its key begins with: the file's id follows.
_KEYS = {"declaration_filed": "filed", "declaration_refused": "refused"}
SHOWN_AT_MOST = 10


def tell_filed(declaration: Declaration, *, again: str = "") -> None:
    """Part of the caller's transaction. `again` tells apart a message that staff send once more."""
    text = texts.declaration_filed(file_number=str(declaration.file_number), language=declaration.language)
    _put(declaration, purpose="declaration_filed", text=text, again=again)


def tell_refused(declaration: Declaration, *, again: str = "") -> None:
    text = texts.declaration_refused(
        file_number=str(declaration.file_number),
        reason=declaration.refusal_reason,
        language=declaration.language,
    )
    _put(declaration, purpose="declaration_refused", text=text, again=again)


def of_file(declaration: Declaration) -> list[Message]:
    """Those about the file, and the latest with a password, oldest first and without texts."""
    about = Q()
    for key in _KEYS.values():
        about |= Q(dedupe_key=f"{key}:{declaration.pk}") | Q(dedupe_key__startswith=f"{key}:{declaration.pk}:")
    found = list(Message.objects.filter(about).defer("body").order_by("pk")[:SHOWN_AT_MOST])
    credentials = issuing.credentials_of(declaration.bhxh_code) if declaration.state == State.ACCEPTED else None
    return found if credentials is None else [*found, credentials]


def _put(declaration: Declaration, *, purpose: str, text: str, again: str) -> None:
    outbox.put(
        kind=Message.Kind.NOTICE,
        purpose=purpose,
        to=str(declaration.phone),
        text=text,
        dedupe_key=f"{_KEYS[purpose]}:{declaration.pk}{again}",
    )


def _again(message: Message, actor: User) -> None:
    """To the number in the file, as it stands now."""
    file = Declaration.objects.filter(pk=message.dedupe_key.split(":")[1]).first()
    if file is None:
        raise messages.NotToBeSent
    tell = tell_filed if message.purpose == "declaration_filed" else tell_refused
    tell(file, again=f":{message.pk}")


for purpose in _KEYS:
    messages.rewrite(purpose, _again)
