"""Which pasted messages are taken for ours, and what is found suspicious about the others."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import browsers
from accounts.models import Language, Message, OneTimeCode
from accounts.services import issuing
from accounts.sms import texts
from accounts.sms.recognise import LONGEST, Sign, TextTooLong, judge
from registration.workflow import RefusalReason
from tests.accounts.our_texts import LONGEST as LONGEST_TEXTS

CODE, CREDENTIALS, NOTICE = Message.Kind.CODE, Message.Kind.CREDENTIALS, Message.Kind.NOTICE
OWN_LINE = "\n@127.0.0.1 #"

digits = st.text("0123456789", min_size=10, max_size=10)
logins = digits | st.sampled_from(["canbobhxh", "quantri", "01020_BV", "canbo_2", "W" * 40])
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
files = st.builds(
    lambda number, year, office: f"{number:05d}/{year}/{office}",
    st.integers(1, 99999),
    st.integers(2020, 2099),
    st.sampled_from(["001", "00101", "07906"]),
)


def built(kind: Message.Kind, text: Callable[..., str], **values: st.SearchStrategy) -> st.SearchStrategy:
    """A text of ours with its kind."""
    language = st.sampled_from(Language.values)
    return st.tuples(st.just(kind), st.builds(text, language=language, **values))


ours = st.one_of(
    built(
        CODE,
        texts.one_time_code,
        purpose=st.sampled_from(OneTimeCode.Purpose.values),
        code=st.integers(0, 999999).map("{:06d}".format),
        about=st.just("") | digits,
    ),
    built(CREDENTIALS, texts.credentials, bhxh_code=digits, password=st.builds(issuing.issued_password)),
    built(
        NOTICE,
        texts.signed_in,
        bhxh_code=digits,
        device=st.sampled_from(["Trình duyệt", "Zalo trên iPhone", "Cốc Cốc trên Windows", "Samsung Internet"]),
        at=moments,
    ),
    built(NOTICE, texts.password_changed, bhxh_code=logins, at=moments),
    built(NOTICE, texts.phone_changed, bhxh_code=digits, new_phone=digits.map("+84{}".format)),
    built(NOTICE, texts.recovery_codes_made, bhxh_code=digits),
    built(NOTICE, texts.account_locked, bhxh_code=digits, by_code=st.booleans()),
    built(NOTICE, texts.signed_out_by_office, bhxh_code=digits),
    built(NOTICE, texts.code_declared, bhxh_code=digits),
    built(NOTICE, texts.second_factor_reset, account=logins),
    built(NOTICE, texts.recovery_code_used, account=logins, left=st.integers(0, 9)),
    built(NOTICE, texts.erasure_granted, file_number=files),
    built(NOTICE, texts.erasure_refused, file_number=files),
    built(NOTICE, texts.draft_ends, at=moments),
    built(NOTICE, texts.declaration_filed, file_number=files),
    built(NOTICE, texts.supplement_asked, file_number=files, due=moments),
    built(NOTICE, texts.supplement_due, file_number=files, due=moments),
    built(NOTICE, texts.declaration_withdrawn, file_number=files),
    built(NOTICE, texts.declaration_refused, file_number=files, reason=st.sampled_from(RefusalReason.values)),
)
# A word of another is slipped in between two of ours, or at either end.
LINKS = [
    "https://baohiemxahoi.gov.vn/",
    "http://1.2.3.4/x",
    "www.vssid.vn",
    "vssid-bhxh.top/capnhat",
    "BHXH-so.com",
    "bit.ly/3xYz",
    "dichvucong.gov.vn.",
    "HTTPS://EVIL.EXAMPLE",
]
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(ours)
@unhurried
def test_every_text_of_ours_is_ours_and_shows_no_sign(sent: tuple[Message.Kind, str]) -> None:
    kind, text = sent
    assert judge(text) == (kind, [])


@pytest.mark.parametrize("language", Language.values)
@pytest.mark.parametrize("name", LONGEST_TEXTS)
def test_no_text_is_left_out(name: str, language: str) -> None:
    kind = {"one_time_code": CODE, "credentials": CREDENTIALS}.get(name.split()[0], NOTICE)
    assert judge(LONGEST_TEXTS[name](language=language)) == (kind, [])


@pytest.mark.parametrize("language", Language.values)
def test_whatever_the_browser_is_called_the_notice_is_ours(language: str) -> None:
    at = datetime(2026, 3, 8, tzinfo=UTC)
    for device in browsers.all_names():
        text = texts.signed_in(bhxh_code="9900000001", device=device, at=at, language=language)
        assert judge(text) == (NOTICE, []), device


@given(ours, st.data())
@unhurried
def test_however_it_was_copied_it_stays_ours(sent: tuple[Message.Kind, str], data: st.DataObject) -> None:
    kind, text = sent
    gaps = st.sampled_from([" ", "  ", "\n", "\r\n", " \n ", "\t", "\u00a0", "\u200b "])
    copied = "".join(data.draw(gaps) if part.isspace() else part for part in re.split(r"(\s+)", text))
    copied = data.draw(st.sampled_from([str, str.upper, str.lower]))(copied)
    around = data.draw(st.sampled_from(["", " ", "\n\n", "\ufeff"]))
    assert judge(around + copied + around) == (kind, [])


@given(ours)
@unhurried
def test_a_code_without_its_last_line_is_ours_too(sent: tuple[Message.Kind, str]) -> None:
    kind, text = sent
    assert judge(text.partition(OWN_LINE)[0]) == (kind, [])


@given(ours, st.data())
@unhurried
def test_with_a_link_added_it_is_not_ours(sent: tuple[Message.Kind, str], data: st.DataObject) -> None:
    words = sent[1].split(" ")
    place = data.draw(st.integers(0, len(words)))
    judged = judge(" ".join([*words[:place], data.draw(st.sampled_from(LINKS)), *words[place:]]))
    assert judged.kind is None
    assert Sign.LINK in judged.signs


@pytest.mark.parametrize("language", Language.values)
@pytest.mark.parametrize(
    "host",
    ["127.0.0.2", "127.0.0.1.example.com", "baohiemxahoi.gov.vn", "evil.example", "127.0.0.1@evil.example", "bhxh"],
)
def test_with_another_host_in_its_last_line_a_code_is_not_ours(host: str, language: str) -> None:
    text = texts.one_time_code(purpose="reset", code="012345", about="9900000018", language=language)
    assert judge(text.replace("@127.0.0.1", f"@{host}")) == (None, [Sign.OTHER_HOST])


def test_the_host_is_that_of_the_settings(settings) -> None:
    text = texts.one_time_code(purpose="register", code="012345")
    settings.PORTAL_ORIGIN = "https://cong.example.vn"
    assert judge(text).signs == [Sign.OTHER_HOST]
    assert judge(texts.one_time_code(purpose="register", code="012345")) == (CODE, [])


def test_with_another_code_in_its_last_line_it_is_not_ours() -> None:
    assert judge(texts.one_time_code(purpose="register", code="012345").replace("#012345", "#012346")).kind is None


@given(ours, st.data())
@unhurried
def test_with_a_word_more_or_less_it_is_not_ours(sent: tuple[Message.Kind, str], data: st.DataObject) -> None:
    words = sent[1].partition(OWN_LINE)[0].split()
    place = data.draw(st.integers(0, len(words) - 1))
    assert judge(" ".join(words[:place] + words[place + 1 :])).kind is None
    assert judge(" ".join([*words[:place], "gap", *words[place:]])).kind is None


PLACES = {
    "account": "BHXH: tai khoan {} vua tao to ma du phong moi, ma tren to cu bo di. "
    "Neu khong phai ban: doi mat khau, bao co quan BHXH.",
    "device": "BHXH: tai khoan 9900000001 vua dang nhap tren {} luc 10:00 08/03/2026. "
    "Neu khong phai ban: doi mat khau, bao co quan BHXH.",
    "reason": "BHXH: ho so 00001/2026/00101 bi tu choi. Ly do: {}. Ban co the khai lai tai muc Dang ky.",
    "purpose": "BHXH: 012345 la ma {}, het han sau 10 phut. Khong doc cho bat ky ai, ke ca can bo BHXH.",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "words", ["goi-0912345678", "goi 0912 345 678", "www.evil.example", "mot dieu khac", "vao-trang-moi-de-mo", ""]
)
def test_a_stranger_can_say_nothing_in_a_place_of_ours(place: str, words: str) -> None:
    assert judge(PLACES[place].format(words)).kind is None


FALSE = {
    "VssID: cap nhat CCCD truoc 24h tai https://vssid-bhxh.top/x": {Sign.LINK},
    "Tai khoan BHXH cua ban bi khoa, goi ngay 0912.345.678": {Sign.CALL},
    "The BHYT het han, lien he 1900 9068": {Sign.CALL},
    "Please call us on +84 24 3926 1234": {Sign.CALL},
    "Can bo BHXH day, ket ban de duoc huong dan": {Sign.CALL},
    "BHXH: de nghi nop 200.000d le phi cap the BHYT dien tu": {Sign.MONEY},
    "Chuyen khoan truoc 17h de giu quyen loi": {Sign.MONEY},
    "Pay the fee today": {Sign.MONEY},
    "Vui long cung cap ma OTP cho can bo de hoan tat ho so": {Sign.SECRET},
    "Ban nhan duoc ma, gui lai ma do cho so nay": {Sign.SECRET},
    "Reply with your code": {Sign.SECRET},
    "Cai dat ung dung VNeID moi": {Sign.APP},
    "Tai file bhxh.apk va mo len": {Sign.APP},
    "Download the new version": {Sign.APP},
    "Thẻ của bạn sắp hết hạn": {Sign.MARKS},
    "Mã OTP: hãy đọc mã cho cán bộ, rồi tải ứng dụng ở bhxh.vip": {Sign.LINK, Sign.SECRET, Sign.APP, Sign.MARKS},
    "123456 la ma cua ban\n@bhxh-gov.example #123456": {Sign.OTHER_HOST},
}


@pytest.mark.parametrize("text", FALSE)
def test_what_is_suspicious_is_named(text: str) -> None:
    assert judge(text) == (None, [sign for sign in Sign if sign in FALSE[text]])


@pytest.mark.parametrize(
    "text",
    [
        "Hom nay troi dep",
        "Toi di cho roi.Em nau com nhe",
        "Ngan hang: khong cung cap ma OTP cho bat ky ai",
        "Do not give the code to anyone",
        "Con dang nhap mat khau lan hai",
        "12/03/2026 10:00, ho so 00001/2026/00101",
        "BHXH",
    ],
)
def test_what_is_merely_not_ours_shows_no_sign(text: str) -> None:
    assert judge(text) == (None, [])


@given(st.text(max_size=LONGEST))
@unhurried
def test_any_text_is_judged(text: str) -> None:
    judged = judge(text)
    assert judged.kind is None or judged.signs == []


@pytest.mark.parametrize("text", ["@" * 1000, "0-" * 500, "a." * 500, "doc " * 250, "tai khoan " * 100, "9" * 1000])
def test_a_text_made_to_be_slow_is_judged_at_once(text: str) -> None:
    judge("")  # the patterns are made once
    begun = time.process_time()
    judge(text)
    assert time.process_time() - begun < 0.2


def test_a_text_over_a_thousand_characters_is_refused_with_a_sentence() -> None:
    assert judge("a" * LONGEST).kind is None
    assert judge("a\r\n" * (LONGEST // 2)).kind is None  # as a browser sends line ends
    with pytest.raises(TextTooLong, match=r"1\.000 ký tự"):
        judge("a" * (LONGEST + 1))
