"""The messages about one file: what its applicant is told, and for its officer how far each of them came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.event_words import MESSAGES, failure_in_words
from accounts.models import Message, User
from accounts.models.message import LOST
from accounts.services import code_ways, issuing, resending
from accounts.sms import outbox, texts
from registration import policies
from registration.models import Declaration, SupplementRequest
from registration.workflow import State

# By the purpose of a message, what its key begins with: the file's id follows.
_KEYS = {
    "declaration_filed": "filed",
    "declaration_refused": "refused",
    "erasure_granted": "erased",
    "erasure_refused": "not_erased",
    "supplement_asked": "supplement",
    "supplement_due": "supplement_due",
    "file_withdrawn": "withdrawn",
}
# Where what the page says of a code would not do: nobody has to send anything again.
_LOST = _("Tin nhắn không tới máy. Hồ sơ vẫn được ghi nhận: chép lại mã hồ sơ ở trên.")
_FILED_ALL_THE_SAME = {
    code_ways.Way.UNCERTAIN: _("Nhà mạng không trả lời rõ. Hồ sơ vẫn được ghi nhận: chép lại mã hồ sơ ở trên."),
    code_ways.Way.FAILED: _LOST,
    code_ways.Way.EXPIRED: _LOST,
}
DRAFT_ENDS = "draft_ends"  # both: no officer sees a draft, nor what was said of it
SHOWN_AT_MOST = 10
LOOKED_AT = 100


def tell_filed(declaration: Declaration, *, instead_of: Message | None = None) -> None:
    """Part of the caller's transaction; `instead_of` is the message that did not arrive."""
    text = texts.declaration_filed(file_number=str(declaration.file_number), language=declaration.language)
    _put(declaration, purpose="declaration_filed", text=text, instead_of=instead_of)


def tell_refused(declaration: Declaration, *, instead_of: Message | None = None) -> None:
    text = texts.declaration_refused(
        file_number=str(declaration.file_number),
        reason=declaration.refusal_reason,
        language=declaration.language,
    )
    _put(declaration, purpose="declaration_refused", text=text, instead_of=instead_of)


def tell_erased(declaration: Declaration) -> None:
    """While the file still says to whom."""
    text = texts.erasure_granted(file_number=str(declaration.file_number), language=declaration.language)
    _put(declaration, purpose="erasure_granted", text=text, instead_of=None)


def tell_not_erased(declaration: Declaration, *, instead_of: Message | None = None) -> None:
    text = texts.erasure_refused(file_number=str(declaration.file_number), language=declaration.language)
    _put(declaration, purpose="erasure_refused", text=text, instead_of=instead_of)


def tell_draft_ends(draft: Declaration, *, instead_of: Message | None = None) -> None:
    """Once for each time that nobody went on with it for so long."""
    outbox.put(
        kind=Message.Kind.NOTICE,
        purpose=DRAFT_ENDS,
        to=str(draft.phone),
        text=texts.draft_ends(at=draft.draft_ends_at, language=draft.language),
        dedupe_key=f"{DRAFT_ENDS}:{draft.pk}:{instead_of.pk if instead_of else f'{draft.updated_at:%Y%m%d%H%M%S}'}",
    )


def tell_supplement_asked(
    declaration: Declaration, asked: SupplementRequest, *, instead_of: Message | None = None
) -> None:
    text = texts.supplement_asked(
        file_number=str(declaration.file_number), due=asked.due_at, language=declaration.language
    )
    _put(declaration, purpose="supplement_asked", text=text, turn=f"r{asked.pk}", instead_of=instead_of)


def tell_supplement_due(
    declaration: Declaration, asked: SupplementRequest, *, instead_of: Message | None = None
) -> None:
    text = texts.supplement_due(
        file_number=str(declaration.file_number), due=asked.due_at, language=declaration.language
    )
    _put(declaration, purpose="supplement_due", text=text, turn=f"r{asked.pk}", instead_of=instead_of)


def tell_withdrawn(declaration: Declaration, *, instead_of: Message | None = None) -> None:
    text = texts.declaration_withdrawn(file_number=str(declaration.file_number), language=declaration.language)
    _put(declaration, purpose="file_withdrawn", text=text, instead_of=instead_of)


@dataclass(frozen=True)
class FilingMessage:
    """How far the message with the file number has come, as the page after Ghi nhận shows it."""

    way: code_ways.Way
    word: str
    meaning: str
    is_open: bool = True


