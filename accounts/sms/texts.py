"""Every text the portal sends, in one place.

Vietnamese without diacritics, and English through gettext (locale/en): GSM-7,
one part of at most 160 characters, purpose and code first, no link except a
code's domain-bound last line, never the number of an identity paper.

`language` is the receiver's ("vi", "en"); without one the active language.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.names import without_marks

# accounts.sms.recognise reads them too: whatever fills a place (%(name)s) has a pattern there.
TEMPLATES: dict[str, Promise] = {
    "code": _(
        "BHXH: %(code)s la ma %(purpose)s, het han sau 10 phut. "
        "Khong doc cho bat ky ai, ke ca can bo BHXH.\n@%(host)s #%(code)s"
    ),
    "code_of_account": _(
        "BHXH: %(code)s la ma %(purpose)s tai khoan *%(end)s, het han sau 10 phut. "
        "Khong doc cho bat ky ai, ke ca can bo BHXH.\n@%(host)s #%(code)s"
    ),
    "credentials": _(
        "BHXH: tai khoan %(bhxh_code)s, mat khau: %(password)s\nDung mot lan trong 72 gio, "
        "dang nhap roi dat mat khau moi. Khong doc cho bat ky ai, ke ca can bo BHXH."
    ),
    "signed_in": _(
        "BHXH: tai khoan %(bhxh_code)s vua dang nhap tren %(device)s luc %(when)s. "
        "Neu khong phai ban: doi mat khau, bao co quan BHXH."
    ),
    "password_changed": _(
        "BHXH: tai khoan %(bhxh_code)s vua dat mat khau moi luc %(when)s. "
        "Neu khong phai ban: vao muc Quen mat khau dat lai ngay, bao co quan BHXH."
    ),
    "phone_changed": _(
        "BHXH: tai khoan %(bhxh_code)s vua doi so nhan ma sang so co ba so cuoi %(end)s. "
        "Neu khong phai ban: mang giay to den co quan BHXH ngay."
    ),
    "recovery_codes_made": _(
        "BHXH: tai khoan %(bhxh_code)s vua tao to ma du phong moi, ma tren to cu bo di. "
        "Neu khong phai ban: doi mat khau, bao co quan BHXH."
    ),
    "locked": _(
        "BHXH: tai khoan %(bhxh_code)s da khoa vi co nguoi bam Khong phai toi. "
        "Mo lai: vao muc Quen mat khau, ma se gui ve so nay."
    ),
    "locked_until_at_office": _(
        "BHXH: tai khoan %(bhxh_code)s da khoa vi co nguoi bam Khong phai toi. Mo lai: mang giay to den co quan BHXH."
    ),
    "signed_out_by_office": _(
        "BHXH: can bo BHXH da cho tai khoan %(bhxh_code)s thoat khoi thiet bi dang dung. "
        "Ban dang nhap lai nhu thuong; can hoi thi lien he co quan BHXH."
    ),
    "code_declared": _(
        "BHXH: co nguoi vua nop to khai cho chu tai khoan %(bhxh_code)s tu so dien thoai khac. "
        "Tai khoan khong doi. Neu khong phai ban: bao co quan BHXH."
    ),
    "second_factor_reset": _(
        "BHXH: da dat lai xac thuc hai buoc cua tai khoan %(account)s. "
        "Dang nhap de cai lai. Ban khong nho dat lai: bao quan tri vien."
    ),
    "recovery_code_used": _(
        "BHXH: tai khoan %(account)s vua dung mot ma du phong, con %(left)s ma. "
        "Neu khong phai ban: doi mat khau, bao co quan BHXH."
    ),
    "declaration_filed": _(
        "BHXH: da ghi nhan to khai, ma ho so %(file_number)s. "
        "Can bo se doi chieu; ket qua gui ve so nay. Xem tai muc Theo doi ho so."
    ),
    "declaration_refused": _(
        "BHXH: ho so %(file_number)s bi tu choi. Ly do: %(reason)s. Ban co the khai lai tai muc Dang ky."
    ),
    "erasure_granted": _(
        "BHXH: du lieu va anh trong ho so %(file_number)s da duoc xoa theo yeu cau cua ban. "
        "Tai khoan va the, neu co, khong thay doi."
    ),
    "erasure_refused": _(
        "BHXH: chua xoa du lieu trong ho so %(file_number)s theo yeu cau cua ban. Ly do: xem tai muc Theo doi ho so."
    ),
    "draft_ends": _(
        "BHXH: to khai chua nop cua ban se bi xoa ngay %(day)s. "
        "Muon giu: truoc ngay do mo muc Dang ky voi so nay roi khai tiep."
    ),
    "supplement_asked": _(
        "BHXH: ho so %(file_number)s can ban bo sung, han het ngay %(day)s. "
        "Xem can gi tai muc Theo doi ho so; cho trong hang cho van giu."
    ),
    "supplement_due": _(
        "BHXH: ho so %(file_number)s chua duoc bo sung, han het ngay %(day)s. "
        "Qua han thi ho so bi tu choi. Bo sung tai muc Theo doi ho so."
    ),
    "declaration_withdrawn": _(
        "BHXH: ho so %(file_number)s da duoc rut, khong ai xet nua. "
        "Neu khong phai ban: bao co quan BHXH, roi khai lai tai muc Dang ky."
    ),
}
CODE_PURPOSES: dict[str, Promise] = {
    "register": _("xac nhan so dien thoai"),
    "status": _("xem ho so"),
    "take_over": _("chuyen thiet bi"),
    "reset": _("dat lai mat khau"),
    "recovery": _("tao ma du phong"),
    "phone_old": _("bo so nay khoi"),
    "phone_new": _("dung so nay cho"),
}
# Fixed, by the code of the reason: an officer's own words never stand in a text.
REFUSALS: dict[str, Promise] = {
    "photo_unclear": _("anh khong ro"),
    "photo_mismatch": _("anh chan dung khong khop giay to"),
    "data_mismatch": _("thong tin khai khong khop giay to"),
    "paper_invalid": _("giay to khong hop le"),
    "not_in_register": _("chua doi chieu duoc; da co tai khoan thi vao Quen mat khau"),
    "account_exists": _("chua doi chieu duoc; da co tai khoan thi vao Quen mat khau"),
    "not_supplemented": _("qua han bo sung"),
    "other": _("hoi co quan BHXH noi nop"),
}
_SOME_BROWSER = _("Trinh duyet")
_BROWSER_ON_SYSTEM = _("{browser} tren {system}")


def one_time_code(*, purpose: str, code: str, about: str = "", language: str = "") -> str:
    """`about` is the login name of the account it is for; its end tells the accounts of a family's phone apart."""
    values = {"code": code, "purpose": CODE_PURPOSES[purpose], "host": urlsplit(settings.PORTAL_ORIGIN).hostname}
    if not about:
        return _write("code", language, **values)
    return _write("code_of_account", language, end=about[-3:], **values)


