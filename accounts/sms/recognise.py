"""Whether a pasted message is one of ours, and what is suspicious about it (pure: nothing is kept or logged).

A message is ours if it is one of the templates from its first to its last
character, each place filled by what we would put there, and shows no sign of a
false one. Anybody can write such a message: a page that says so says that too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts import browsers
from accounts.errors import PortalError
from accounts.models import Language, Message
from accounts.names import without_marks
from accounts.sms import texts

LONGEST = 1000  # characters; the longest of ours has 160


class TextTooLong(PortalError):
    code = "text_too_long"
    message = _("Bạn dán hơn 1.000 ký tự. Tin của chúng tôi có nhiều nhất 160 ký tự: dán từng tin một.")


class Sign(TextChoices):
    """What no message of ours has."""

    LINK = "link", _("Có đường dẫn để bấm.")
    CALL = "call", _("Bảo gọi hoặc nhắn tới một số điện thoại.")
    MONEY = "money", _("Đòi chuyển tiền, nộp tiền hoặc trả phí.")
    SECRET = "secret", _("Hỏi mã xác nhận hoặc mật khẩu.")
    APP = "app", _("Bảo cài hoặc tải ứng dụng.")
    OTHER_HOST = "other_host", _("Dòng cuối ghi tên một trang khác, không phải trang này.")
    THREAT = "threat", _("Dọa khóa thẻ hoặc tài khoản.")
    MARKS = "marks", _("Viết có dấu; tin của chúng tôi luôn viết không dấu.")


class Judgement(NamedTuple):
    """`kind` is None for what is not ours; signs stand there only, and there may be none."""

    kind: Message.Kind | None
    signs: list[Sign]

    @property
    def is_suspicious(self) -> bool:
        """Marks alone say that it is not ours, not that it is false."""
        return bool(set(self.signs) - {Sign.MARKS})


def judge(text: str) -> Judgement:
    """TextTooLong for what cannot be one message."""
    if len(text.replace("\r\n", "\n")) > LONGEST:
        raise TextTooLong
    line, host = _one_line(text), urlsplit(settings.PORTAL_ORIGIN).hostname or ""
    signs = list(_signs(line, host))
    ours = (kind for kind, pattern in _patterns(host) if pattern.fullmatch(line))
    return Judgement(None if signs else next(ours, None), signs)


def _one_line(text: str) -> str:
    """However it was broken into lines; what is invisible came along from where it was copied."""
    shown = (char for char in unicodedata.normalize("NFC", text) if unicodedata.category(char) != "Cf")
    return " ".join("".join(shown).split())


# --- Ours: the templates, each place a pattern ----------------------------------------------------------
_KINDS = {
    "code": Message.Kind.CODE,
    "code_of_account": Message.Kind.CODE,
    "credentials": Message.Kind.CREDENTIALS,
}


_LOGIN = r"\w{1,40}"
# These go to officers and clinic desks too: one word of a stranger's own fits in, as it does into `account`.
_MORE_PLACES = {"password_changed": {"bhxh_code": _LOGIN}}


@cache
def _patterns(host: str) -> list[tuple[Message.Kind, re.Pattern[str]]]:
    return [
        (_KINDS.get(name, Message.Kind.NOTICE), _pattern(template, {**places, **_MORE_PLACES.get(name, {})}, host))
        for templates, places in map(_in_language, Language.values)
        for name, template in templates.items()
    ]


def _in_language(language: str) -> tuple[dict[str, str], dict[str, str]]:
    """The templates, and what may fill their places: nothing that leaves a stranger words of their own."""
    with translation.override(language):
        templates = {name: str(words) for name, words in texts.TEMPLATES.items()}
        return templates, {
            "purpose": _one_of(texts.CODE_PURPOSES.values()),
            "reason": _one_of(texts.REFUSALS.values()),
            "device": _one_of(texts.device_words(device) for device in browsers.all_names()),
            "bhxh_code": r"\d{10}",
            "account": _LOGIN,
            "password": r"[a-z\d]{10}",
            "when": r"\d\d:\d\d \d\d/\d\d/\d{4}",
            "day": r"\d\d/\d\d/\d{4}",
            "end": r"\d{3}",
            "left": r"\d{1,2}",
            "file_number": r"\d{5}/\d{4}/\d{3,5}",
        }


def _one_of(words: Iterable[object]) -> str:
    return f"(?:{'|'.join(re.escape(str(word)) for word in words)})"


def _pattern(template: str, places: Mapping[str, str], host: str) -> re.Pattern[str]:
    """A code's last line may be missing: not every phone copies it."""
    said, at, last = " ".join(template.split()).partition(" @")
    pattern = _filled(said, {**places, "code": r"(?P<code>\d{6})"})
    if at:
        pattern += f"(?: @{_filled(last, {'host': re.escape(host), 'code': '(?P=code)'})})?"
    return re.compile(pattern, re.ASCII | re.IGNORECASE)


