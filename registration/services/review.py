"""What an officer may do with a filed declaration, and what stops one officer alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import cast

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from phonenumber_field.phonenumber import PhoneNumber

from accounts.errors import PortalError
from accounts.models import IdKind, Person, User
from accounts.names import name_key
from accounts.services import access, issuing, resending
from registration import policies
from registration.models import Declaration, Photo
from registration.services import duplicates, intake, photos, readings, sms, status
from registration.workflow import RefusalReason, State


class NotYours(PortalError):
    code = "not_yours"
    message = _("Hồ sơ này không thuộc cơ quan hoặc phường/xã của bạn. Không có gì thay đổi.")


class AlreadyDecided(PortalError):
    code = "already_decided"
    message = _("Cán bộ khác đã quyết định hồ sơ này trước bạn. Quyết định đó giữ nguyên, việc của bạn không ghi lại.")


class MendedMeanwhile(PortalError):
    code = "mended_meanwhile"
    message = _("Người khai vừa gửi bổ sung trong lúc bạn xem hồ sơ. Chưa có gì thay đổi: xem lại rồi quyết định.")


class CannotAccept(PortalError):
    code = "cannot_accept"
    message = _("Chưa chấp nhận được: %(why)s Hồ sơ vẫn giữ nguyên; bạn có thể từ chối hoặc để chờ.")

    def __init__(self, blockers: list[Blocker]) -> None:
        super().__init__(why=" ".join(str(blocker.sentence) for blocker in blockers))
        self.blockers = blockers


@dataclass(frozen=True)
class Blocker:
    """Why one officer alone may not accept; `code` is stable."""

    code: str
    sentence: str | Promise


NOT_IN_REGISTER = Blocker(
    "not_in_register", _("Mã số BHXH chưa có trong sổ tham gia; chờ dữ liệu cập nhật hoặc từ chối.")
)
ACCOUNT_EXISTS = Blocker(
    "account_exists",
    _(
        "Mã số BHXH đã có tài khoản; mỗi người chỉ có một tài khoản. Từ chối với lý do «Mã số BHXH đã có tài khoản»: "
        "người khai được chỉ cách dùng «Quên mật khẩu» hoặc hỏi cơ quan."
    ),
)
NAME_DIFFERS = Blocker("name_differs", _("Họ tên khai khác sổ tham gia; cần hai cán bộ xem xét."))
BIRTH_DATE_DIFFERS = Blocker("birth_date_differs", _("Ngày sinh khai khác sổ tham gia; cần hai cán bộ xem xét."))
PAPER_DIFFERS = Blocker("paper_differs", _("Số giấy tờ khai khác sổ tham gia; cần hai cán bộ xem xét."))
PRIVATE_FIELDS = frozenset({"id_number", "phone", "ward", "address"})
HIDDEN = "•••"
# What one officer alone may not wave through.
DECISIVE = {"full_name": NAME_DIFFERS, "birth_date": BIRTH_DATE_DIFFERS, "id_number": PAPER_DIFFERS}


@dataclass(frozen=True)
class Comparison:
    """One line of the review page; `differs` is never set while the register does not know the person."""

    field: str
    declared: str
    registered: str
    differs: bool


def compare(declaration: Declaration, person: Person | None) -> list[Comparison]:
    """What was declared beside what the register holds: names without case and diacritics, papers of one kind."""
    ours, theirs = _comparable(declaration), _comparable(person) if person else {}
    is_other_paper = person is not None and declaration.id_kind != person.id_kind
    differing = {
        name
        for name in theirs
        if _key(name, ours[name]) != _key(name, theirs[name]) and not (name == "id_number" and is_other_paper)
    }
    # Whoever does not even know the name or birth date learns nothing more of that person from a made-up file.
    hidden = PRIVATE_FIELDS if differing & {"full_name", "birth_date"} else frozenset()
    return [
        Comparison(
            field=name,
            declared=text,
            registered=HIDDEN if name in hidden else theirs.get(name, ""),
            differs=name in differing and name not in hidden,
        )
        for name, text in ours.items()
    ]


def _comparable(source: Declaration | Person) -> dict[str, str]:
    return {
        "full_name": source.full_name,
        "bhxh_code": source.bhxh_code,
        "birth_date": source.birth_date_text,
        "sex": str(source.get_sex_display()),
        "id_kind": str(source.get_id_kind_display()),
        "id_number": source.id_number,
        "phone": cast(PhoneNumber, source.phone).as_national if source.phone else "",
        "ward": str(source.ward or ""),
        "address": source.address,
    }


def _key(field: str, text: str) -> str:
    return name_key(text) if field in {"full_name", "address"} else text


def blockers(declaration: Declaration, person: Person | None) -> list[Blocker]:
    """Everything that keeps this file from being accepted by one officer; empty when nothing does."""
    if person is None:
        return [NOT_IN_REGISTER]
    differing = {line.field for line in compare(declaration, person) if line.differs}
    found = [ACCOUNT_EXISTS] if issuing.has_account(person.bhxh_code) else []
    return found + [blocker for field, blocker in DECISIVE.items() if field in differing]


def register_person(declaration: Declaration) -> Person | None:
    """The register's person of the declared code."""
    return Person.objects.filter(bhxh_code=declaration.bhxh_code).select_related("ward__province").first()