def credentials(*, bhxh_code: str, password: str, language: str = "") -> str:
    return _write("credentials", language, bhxh_code=bhxh_code, password=password)


def signed_in(*, bhxh_code: str, device: str, at: datetime, language: str = "") -> str:
    """To the owner, when a browser the account does not remember came in with the password alone."""
    return _write("signed_in", language, bhxh_code=bhxh_code, device=device_words(device), when=_moment(at))


def password_changed(*, bhxh_code: str, at: datetime, language: str = "") -> str:
    """However it was changed: with the password before, or with a code to the phone."""
    return _write("password_changed", language, bhxh_code=bhxh_code, when=_moment(at))


def phone_changed(*, bhxh_code: str, new_phone: str, language: str = "") -> str:
    """To both numbers, of which the one before can do nothing any more by itself."""
    return _write("phone_changed", language, bhxh_code=bhxh_code, end=new_phone[-3:])


def recovery_codes_made(*, bhxh_code: str, language: str = "") -> str:
    return _write("recovery_codes_made", language, bhxh_code=bhxh_code)


def account_locked(*, bhxh_code: str, by_code: bool, language: str = "") -> str:
    """`by_code`: a code to this number opens it again; otherwise only the office does."""
    return _write("locked" if by_code else "locked_until_at_office", language, bhxh_code=bhxh_code)


def signed_out_by_office(*, bhxh_code: str, language: str = "") -> str:
    return _write("signed_out_by_office", language, bhxh_code=bhxh_code)


def code_declared(*, bhxh_code: str, language: str = "") -> str:
    """To the owner of the account, and nothing of whoever declared."""
    return _write("code_declared", language, bhxh_code=bhxh_code)


def second_factor_reset(*, account: str, language: str = "") -> str:
    return _write("second_factor_reset", language, account=account)


def recovery_code_used(*, account: str, left: int, language: str = "") -> str:
    """To the owner of a printed sheet, of whatever kind the account is."""
    return _write("recovery_code_used", language, account=account, left=left)


def declaration_filed(*, file_number: str, language: str = "") -> str:
    return _write("declaration_filed", language, file_number=file_number)


def declaration_refused(*, file_number: str, reason: str, language: str = "") -> str:
    """`reason` is one of the codes of REFUSALS."""
    return _write("declaration_refused", language, file_number=file_number, reason=REFUSALS[reason])


def erasure_granted(*, file_number: str, language: str = "") -> str:
    """The last message of a file: its number is forgotten with the rest."""
    return _write("erasure_granted", language, file_number=file_number)


def erasure_refused(*, file_number: str, language: str = "") -> str:
    """The office's own words stand on the page, never in a text."""
    return _write("erasure_refused", language, file_number=file_number)


def draft_ends(*, at: datetime, language: str = "") -> str:
    """To the number of a declaration nobody went on with, of the day it is deleted."""
    return _write("draft_ends", language, day=_day(at))


def supplement_asked(*, file_number: str, due: datetime, language: str = "") -> str:
    """What is asked for stands behind a code only."""
    return _write("supplement_asked", language, file_number=file_number, day=_day(due))


def supplement_due(*, file_number: str, due: datetime, language: str = "") -> str:
    return _write("supplement_due", language, file_number=file_number, day=_day(due))


def declaration_withdrawn(*, file_number: str, language: str = "") -> str:
    return _write("declaration_withdrawn", language, file_number=file_number)


def device_words(name: str) -> str | Promise:
    """A device's name, as kept in Vietnamese, in the words of whatever text it is put into."""
    browser, _between, system = without_marks(name).partition(" tren ")
    known = _SOME_BROWSER if browser == "Trinh duyet" else browser
    return format_lazy(_BROWSER_ON_SYSTEM, browser=known, system=system) if system else known


def _write(template: str, language: str, **values: object) -> str:
    # The words in a place are looked up as it is filled, so in the same language.
    with translation.override(language or translation.get_language()):
        return str(TEMPLATES[template]) % values


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%H:%M %d/%m/%Y")


def _day(at: datetime) -> str:
    return timezone.localtime(at).strftime("%d/%m/%Y")
