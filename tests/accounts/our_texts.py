"""Every text of ours, written with the longest values a person or a setting can give it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from accounts.models import OneTimeCode
from accounts.services.issuing import ISSUED_PASSWORD_LENGTH
from accounts.sms import texts
from registration.workflow import RefusalReason

HOST = "dangkytaikhoan.baohiemxahoi.gov.vn"
FILE_NUMBER = "99999/2026/00101"
LONGEST_BROWSER = "Samsung Internet trên ChromeOS"

# Asked for an account that is known: a family's phone gets such codes for each of its members.
OF_AN_ACCOUNT = {"take_over", "reset", "recovery", "phone_old", "phone_new"}
LATE = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)

LONGEST: dict[str, Callable[..., str]] = {
    **{
        f"one_time_code {purpose}": lambda purpose=purpose, **said: texts.one_time_code(
            purpose=purpose, code="000000", about="9" * 10 if purpose in OF_AN_ACCOUNT else "", **said
        )
        for purpose in OneTimeCode.Purpose.values
    },
    "credentials": lambda **said: texts.credentials(bhxh_code="9" * 10, password="W" * ISSUED_PASSWORD_LENGTH, **said),
    "signed_in": lambda **said: texts.signed_in(bhxh_code="9" * 10, device=LONGEST_BROWSER, at=LATE, **said),
    "second_factor_reset": lambda **said: texts.second_factor_reset(account="W" * 40, **said),
    "recovery_code_used": lambda **said: texts.recovery_code_used(account="W" * 40, left=9, **said),
    "password_changed": lambda **said: texts.password_changed(bhxh_code="9" * 10, at=LATE, **said),
    "phone_changed": lambda **said: texts.phone_changed(bhxh_code="9" * 10, new_phone="+84999000001", **said),
    "recovery_codes_made": lambda **said: texts.recovery_codes_made(bhxh_code="9" * 10, **said),
    "account_locked": lambda **said: texts.account_locked(bhxh_code="9" * 10, by_code=True, **said),
    "account_locked at_the_office": lambda **said: texts.account_locked(bhxh_code="9" * 10, by_code=False, **said),
    "signed_out_by_office": lambda **said: texts.signed_out_by_office(bhxh_code="9" * 10, **said),
    "code_declared": lambda **said: texts.code_declared(bhxh_code="9" * 10, **said),
    "erasure_granted": lambda **said: texts.erasure_granted(file_number=FILE_NUMBER, **said),
    "erasure_refused": lambda **said: texts.erasure_refused(file_number=FILE_NUMBER, **said),
    "draft_ends": lambda **said: texts.draft_ends(at=LATE, **said),
    "declaration_filed": lambda **said: texts.declaration_filed(file_number=FILE_NUMBER, **said),
    **{
        f"declaration_refused {reason}": lambda reason=reason, **said: texts.declaration_refused(
            file_number=FILE_NUMBER, reason=reason, **said
        )
        for reason in RefusalReason.values
    },
    "supplement_asked": lambda **said: texts.supplement_asked(file_number=FILE_NUMBER, due=LATE, **said),
    "supplement_due": lambda **said: texts.supplement_due(file_number=FILE_NUMBER, due=LATE, **said),
    "declaration_withdrawn": lambda **said: texts.declaration_withdrawn(file_number=FILE_NUMBER, **said),
}