def filing_message(declaration: Declaration) -> FilingMessage | None:
    """Of the message sent at Ghi nhận; None once its row is gone."""
    key = f"{_KEYS['declaration_filed']}:{declaration.pk}"
    message = Message.objects.filter(dedupe_key=key).only("state", "created_at").first()
    if message is None:
        return None
    way = code_ways.way_of_message(message)
    word = _("Tin nhắn có mã hồ sơ: %(way)s") % {"way": str(way.label).lower()}
    return FilingMessage(way, word=word, meaning=str(_FILED_ALL_THE_SAME.get(way, code_ways.MEANING[way])))


@dataclass(frozen=True)
class Told:
    """A message of the file as its officer sees it."""

    pk: int
    about: str
    state: str
    state_words: str
    why: str
    at: datetime
    may_resend: bool


def of_file(declaration: Declaration) -> list[Told]:
    """The latest about the file, and the latest with a password, oldest first and without texts."""
    about = Q()
    for key in _KEYS.values():
        about |= Q(dedupe_key=f"{key}:{declaration.pk}") | Q(dedupe_key__startswith=f"{key}:{declaration.pk}:")
    found = list(Message.objects.filter(about).defer("body").order_by("-pk")[:SHOWN_AT_MOST])
    credentials = issuing.credentials_of(declaration.bhxh_code) if declaration.state == State.ACCEPTED else None
    return [_told(message) for message in [*reversed(found), *filter(None, [credentials])]]


def files_to_be_told(officer: User) -> list[Declaration]:
    """The officer's files of whose messages the latest were lost, the latest first: somebody waits in vain for word."""
    lost = Message.objects.filter(LOST, office=officer.office_id or "-").order_by("-pk")
    keys = [key.split(":") for key in lost.values_list("dedupe_key", flat=True)[:LOOKED_AT]]
    accounts = User.objects.filter(
        pk__in=[key[1] for key in keys if key[0] == "credentials"], must_change_password=True
    )
    files = Q(pk__in=[key[1] for key in keys if key[0] in _KEYS.values()])
    accepted = Q(state=State.ACCEPTED, bhxh_code__in=accounts.values("bhxh_code"))
    return list(policies.visible_to(officer).filter(files | accepted, erased_at=None).order_by("-pk")[:SHOWN_AT_MOST])


def _told(message: Message) -> Told:
    return Told(
        pk=message.pk,
        about=str(MESSAGES[message.purpose]),
        state=message.state,
        state_words=message.get_state_display(),
        why=failure_in_words(message.failure),
        at=message.delivered_at or message.sent_at or message.created_at,
        # A password has a button of its own, which sends a fresh one.
        may_resend=resending.may_resend(message) and message.kind != Message.Kind.CREDENTIALS,
    )


def _put(
    declaration: Declaration, *, purpose: str, text: str, instead_of: Message | None, turn: str | None = None
) -> None:
    """`turn` tells the messages of one purpose apart that a file may have several of."""
    key = ":".join(filter(None, [_KEYS[purpose], str(declaration.pk), turn]))
    outbox.put(
        kind=Message.Kind.NOTICE,
        purpose=purpose,
        to=str(declaration.phone),
        office=declaration.office_id or "",
        text=text,
        dedupe_key=key if instead_of is None else f"{key}:{instead_of.pk}",
    )


def _write_anew(message: Message, actor: User) -> None:
    """To the number in the file, as it stands now; a request that is over is not spoken of any more."""
    declaration = Declaration.objects.filter(pk=message.dedupe_key.split(":")[1], erased_at=None).first()
    if declaration is None:
        raise resending.NotToBeSent
    if message.purpose not in _OF_A_REQUEST:
        _OF_A_FILE[message.purpose](declaration, instead_of=message)
        return
    asked = declaration.supplements.filter(answered_at=None).first()
    if asked is None or declaration.state != State.SUPPLEMENT:
        raise resending.NotToBeSent
    _OF_A_REQUEST[message.purpose](declaration, asked, instead_of=message)


def _remind_anew(message: Message, actor: User) -> None:
    """Unless somebody went on with the draft."""
    draft = Declaration.objects.filter(pk=message.dedupe_key.split(":")[1], state=State.DRAFT).first()
    if draft is None or draft.updated_at > message.created_at:
        raise resending.NotToBeSent
    tell_draft_ends(draft, instead_of=message)


resending.written_by(DRAFT_ENDS, _remind_anew)
_OF_A_FILE: dict[str, Callable[..., None]] = {
    "declaration_filed": tell_filed,
    "declaration_refused": tell_refused,
    "erasure_refused": tell_not_erased,
    "file_withdrawn": tell_withdrawn,
}
_OF_A_REQUEST = {"supplement_asked": tell_supplement_asked, "supplement_due": tell_supplement_due}
for _purpose in (*_OF_A_FILE, *_OF_A_REQUEST):
    resending.written_by(_purpose, _write_anew)
