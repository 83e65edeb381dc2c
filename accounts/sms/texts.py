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
    "reset": "dat lai mat khau",
    "recovery": "tao ma du phong",
    "phone_old": "bo so nay khoi",
    "phone_new": "dung so nay cho",
}


def one_time_code(*, purpose: str, code: str, about: str = "") -> str:
    """`about` is the login name of the account it is for; its end tells the accounts of a family's phone apart."""
    host = urlsplit(settings.PORTAL_ORIGIN).hostname
    whose = f" tai khoan *{about[-3:]}" if about else ""
    return (
        f"BHXH: {code} la ma {_CODE_PURPOSES[purpose]}{whose}, het han sau 10 phut. "
        f"Khong doc cho bat ky ai, ke ca can bo BHXH.\n@{host} #{code}"
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


def password_changed(*, bhxh_code: str, at: datetime) -> str:
    """However it was changed: with the password before, or with a code to the phone."""
    when = timezone.localtime(at).strftime("%H:%M %d/%m/%Y")
    return (
        f"BHXH: tai khoan {bhxh_code} vua dat mat khau moi luc {when}. "
        "Neu khong phai ban: vao muc Quen mat khau dat lai ngay, bao co quan BHXH."
    )


def phone_changed(*, bhxh_code: str, new_phone: str) -> str:
    """To both numbers, of which the one before can do nothing any more by itself."""
    return (
        f"BHXH: tai khoan {bhxh_code} vua doi so nhan ma sang so co ba so cuoi {new_phone[-3:]}. "
        "Neu khong phai ban: mang giay to den co quan BHXH ngay."
    )


def recovery_codes_made(*, bhxh_code: str) -> str:
    return (
        f"BHXH: tai khoan {bhxh_code} vua tao to ma du phong moi, ma tren to cu bo di. "
        "Neu khong phai ban: doi mat khau, bao co quan BHXH."
    )


def account_locked(*, bhxh_code: str, by_code: bool) -> str:
    """`by_code`: a code to this number opens it again; otherwise only the office does."""
    way = "vao muc Quen mat khau, ma se gui ve so nay" if by_code else "mang giay to den co quan BHXH"
    return f"BHXH: tai khoan {bhxh_code} da khoa vi co nguoi bam Khong phai toi. Mo lai: {way}."


def signed_out_by_office(*, bhxh_code: str) -> str:
    return (
        f"BHXH: can bo BHXH da cho tai khoan {bhxh_code} thoat khoi thiet bi dang dung. "
        "Ban dang nhap lai nhu thuong; can hoi thi lien he co quan BHXH."
    )


def second_factor_reset(*, account: str) -> str:
    return (
        f"BHXH: da dat lai xac thuc hai buoc cua tai khoan {account}. "
        "Dang nhap de cai lai. Ban khong nho dat lai: bao quan tri vien."
    )


def recovery_code_used(*, account: str, left: int) -> str:
    """To the owner of a printed sheet, of whatever kind the account is."""
    return (
        f"BHXH: tai khoan {account} vua dung mot ma du phong, con {left} ma. "
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
