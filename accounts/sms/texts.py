"""Every text the portal sends, in one place.

Vietnamese without diacritics: GSM-7, one part of at most 160 characters,
purpose and code first, no link except a code's domain-bound last line,
never the number of an identity paper.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from accounts.names import without_marks

_CODE_PURPOSES = {
    "register": "xac nhan so dien thoai",
    "status": "xem ho so",
    "take_over": "chuyen thiet bi",
}


def one_time_code(*, purpose: str, code: str) -> str:
    host = urlsplit(settings.PORTAL_ORIGIN).hostname
    return (
        f"BHXH: {code} la ma {_CODE_PURPOSES[purpose]}, het han sau 10 phut. "
        f"Khong doc ma nay cho bat ky ai, ke ca can bo BHXH.\n@{host} #{code}"
    )


def credentials(*, bhxh_code: str, password: str) -> str:
    return (
        f"BHXH: tai khoan {bhxh_code}, mat khau: {password}\nDung mot lan trong 72 gio, "
        "dang nhap roi dat mat khau moi. Khong doc cho bat ky ai, ke ca can bo BHXH."
    )


def signed_in(*, bhxh_code: str, device: str, at: datetime) -> str:
    """To the owner, when a browser the account does not remember came in with the password alone."""
    when = timezone.localtime(at).strftime("%H:%M %d/%m/%Y")
    return (
        f"BHXH: tai khoan {bhxh_code} vua dang nhap tren {without_marks(device)} luc {when}. "
        "Neu khong phai ban: doi mat khau, bao co quan BHXH."
    )


def declaration_filed(*, file_number: str) -> str:
    return (
        f"BHXH: da ghi nhan to khai, ma ho so {file_number}. "
        "Can bo se doi chieu; ket qua gui ve so nay. Xem tai muc Theo doi ho so."
    )


def declaration_refused(*, file_number: str, reason: str) -> str:
    """`reason` is one of the fixed unaccented reasons, never an officer's own words."""
    return f"BHXH: ho so {file_number} bi tu choi. Ly do: {reason}. Ban co the khai lai tai muc Dang ky."
