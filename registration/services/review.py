"""What an officer may do with a filed declaration, and what stops one officer alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import PortalError
from accounts.models import IdKind, Message, Person, User
from accounts.names import name_key
from accounts.services.issuing import has_account, issue_account
from accounts.sms import outbox, texts
from registration import policies
from registration.models import Declaration, Photo
from registration.services import status
from registration.workflow import REFUSAL_SMS, RefusalReason


class NotYours(PortalError):
    code = "not_yours"
    message = _("Hồ sơ này không thuộc cơ quan hoặc phường/xã của bạn. Không có gì thay đổi.")


class AlreadyDecided(PortalError):
    code = "already_decided"
    message = _("Cán bộ khác đã quyết định hồ sơ này trước bạn. Quyết định đó giữ nguyên, việc của bạn không ghi lại.")


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
ACCOUNT_EXISTS = Blocker("account_exists", _("Mã số BHXH đã có tài khoản; mỗi người chỉ có một tài khoản."))
NAME_DIFFERS = Blocker("name_differs", _("Họ tên khai khác sổ tham gia; cần hai cán bộ xem xét."))
BIRTH_DATE_DIFFERS = Blocker("birth_date_differs", _("Ngày sinh khai khác sổ tham gia; cần hai cán bộ xem xét."))
PAPER_DIFFERS = Blocker("paper_differs", _("Số giấy tờ khai khác sổ tham gia; cần hai cán bộ xem xét."))


def blockers(declaration: Declaration, person: Person | None) -> list[Blocker]:
    """Everything that keeps this file from being accepted by one officer; empty when nothing does."""
    if person is None:
        return [NOT_IN_REGISTER]
    found = {
        ACCOUNT_EXISTS: has_account(person.bhxh_code),
        NAME_DIFFERS: name_key(declaration.full_name) != person.name_key,
        BIRTH_DATE_DIFFERS: declaration.birth_date != person.birth_date,
        PAPER_DIFFERS: declaration.id_kind == person.id_kind and declaration.id_number != person.id_number,
    }
    return [blocker for blocker, is_found in found.items() if is_found]


def register_person(declaration: Declaration) -> Person | None:
    """The register's person of the declared code."""
    return Person.objects.filter(bhxh_code=declaration.bhxh_code).select_related("ward__province").first()


def receive(declaration_id: int, *, officer: User) -> Declaration:
    """Take the file up. NotYours, AlreadyDecided, WrongState."""
    return status.move(
        declaration_id,
        "receive",
        actor=officer,
        judge=partial(_judge, officer=officer),
        work=partial(_take, officer=officer),
    )


def accept(declaration_id: int, *, officer: User) -> Declaration:
    """Issue the account, in one transaction. NotYours, AlreadyDecided, CannotAccept, AccountExists."""
    return status.move(
        declaration_id,
        "accept",
        actor=officer,
        judge=partial(_judge, officer=officer),
        work=partial(_accept, officer=officer),
    )


def refuse(declaration_id: int, *, officer: User, reason: RefusalReason, words: str) -> Declaration:
    """Refuse with a reason from the list and the officer's words. NotYours, AlreadyDecided."""
    work = partial(_refuse, officer=officer, reason=reason, words=words)
    return _move(declaration_id, "refuse", officer=officer, work=work, reason=reason.value)


def _move(
    declaration_id: int,
    step: str,
    *,
    officer: User,
    work: Callable[[Declaration], None],
    reason: str = "",
) -> Declaration:
    judge = partial(_judge, officer=officer)
    return status.move(declaration_id, step, actor=officer, judge=judge, work=work, reason=reason)


def _judge(declaration: Declaration, *, officer: User) -> None:
    if not policies.may_review(officer, declaration):
        raise NotYours
    decided_by_other = not declaration.is_open and declaration.reviewer_id != officer.pk
    if decided_by_other:
        raise AlreadyDecided


def _take(declaration: Declaration, *, officer: User) -> None:
    declaration.reviewer, declaration.received_at = officer, timezone.now()


def _decide(declaration: Declaration, *, officer: User) -> None:
    now = timezone.now()
    declaration.reviewer, declaration.decided_at = officer, now
    declaration.received_at = declaration.received_at or now


def _accept(declaration: Declaration, *, officer: User) -> None:
    # The person is locked so that the register feed cannot change what is being compared.
    person = Person.objects.select_for_update(of=("self",)).filter(bhxh_code=declaration.bhxh_code).first()
    found = blockers(declaration, person)
    if found or person is None:
        raise CannotAccept(found)
    _decide(declaration, officer=officer)
    portrait = declaration.photos.get(kind=Photo.Kind.PORTRAIT)
    with portrait.file.open("rb") as file:
        issue_account(person, phone=str(declaration.phone), portrait=file.read(), actor=officer)


def _refuse(declaration: Declaration, *, officer: User, reason: RefusalReason, words: str) -> None:
    _decide(declaration, officer=officer)
    declaration.refusal_reason, declaration.refusal_words = reason, words
    outbox.put(
        kind=Message.Kind.NOTICE,
        purpose="declaration_refused",
        to=str(declaration.phone),
        text=texts.declaration_refused(file_number=str(declaration.file_number), reason=REFUSAL_SMS[reason]),
        dedupe_key=f"refused:{declaration.pk}",
    )


def warnings(declaration: Declaration, person: Person | None) -> list[str | Promise]:
    """What an officer should look at twice; none of it blocks."""
    found: list[tuple[bool, str | Promise]] = [
        (declaration.id_kind == IdKind.CMND, _("CMND 9 số không còn giá trị sử dụng từ năm 2025.")),
        (not _cccd_agrees(declaration), _("Số CCCD không khớp giới tính hoặc năm sinh đã khai.")),
    ]
    if person is not None:
        found += [
            (declaration.sex != person.sex, _("Giới tính khai khác sổ tham gia.")),
            (
                bool(person.phone) and declaration.phone != person.phone,
                _("Số điện thoại khai khác số trong sổ."),
            ),
        ]
    return [sentence for is_found, sentence in found if is_found]


def _cccd_agrees(declaration: Declaration) -> bool:
    """Digit 4 holds century and sex (0/1 male/female 19xx, 2/3 20xx, …), digits 5–6 the birth year."""
    if declaration.id_kind != IdKind.CCCD:
        return True
    number, year = declaration.id_number, int(declaration.birth_date[:4])
    digit = (year // 100 - 19) * 2 + (declaration.sex == "female")
    return number[3] == str(digit) and number[4:6] == f"{year % 100:02d}"
