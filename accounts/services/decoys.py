"""What is done for somebody who is not there takes as long as for somebody who is (docs/adr/0015-recovery.md).

Beside the database, reading and writing phone numbers is what takes time: each
time one would have been read, one is read here.
"""

from __future__ import annotations

from phonenumber_field.phonenumber import PhoneNumber

from accounts.models import OneTimeCode, User

SOMEBODYS = "+84999000000"  # never written, never sent to


def number_read() -> None:
    number = PhoneNumber.from_string(SOMEBODYS)
    _ = bool(number) and str(number)


def account_read() -> None:
    user = User(phone=SOMEBODYS)
    _ = bool(user.phone) and str(user.phone)


def code_read(row: OneTimeCode) -> OneTimeCode:
    """A row that was read or made just now; one that goes to nobody has no number in it."""
    if not row.phone:
        number_read()
    return row
