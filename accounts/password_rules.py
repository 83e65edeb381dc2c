"""Password rules: length, common passwords, the person's own words; no composition rules (NIST SP 800-63B)."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from string import digits, punctuation

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Person, User
from accounts.names import clean_name, name_key

MIN_LENGTH, MAX_LENGTH = 8, 128
MOST_BESIDE = 6  # digits and signs around a common word that leave it a common password: `matkhau@2024`
LEAST_OF_A_DATE = 6  # digits: of a year alone anybody's password may hold four
_CONTEXT_WORDS = ("BHXH", "BHYT", "VSSID", "MATKHAU", "BAOHIEM")
# Words, sentences, Telex keys and digits that people in Vietnam choose: lower case, without marks and blanks.
_COMMON_HERE = Path(__file__).parent / "data" / "common_passwords.txt"
_SEPARATORS = re.compile(r"[\s._/+-]")
_PHONE = re.compile(r"(?:0|84)[35789][0-9]{8}")


class LengthRule:
    def validate(self, password: str, user: User | None = None) -> None:
        if len(clean_name(password)) < MIN_LENGTH:  # hidden characters and runs of blanks are no secret
            raise ValidationError(_("Mật khẩu cần ít nhất 8 ký tự."), code="password_too_short")
        if len(password) > MAX_LENGTH:
            raise ValidationError(_("Mật khẩu dài nhất 128 ký tự."), code="password_too_long")

    def get_help_text(self) -> str:
        return _("Ít nhất 8 ký tự; có thể dùng cả câu, có dấu và khoảng trắng.")


class CommonPasswordRule(CommonPasswordValidator):
    """Refuses Django's list of the passwords most in use, ours of those in Vietnam, and any date or mobile number."""

    def validate(self, password: str, user: User | None = None) -> None:
        super().validate(password, user)
        key = _key(password).lower()
        if key in self.passwords or _is_common_here(key) or _is_date(key) or _PHONE.fullmatch(key):
            raise ValidationError(self.get_error_message(), code="password_too_common")

    def get_error_message(self) -> str:
        return _("Mật khẩu này nhiều người dùng nên dễ bị đoán. Thêm vài từ nữa, ví dụ một câu dễ nhớ với riêng bạn.")


class OwnWordsRule:
    """Refuses the code, the name, the phone, the birth date, the portal's words: what a stranger would try first."""

    def validate(self, password: str, user: User | None = None) -> None:
        key = _key(password)
        if any(word and word in key and len(key) <= len(word) + 4 for word in self._words(user)):
            raise ValidationError(
                _(
                    "Mật khẩu dễ đoán: không dùng mã số, họ tên, ngày sinh, số điện thoại của bạn "
                    "hoặc chữ BHXH làm mật khẩu."
                ),
                code="password_own_words",
            )

    def get_help_text(self) -> str:
        return _("Không dùng mã số BHXH, họ tên, ngày sinh, số điện thoại, hoặc một mật khẩu phổ biến.")

    def _words(self, user: User | None) -> list[str]:
        words = list(_CONTEXT_WORDS)
        if user is not None:
            words += [_key(user.username), _subscriber(user.phone)]
            if user.person is not None:
                words += _words_of(user.person)
        return words


def _words_of(person: Person) -> list[str]:
    return [
        _key(person.full_name),
        _key(person.id_number),
        _subscriber(person.phone),
        *_ways_to_write(person.birth_date),
    ]


def _key(text: str) -> str:
    """Upper case without marks, blanks and what people put between digits."""
    return _SEPARATORS.sub("", name_key(text))


def _subscriber(phone: object) -> str:
    """What is the same in `0912…` and `+84912…`; empty without a number."""
    return str(phone).removeprefix("+84") if phone else ""


def _ways_to_write(birth_date: str) -> list[str]:
    """ISO text of any precision as people type it: `15081985`, `1581985`, `19850815`."""
    parts = [part for part in birth_date.split("-") if part]
    short = [str(int(part)) for part in parts]
    ways = ["".join(order) for written in (parts, short) for order in (written, written[::-1])]
    return [way for way in ways if len(way) >= LEAST_OF_A_DATE]


def _is_common_here(key: str) -> bool:
    bare = key.strip(digits + punctuation)
    return key in _common_here() or (bare in _common_here() and len(key) <= len(bare) + MOST_BESIDE)


def _is_date(key: str) -> bool:
    """Eight digits, the day or the year first."""
    if not re.fullmatch(r"[0-9]{8}", key):
        return False
    return any(_exists(*parts) for parts in ((key[4:], key[2:4], key[:2]), (key[:4], key[4:6], key[6:])))


def _exists(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return year[:2] in {"19", "20"}


@cache
def _common_here() -> frozenset[str]:
    return frozenset(_COMMON_HERE.read_text(encoding="utf-8").split())
