"""What else waits for whoever a declaration declares (docs/adr/0027-duplicates.md).

A citizen is told of what hangs on the phone they have proved, and the question
itself says so: what belongs to any other phone is not read, so it can show in
no page, step or time. An officer is told of everything; the owner of an account
is told when a file with its code came from another phone.

Papers are compared by their number alone: the shapes of the kinds differ, so a
number is of one kind only. An old CMND and a new CCCD of one person have
nothing in common; whoever changed papers is found by the code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.db import transaction
from django.db.models import Case, Q, QuerySet, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import name_key
from accounts.services import issuing, notices
from accounts.sms import texts
from registration import policies
from registration.models import Declaration
from registration.workflow import UNDECIDED_STATES, State

MANY_FILES = 3  # undecided on one phone, from which its citizen is told of them
SHOWN_FILES = 5
SHOWN_TWINS = 10
COUNTED_AT_MOST = 20
FILES_AT_ONCE = 200
OWNER_TOLD_WITHIN = timedelta(days=1)  # what was filed before is news to nobody
_OPEN_TO_EVERY_OFFICER = ("bhxh_code", "id_number", "phone")
_SHOWN_TO_ITS_OWN = (*_OPEN_TO_EVERY_OFFICER, "full_name", "birth_date", "sex")


@dataclass(frozen=True)
class Standing:
    """What the phone of a draft has already for the person it declares; nothing of any other phone."""

    file: Declaration | None
    is_same_code: bool
    has_account: bool

    @property
    def waits_for_its_citizen(self) -> bool:
        return self.file is not None and self.file.state == State.SUPPLEMENT


@dataclass(frozen=True)
class Twin:
    """An undecided file for the same code or paper, as an officer sees it; `is_mine` if it is theirs to open.

    Of a file that is not theirs they learn where it is and whether code, paper and phone are the same.
    """

    file: Declaration
    is_mine: bool
    same: list[str | Promise]
    differs: list[str | Promise]


def standing_of(draft: Declaration) -> Standing:
    """With the newest undecided file of the same code, or else of the same paper."""
    if not draft.bhxh_code:
        return Standing(file=None, is_same_code=False, has_account=False)
    like = _undecided(draft).filter(_same_person(draft), phone=draft.phone)
    file = like.order_by(_of_code_first(draft), "-filed_at", "-pk").first()
    is_same_code = file is not None and file.bhxh_code == draft.bhxh_code
    return Standing(file=file, is_same_code=is_same_code, has_account=has_account_here(draft))


def is_filed_here(draft: Declaration) -> bool:
    """Whether an undecided file of the same phone has the same code."""
    return _undecided(draft).filter(phone=draft.phone, bhxh_code=draft.bhxh_code).exists()


def has_account_here(declaration: Declaration) -> bool:
    """Whether the code, or whoever holds the paper, has an account on the phone of the declaration."""
    return bool(declaration.bhxh_code) and issuing.has_account_on(
        str(declaration.phone),
        bhxh_code=declaration.bhxh_code,
        id_kind=declaration.id_kind,
        id_number=declaration.id_number,
    )


def files_of_phone(draft: Declaration) -> list[datetime]:
    """When the phone's undecided files were filed, newest first, SHOWN_FILES at most; none unless there are MANY_FILES.

    Not their numbers: those count up, and whoever has a number that was somebody else's could guess the rest of one.
    """
    newest = _undecided(draft).filter(phone=draft.phone).order_by("-filed_at", "-pk")
    moments = [file.filed_at for file in newest.only("filed_at")[:SHOWN_FILES] if file.filed_at is not None]
    return moments if len(moments) >= MANY_FILES else []


def twins(declaration: Declaration, officer: User) -> list[Twin]:
    """Those of the code first, then the oldest, SHOWN_TWINS at most; none once the file is decided."""
    if declaration.state not in UNDECIDED_STATES:
        return []
    same = _undecided(declaration).filter(_same_person(declaration)).select_related("office")
    found = list(same.order_by(_of_code_first(declaration), "filed_at", "pk")[:SHOWN_TWINS])
    if not found:
        return []
    mine = set(policies.visible_to(officer).filter(pk__in=[file.pk for file in found]).values_list("pk", flat=True))
    return [_twin(declaration, file, is_mine=file.pk in mine) for file in found]


def warnings(declaration: Declaration, account: User | None) -> list[str | Promise]:
    """For an officer: how the declared phone stands; `account` is that of the code, None if it may not be spoken of."""
    others = _undecided(declaration).filter(phone=declaration.phone).order_by()[: COUNTED_AT_MOST + 1].count()
    found: list[str | Promise] = []
    if account is not None and account.phone == declaration.phone:
        found.append(_("Tờ khai nộp bằng đúng số điện thoại của tài khoản đã có: người khai chỉ cần «Quên mật khẩu»."))
    elif account is not None:
        found.append(
            _(
                "Tài khoản đã có dùng số điện thoại khác: người đổi số thì mang giấy tờ đến cơ quan; "
                "cũng có thể là người khác khai."
            )
        )
    if others:
        count = f"{_('hơn')} {COUNTED_AT_MOST}" if others > COUNTED_AT_MOST else others
        found.append(_("Số điện thoại khai còn ở %(count)s hồ sơ khác đang chờ.") % {"count": count})
    return found


def tell_owners() -> int:
    """Tell owners of accounts of the files with their code from other phones; files looked at, FILES_AT_ONCE at most.

    By the clock and not by Ghi nhận, which must take the same time whoever else has the code.
    """
    now = timezone.now()
    since = now - OWNER_TOLD_WITHIN
    waiting = Declaration.objects.filter(
        state__in=UNDECIDED_STATES, owner_sought_at=None, filed_at__gte=since
    ).order_by("filed_at")
    with transaction.atomic():
        files = list(waiting.select_for_update(skip_locked=True).only("bhxh_code", "phone")[:FILES_AT_ONCE])
        accounts = User.objects.filter(username__in={file.bhxh_code for file in files}, kind=User.Kind.CITIZEN)
        owners = {owner.username: owner for owner in accounts.filter(is_active=True)}
        for file in files:
            owner = owners.get(file.bhxh_code)
            if owner is not None and owner.phone != file.phone:
                _tell(owner)
        Declaration.objects.filter(pk__in=[file.pk for file in files]).update(owner_sought_at=now)
    return len(files)


def _tell(owner: User) -> None:
    """Once a day: a code is easily guessed, and nobody must be able to pester its owner."""
    text = texts.code_declared(bhxh_code=owner.username, language=owner.language)
    key = f"code_declared:{owner.pk}:{timezone.localdate():%Y%m%d}"
    notices.tell(owner, purpose="code_declared", text=text, dedupe_key=key)


def _undecided(beside: Declaration) -> QuerySet[Declaration]:
    return Declaration.objects.filter(state__in=UNDECIDED_STATES).exclude(pk=beside.pk)


def _same_person(declaration: Declaration) -> Q:
    """Equalities only, each with an index; neither is empty in a file that waits."""
    return Q(bhxh_code=declaration.bhxh_code) | Q(id_number=declaration.id_number)


def _of_code_first(declaration: Declaration) -> Case:
    return Case(When(bhxh_code=declaration.bhxh_code, then=0), default=1)


def _twin(declaration: Declaration, file: Declaration, *, is_mine: bool) -> Twin:
    same: list[str | Promise] = []
    differs: list[str | Promise] = []
    for name in _SHOWN_TO_ITS_OWN if is_mine else _OPEN_TO_EVERY_OFFICER:
        is_same = _key(declaration, name) == _key(file, name)
        label = cast("str | Promise", Declaration._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        (same if is_same else differs).append(label)
    return Twin(file=file, is_mine=is_mine, same=same, differs=differs)


def _key(declaration: Declaration, name: str) -> str:
    value = str(getattr(declaration, name))
    return name_key(value) if name == "full_name" else value
