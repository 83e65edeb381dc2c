"""A clinic desk looks at a patient's card: whose it is, what it is worth today, and who looked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import limits, paper_codes
from accounts.errors import PortalError
from accounts.models import Event, IdKind, Person, User
from accounts.names import name_key
from accounts.services import access
from cards import qr, selectors
from cards.models import Card
from cards.selectors import CardState, Situation
from cards.services import drawing

SHOWN_FOR = timedelta(minutes=10)
LONGEST_TYPED = 24  # an old card number in groups
CHECKED, MISSED = "card.checked", "card.check_missed"
_BLANKS = re.compile(r"[\s.-]")
_TYPED_D = re.compile("^[ĐÐ]")
_LIKE_A_NUMBER = re.compile(r"(?=.*[0-9])[0-9A-Z]+")
_CODE_LENGTH = 10
# What a code says and the register may say otherwise: as an event keeps it, and as a desk reads it.
_PRINTED = {
    "name": gettext_lazy("họ tên"),
    "birth_date": gettext_lazy("ngày sinh"),
    "number": gettext_lazy("số thẻ"),
    "validity": gettext_lazy("thời hạn"),
    "level": gettext_lazy("mức hưởng"),
    "facility": gettext_lazy("nơi đăng ký KCB ban đầu"),
}


class BirthDateNeeded(PortalError):
    code = "birth_date_needed"
    message = gettext_lazy("Nhập thêm ngày sinh của người bệnh, như trên thẻ hoặc căn cước.")


class NotANumber(PortalError):
    """Typed by hand, and of no length or kind that is looked up."""

    code = "not_a_number"
    message = gettext_lazy(
        "Số này thiếu, thừa hoặc sai ký tự: mã số BHXH 10 số, số thẻ cũ 15 ký tự, căn cước 12 số. "
        "CMND 9 số và hộ chiếu không tra được ở đây."
    )


class CardNotFound(PortalError):
    """One answer for a number nobody has and for a birth date that is not that person's."""

    code = "card_not_found"
    message = gettext_lazy(
        "Không tìm thấy người có số và ngày sinh này. Xem lại cả hai trên thẻ hoặc căn cước, "
        "nhập đủ ngày, tháng, năm nếu giấy tờ có ghi, rồi tra lại; vẫn không thấy thì người bệnh cần hỏi cơ quan BHXH."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """Whose card a text asks for; `printed` is what a BHYT code says besides.

    By `scan` of a code that only the portal can have made, by any other `code`, which anybody may have written, or
    `typed`.
    """

    number: str
    birth_date: str
    by: Literal["scan", "code", "typed"]
    printed: paper_codes.BhytText | None = None

    @property
    def proves_itself(self) -> bool:
        """Whoever holds our own code need not guess anything."""
        return self.by == "scan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look shows; its event is in the database before there is a Look."""

    person: Person
    card: Card | None
    situation: Situation
    event: Event
    reason: access.LookReason
    facility_code: str
    day: date
    outdated: tuple[str, ...]

    @property
    def is_registered_here(self) -> bool:
        return self.card is not None and self.card.facility_id == self.facility_code

    @property
    def has_five_years(self) -> bool:
        since = self.card.five_years_from if self.card else None
        return since is not None and since <= self.day


def check(desk: User, *, text: str, birth_date: str, reason: access.LookReason) -> Event:
    """The look at whose card a scanned text asks for, or a typed number and its birth date (ISO text of any precision).

    UnreadableCode, NotANumber, BirthDateNeeded, CardNotFound, TooManyRequests.
    """
    claim = _read(text, birth_date=birth_date)
    facility = str(desk.facility_id)
    limits.hit("check.desk", str(desk.pk))
    limits.hit("check.facility", facility)
    person = _person_of(claim, desk=desk)
    detail: dict[str, str | int] = {"facility": facility, "reason": reason.value, "by": claim.by}
    differing = _differing(claim.printed, person) if claim.printed else []
    if differing:
        detail["differs"] = ",".join(differing)
    return access.record(
        CHECKED, actor=desk, person_id=person.pk, object_type="person", object_id=person.pk, detail=detail
    )


def look_of(desk: User, event_id: int) -> Look | None:
    """What this desk's own look shows, for a short while; the card as it is now, and nothing more is recorded."""
    event = _own_look(desk, event_id)
    person = _looked_at(event)
    if event is None or person is None:
        return None
    today = timezone.localdate()
    card = selectors.current_card(person, today=today)
    differing = event.detail.get("differs", "").split(",")
    return Look(
        person=person,
        card=card,
        situation=_situation(card, has_photo=bool(person.portrait), today=today),
        event=event,
        reason=access.LookReason(event.detail["reason"]),
        facility_code=str(desk.facility_id),
        day=today,
        outdated=tuple(str(name) for code, name in _PRINTED.items() if code in differing),
    )


def person_of_look(desk: User, event_id: int) -> Person | None:
    """Whom this desk's own look shows, as long as the look itself does."""
    return _looked_at(_own_look(desk, event_id))


def _own_look(desk: User, event_id: int) -> Event | None:
    since = timezone.now() - SHOWN_FOR
    return Event.objects.filter(pk=event_id, action=CHECKED, actor_id=desk.pk, at__gte=since).first()


def _looked_at(event: Event | None) -> Person | None:
    return Person.objects.filter(pk=event.object_id).first() if event is not None else None


def _read(text: str, *, birth_date: str) -> _Claim:
    number = _TYPED_D.sub("D", _BLANKS.sub("", text).upper())
    if paper_codes.classify(number) and number.isalnum():
        if not birth_date:
            raise BirthDateNeeded
        return _Claim(number=number, birth_date=birth_date, by="typed")
    if len(text) <= LONGEST_TYPED and _LIKE_A_NUMBER.fullmatch(number):
        raise NotANumber
    if paper_codes.classify(text) == "cccd":
        identity = paper_codes.parse_cccd(text)
        return _Claim(number=identity.cccd, birth_date=identity.birth_date, by="code")
    printed = paper_codes.parse_bhyt(text)
    is_ours = qr.is_ours(printed, key=drawing.qr_key())
    by: Literal["scan", "code"] = "scan" if is_ours else "code"
    return _Claim(number=printed.card_number, birth_date=printed.birth_date, by=by, printed=printed)


def _person_of(claim: _Claim, *, desk: User) -> Person:
    """CardNotFound is an event too, and uses up a guess unless the code is our own: then nothing was guessed."""
    try:
        return _holder(claim.number) if claim.proves_itself else _guessed(claim, desk=desk)
    except CardNotFound:
        access.record(MISSED, actor=desk, detail={"facility": str(desk.facility_id), "by": claim.by})
        raise


def _guessed(claim: _Claim, *, desk: User) -> Person:
    person = _holders(claim.number).first()
    # Whatever number of theirs is typed, a person has one set of tries. Who has used it up can tell by it that another
    # number is the same person's; eleven recorded misses are the price.
    whose = person.bhxh_code if person is not None else claim.number
    with limits.failures(
        ("check.guess.card", f"{whose}:{desk.facility_id}"),
        ("check.guess.card.everywhere", whose),
        ("check.guess.desk", str(desk.pk)),
        ("check.guess.facility", str(desk.facility_id)),
    ):
        # The register may know less than the paper, never the other way round.
        if person is None or not claim.birth_date.startswith(person.birth_date):
            raise CardNotFound
        return person


def _holder(number: str) -> Person:
    person = _holders(number).first()
    if person is None:
        raise CardNotFound
    return person


def _holders(number: str) -> QuerySet[Person]:
    if paper_codes.classify(number) == "cccd":
        return Person.objects.filter(id_kind=IdKind.CCCD, id_number=number)
    if len(number) == _CODE_LENGTH:
        return Person.objects.filter(bhxh_code=number)
    return Person.objects.filter(cards__card_number=number)


def _differing(printed: paper_codes.BhytText, person: Person) -> list[str]:
    """What a code says that the register says otherwise; what an older layout leaves out is no difference."""
    card = selectors.current_card(person, today=timezone.localdate())
    differs = {
        "name": name_key(printed.full_name) != person.name_key,
        "birth_date": not printed.birth_date.startswith(person.birth_date),
        "number": card is None or printed.card_number != card.card_number,
    }
    if card is not None:
        differs |= {
            "validity": (printed.valid_from, printed.valid_to) != (card.valid_from, card.valid_to),
            "level": printed.benefit_level not in {"", str(card.benefit_level_id)},
            "facility": printed.facility_code not in {"", card.facility_id},
        }
    return [code for code in _PRINTED if differs.get(code)]


def _situation(card: Card | None, *, has_photo: bool, today: date) -> Situation:
    """As `selectors.situation`, in words for whoever stands before the patient."""
    state = selectors.state_of(card, today=today)
    facts = selectors.facts(card)
    sentence, advice = _words(state, ends=bool(facts.get("to")), has_photo=has_photo)
    return Situation(state, sentence % facts, advice % facts)


def _words(state: CardState, *, ends: bool, has_photo: bool) -> tuple[str, str]:
    if state is CardState.ACTIVE:
        until = _("Từ %(from)s đến hết %(to)s.") if ends else _("Từ %(from)s, không ghi ngày hết hạn.")
        with_photo = _("Đối chiếu người bệnh với ảnh, hoặc với giấy tờ có ảnh.")
        return until, with_photo if has_photo else _("Đối chiếu người bệnh với giấy tờ có ảnh của họ.")
    return {
        CardState.NOT_STARTED: (
            _("Dùng được từ %(from)s."),
            _("Hôm nay chưa thanh toán theo thẻ này. Người bệnh nghĩ ngày ghi sai thì hỏi %(office)s."),
        ),
        CardState.EXPIRED: (
            _("Dùng được đến hết %(to)s."),
            _("Hôm nay không thanh toán theo thẻ này. Người bệnh vẫn đang đóng BHYT thì hỏi %(office)s."),
        ),
        CardState.REVOKED: (
            _("Thẻ này không còn dùng được."),
            _("Không thanh toán theo thẻ này. Hướng dẫn người bệnh hỏi %(office)s."),
        ),
        CardState.NONE: (
            _("Sổ có người này nhưng không ghi thẻ BHYT nào."),
            _("Không có thẻ để thanh toán. Hướng dẫn người bệnh hỏi cơ quan BHXH nơi họ ở."),
        ),
    }[state]