def receive(declaration_id: int, *, officer: User) -> Declaration:
    """Take the file up. NotYours, AlreadyDecided, WrongState."""
    return _move(declaration_id, "receive", officer=officer, work=partial(_take, officer=officer))


def accept(declaration_id: int, *, officer: User, seen: int | None = None) -> Declaration:
    """Issue the account, in one transaction; `seen` as in `judge`.

    NotYours, AlreadyDecided, MendedMeanwhile, WrongState, CannotAccept, AccountExists.
    """
    portrait = Photo.objects.filter(declaration_id=declaration_id, kind=Photo.Kind.PORTRAIT).first()
    if portrait is None:  # deleted since the page was shown, with or after a decision
        raise status.WrongState(state=State(Declaration.objects.get(pk=declaration_id).state).label)
    with issuing.prepared(portrait.file) as ready:
        work = partial(_accept, officer=officer, ready=ready)
        return _move(declaration_id, "accept", officer=officer, work=work, seen=seen)


def refuse(
    declaration_id: int, *, officer: User, reason: RefusalReason, words: str, seen: int | None = None
) -> Declaration:
    """Refuse with a reason from the list and the officer's words; `seen` as in `judge`.

    NotYours, AlreadyDecided, MendedMeanwhile.
    """
    work = partial(_refuse, officer=officer, reason=reason, words=words)
    return _move(declaration_id, "refuse", officer=officer, work=work, reason=reason.value, seen=seen)


def awaits_first_login(declaration: Declaration) -> bool:
    """Accepted, and the one-time password has not been used up."""
    return declaration.state == State.ACCEPTED and issuing.awaits_first_login(declaration.bhxh_code)


def resend_credentials(declaration_id: int, *, officer: User) -> Declaration:
    """A fresh one-time password for an accepted file whose citizen has not signed in.

    NotYours, AccountInUse, NotToBeSent once the file says no more whose it was.
    """
    declaration = policies.visible_to(officer).filter(pk=declaration_id, state=State.ACCEPTED).first()
    if declaration is None or not policies.is_reviewer(officer):
        raise NotYours
    if declaration.erased_at is not None:
        raise resending.NotToBeSent
    with transaction.atomic():
        issuing.reissue_password(declaration.bhxh_code, office=declaration.office_id or "", actor=officer)
        access.record("declaration.resend", actor=officer, object_type="declaration", object_id=declaration.pk)
    return declaration