def _filled(template: str, places: Mapping[str, str]) -> str:
    parts = re.split(r"%\((\w+)\)s", template)  # every second one is the name of a place
    return "".join(places[part] if number % 2 else re.escape(part) for number, part in enumerate(parts))


# --- Not ours: signs, in small letters without marks ----------------------------------------------------
_LAST_LINE = re.compile(r"@ ?(\S{1,100}?) ?# ?\d{4,8}\b")
# Two-letter ends that are no Vietnamese syllables: a full stop without a blank after it is no address.
_ENDS = (
    "app|asia|biz|cc|cf|click|club|cn|com|cyou|fun|ga|gq|icu|info|io|life|link|live|ly|net|online|org|page|pro|ru|shop|"
    "site|store|tk|top|vip|vn|website|work|world|xyz"
)
_A_FEW_WORDS = r"(?: \w+){0,3}?"
# After «tai khoan» stands a BHXH code: ten digits too.
_NUMBER = (
    r"(?<!tai khoan )(?<!account )(?<![\d+])"
    r"(?:(?:\+?84|0)(?:[ .()-]{0,2}\d){8,10}|1[89]00(?:[ .-]?\d){4,6})(?!\d)"
)
_SIGNS = {
    Sign.LINK: rf"\w://|\bwww\.|[^\s.]\.[a-z]{{2,}}/|[^\s.]\.(?:{_ENDS})\b",
    Sign.CALL: (
        r"\bgoi (?:ngay|lai|dien|cho|so|toi|den|vao|theo|qua|hotline|tong dai)\b|\b(?:hotline|tong dai|ket ban)\b|"
        r"\blien he (?:ngay|so|qua|theo|zalo|hotline)\b|\b(?:nhan|soan) tin\b|\b(?:call|dial|whatsapp|telegram)\b|"
        + _NUMBER
    ),
    Sign.MONEY: (
        r"\bchuyen (?:tien|khoan)\b|\b(?:thanh toan|dat coc|stk)\b|"
        r"\b(?:nop|dong|tra|thu|mat|nap|gui)(?: [\w.,]+){0,3}? (?:tien|phi)\b|"
        r"\b(?:transfer|pay|payment|deposit|fees?|send money)\b"
    ),
    Sign.SECRET: (
        r"(?<!khong )(?<!dung )\b(?:doc|xin|gui|cung cap|cho biet|chia se|tra loi|soan|dien|bao|(?<!dang )nhap)"
        rf"{_A_FEW_WORDS} (?:ma|otp|mat khau|password|pin)\b|"
        rf"(?<!not )(?<!never )\b(?:read|send|give|tell|share|reply|enter|confirm|provide){_A_FEW_WORDS} "
        r"(?:code|otp|password|pin)\b"
    ),
    Sign.THREAT: r"\b(?:se|sap)(?: bi)? (?:khoa|ngung|tam dung|thu hoi|huy)\b|\bwill be (?:locked|blocked|suspended)\b",
    Sign.APP: (
        rf"\b(?:cai|tai|cap nhat){_A_FEW_WORDS} (?:app|apk|ung dung|phan mem)\b|\.apk\b|\b(?:install|download)\b"
    ),
}


def _signs(line: str, host: str) -> Iterator[Sign]:
    plain = without_marks(line).casefold()
    hosts = _LAST_LINE.findall(plain)
    body = _LAST_LINE.sub("", plain)
    found = {sign for sign, pattern in _SIGNS.items() if re.search(pattern, body)}
    if set(hosts) - {host}:
        found.add(Sign.OTHER_HOST)
    if without_marks(line) != line:
        found.add(Sign.MARKS)
    return (sign for sign in Sign if sign in found)
