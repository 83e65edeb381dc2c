"""Password rules: length and the person's own words; no composition rules (NIST SP 800-63B)."""

from __future__ import annotations

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.names import clean_name, name_key

MIN_LENGTH, MAX_LENGTH = 8, 128
_CONTEXT_WORDS = ("BHXH", "BHYT", "VSSID", "MATKHAU", "BAOHIEM")


class LengthRule:
    def validate(self, password: str, user: User | None = None) -> None:
        if len(clean_name(password)) < MIN_LENGTH:  # hidden characters and runs of blanks are no secret
            raise ValidationError(_("Mật khẩu cần ít nhất 8 ký tự."), code="password_too_short")
        if len(password) > MAX_LENGTH:
            raise ValidationError(_("Mật khẩu dài nhất 128 ký tự."), code="password_too_long")

    def get_help_text(self) -> str:
        return _("Ít nhất 8 ký tự; có thể dùng cả câu, có dấu và khoảng trắng.")


class CommonPasswordRule(CommonPasswordValidator):
    """Refuses what is on Django's list of the passwords most in use, and says how to get to one that is not."""

    def get_error_message(self) -> str:
        return _("Mật khẩu này nhiều người dùng nên dễ bị đoán. Thêm vài từ nữa, ví dụ một câu dễ nhớ với riêng bạn.")


class OwnWordsRule:
    """Refuses the code, the name, the portal's words: what a stranger would try first."""

    def validate(self, password: str, user: User | None = None) -> None:
        key = name_key(password).replace(" ", "")
        if any(word and word in key and len(key) <= len(word) + 4 for word in self._words(user)):
            raise ValidationError(
                _("Mật khẩu dễ đoán: không dùng mã số, họ tên hoặc chữ BHXH làm mật khẩu."),
                code="password_own_words",
            )

    def get_help_text(self) -> str:
        return _("Không dùng mã số BHXH, họ tên, hoặc một mật khẩu phổ biến.")

    def _words(self, user: User | None) -> list[str]:
        words = list(_CONTEXT_WORDS)
        if user is not None:
            words.append(user.username.upper())
            if user.person is not None:
                words += [user.person.name_key.replace(" ", ""), user.person.id_number]
        return words