def resend_message(declaration_id: int, *, message_id: int, officer: User) -> Declaration:
    """A message about this file that did not arrive, written anew. NotYours, or why it is not sent."""
    declaration = policies.visible_to(officer).filter(pk=declaration_id).first()
    is_of_it = declaration is not None and message_id in {message.pk for message in sms.of_file(declaration)}
    if declaration is None or not is_of_it or not policies.is_reviewer(officer):
        raise NotYours
    resending.resend(message_id, actor=officer)
    return declaration


def _move(
    declaration_id: int,
    step: str,
    *,
    officer: User,
    work: Callable[[Declaration], None],
    reason: str = "",
    seen: int | None = None,
) -> Declaration:
    allowed = partial(judge, officer=officer, seen=seen)
    return status.move(declaration_id, step, actor=officer, judge=allowed, work=work, reason=reason)


def judge(declaration: Declaration, *, officer: User, seen: int | None) -> None:
    """Whether this officer may act on the locked file at all; its state is looked at after this.

    `seen` is `last_answer` as the officer's page showed it, so that nothing is decided on what the citizen has
    mended since; None where no page was shown. NotYours, AlreadyDecided, MendedMeanwhile.
    """
    if not policies.may_review(officer, declaration):
        raise NotYours
    if declaration.state in (State.ACCEPTED, State.REFUSED) and declaration.reviewer_id != officer.pk:
        raise AlreadyDecided
    if seen is not None and seen != last_answer(declaration):
        raise MendedMeanwhile


def last_answer(declaration: Declaration) -> int:
    """Which request the citizen answered last; 0 if none."""
    answered = declaration.supplements.exclude(answered_at=None)
    return answered.order_by("-pk").values_list("pk", flat=True).first() or 0


def _take(declaration: Declaration, *, officer: User) -> None:
    declaration.reviewer, declaration.received_at = officer, timezone.now()


def _decide(declaration: Declaration, *, officer: User) -> None:
    now = timezone.now()
    declaration.reviewer, declaration.decided_at = officer, now
    declaration.received_at = declaration.received_at or now


def _accept(declaration: Declaration, *, officer: User, ready: issuing.Prepared) -> None:
    # The person is locked so that the register feed cannot change what is being compared.
    person = Person.objects.select_for_update(of=("self",)).filter(bhxh_code=declaration.bhxh_code).first()
    found = blockers(declaration, person)
    if found or person is None:
        raise CannotAccept(found)
    _decide(declaration, officer=officer)
    issuing.issue_account(
        person,
        phone=str(declaration.phone),
        email=declaration.email,
        language=declaration.language,
        ready=ready,
        actor=officer,
    )


def _refuse(declaration: Declaration, *, officer: User, reason: RefusalReason, words: str) -> None:
    _decide(declaration, officer=officer)
    declaration.refusal_reason, declaration.refusal_words = reason, words
    photos.take_no_more(declaration)
    sms.tell_refused(declaration)


def warnings(declaration: Declaration, person: Person | None) -> list[str | Promise]:
    """What an officer should look at twice; none of it blocks."""
    is_hidden = any(line.registered == HIDDEN for line in compare(declaration, person))
    found: list[tuple[bool, str | Promise]] = [
        (declaration.id_kind == IdKind.CMND, _("CMND 9 số không còn giá trị sử dụng từ năm 2025.")),
        (not intake.cccd_agrees(declaration), _("Số CCCD không khớp giới tính hoặc năm sinh đã khai.")),
    ]
    if person is not None and not is_hidden:
        found += [
            (declaration.sex != person.sex, _("Giới tính khai khác sổ tham gia.")),
            (
                bool(person.phone) and declaration.phone != person.phone,
                _("Số điện thoại khai khác số trong sổ."),
            ),
        ]
    account = issuing.account_of(person.bhxh_code) if person is not None and not is_hidden else None
    beside = duplicates.warnings(declaration, account)
    return [*(sentence for is_found, sentence in found if is_found), *beside] + [
        _("Mã QR trong ảnh giấy tờ ghi %(field)s «%(read)s», tờ khai ghi «%(declared)s».")
        % {"field": line.label, "read": line.read, "declared": line.declared}
        for line in readings.compare(declaration)
    ]
