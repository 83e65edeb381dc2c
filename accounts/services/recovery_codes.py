"""Printed recovery codes: ten on a sheet, each stands in once for a code to the phone (docs/adr/0015-recovery.md).

Never for the password: whoever finds the sheet finds nothing they could open with it.
"""

from __future__ import annotations

import secrets

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.errors import PortalError
from accounts.models import OneTimeCode, RecoveryCode, User
from accounts.sealing import keyed_digest
from accounts.services import access, notices, one_time_codes, passwords
from accounts.services.one_time_codes import NoPhone
from accounts.services.sessions import lock_own_account
from accounts.sms import texts

RECOVERY = OneTimeCode.Purpose.RECOVERY
CODES = 10
GROUPS, GROUP_LENGTH = 3, 5
# 25 letters and digits, 69 bits to a code; NIST SP 800-63B-4 asks for 64. Nothing that looks like something else on
# paper, no vowel, no d and no w: a Vietnamese keyboard would make marked letters of them.
ALPHABET = "23456789bcfghjkmnpqrstvxz"


class RecoveryCodeWrong(PortalError):
    code = "recovery_code_wrong"
    message = _(
        "Mã dự phòng chưa đúng hoặc đã dùng rồi. Xem lại từng ký tự trên tờ mới nhất của bạn, hoặc dùng mã kế tiếp."
    )


def send_code(request: HttpRequest, user: User, *, address: str) -> None:
    """To the account's phone, for a new sheet: a password alone must not make what stands in for the phone.

    NoPhone, or why codes are not sent.
    """
    if not user.phone:
        raise NoPhone
    one_time_codes.send_code(
        request.session,
        purpose=RECOVERY,
        subject=str(user.pk),
        phone=str(user.phone),
        address=address,
        about=user.username,
        language=user.language,
    )


def renew(request: HttpRequest, user: User, *, password: str, code: str) -> list[str]:
    """A new sheet for a citizen, who gives the password again and the code from the phone, and is told.

    WrongCurrentPassword, TooManyRequests, SessionOver, or why the code does not hold.
    """
    passwords.check_current(user, password)
    one_time_codes.check_code(request.session, purpose=RECOVERY, subject=str(user.pk), code=code)
    with transaction.atomic():
        locked = lock_own_account(request, user)
        codes = make(locked)
        text = texts.recovery_codes_made(bhxh_code=locked.username, language=locked.language)
        sheet = locked.recovery_codes.latest("pk").pk
        notices.tell(locked, purpose="recovery_codes", text=text, dedupe_key=f"recovery-sheet:{sheet}")
    return codes


def make(user: User) -> list[str]:
    """A new sheet, shown this once; the codes before it are worth nothing from here on.

    Part of the caller's transaction, which has the account's row locked.
    """
    codes = [_random_code() for _number in range(CODES)]
    user.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(user, code)) for code in codes)
    access.record("recovery_codes.made", actor=user, person_id=user.person_id)
    return codes


def use(user: User, typed: str) -> None:
    """Use one code of this account up, however it is typed; its owner is told how many are left.

    RecoveryCodeWrong, TooManyRequests. Whether the account may be opened at all is the caller's to judge.
    """
    with limits.failures(("recovery.account", str(user.pk))), transaction.atomic():
        # The account first: whoever makes a new sheet meanwhile locks in this order too.
        locked = User.objects.select_for_update().get(pk=user.pk)
        row = locked.recovery_codes.filter(digest=_digest(locked, _plain(typed)), used_at=None).first()
        if row is None:
            raise RecoveryCodeWrong
        row.used_at = timezone.now()
        row.save(update_fields=["used_at"])
        access.record("recovery_codes.used", actor=locked, person_id=locked.person_id)
        text = texts.recovery_code_used(account=locked.username, left=left(locked), language=locked.language)
        notices.tell(locked, purpose="recovery_codes", text=text, dedupe_key=f"recovery-code:{row.pk}")


def left(user: User) -> int:
    return user.recovery_codes.filter(used_at=None).count()


def _random_code() -> str:
    """`k7mq-r3xb-t9fh`."""
    groups = ("".join(secrets.choice(ALPHABET) for _place in range(GROUP_LENGTH)) for _group in range(GROUPS))
    return "-".join(groups)


def _plain(typed: str) -> str:
    """Case, blanks and dashes are the typist's own."""
    return "".join(char for char in typed.casefold() if char.isalnum())


def _digest(user: User, code: str) -> str:
    return keyed_digest(f"{user.pk}:{_plain(code)}", purpose="recovery-code")
