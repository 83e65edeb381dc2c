"""Every text with the longest values a person or a setting can give it, in both languages."""

from __future__ import annotations

import inspect
import re

import pytest
from django.utils import translation

from accounts import browsers
from accounts.models import Language, OneTimeCode
from accounts.sms import texts
from registration.workflow import RefusalReason
from tests.accounts.our_texts import FILE_NUMBER, HOST, LATE, LONGEST, OF_AN_ACCOUNT

# The GSM 03.38 alphabet; its extension table counts double and is not used.
GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


@pytest.fixture(autouse=True)
def long_host(settings) -> None:
    settings.PORTAL_ORIGIN = f"https://{HOST}:8443"


@pytest.fixture(params=Language.values)
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=LONGEST)
def text(request: pytest.FixtureRequest, language: str) -> str:
    return LONGEST[request.param](language=language)


def test_no_text_is_missing_here() -> None:
    ours = {
        name
        for name, function in inspect.getmembers(texts, inspect.isfunction)
        if not name.startswith("_") and "language" in inspect.signature(function).parameters
    }
    assert ours == {name.split()[0] for name in LONGEST}


def test_no_template_is_missing_here(monkeypatch: pytest.MonkeyPatch) -> None:
    written: set[str] = set()
    write = texts._write
    monkeypatch.setattr(
        texts, "_write", lambda name, *args, **kwargs: written.add(name) or write(name, *args, **kwargs)
    )
    for longest in LONGEST.values():
        longest()
    assert written == texts.TEMPLATES.keys()
    assert texts.CODE_PURPOSES.keys() == set(OneTimeCode.Purpose.values)
    assert texts.REFUSALS.keys() == set(RefusalReason.values)


def test_a_text_is_one_part_of_gsm_7(text: str) -> None:
    assert set(text) <= GSM_7
    assert len(text) <= 160


def test_a_text_begins_with_who_sends_it(text: str) -> None:
    assert text.startswith("BHXH: ")


def test_no_text_holds_a_link(text: str) -> None:
    body = re.sub(rf"\n@{re.escape(HOST)} #\d{{6}}\Z", "", text)
    assert not re.search(r"https?:|www\.|/{2}|\w\.\w|@", body)


def test_no_text_holds_what_looks_like_an_identity_paper(text: str) -> None:
    assert not re.search(r"\d{12}|(?<!\d)\d{9}(?!\d)", text)


def test_no_place_of_a_text_is_left_unfilled(text: str) -> None:
    assert not re.search(r"%\(|[{}]|None", text)


def test_every_word_of_ours_has_its_english() -> None:
    words = [*texts.TEMPLATES.values(), *texts.CODE_PURPOSES.values(), *texts.REFUSALS.values()]
    with translation.override("vi"):
        vietnamese = [str(word) for word in words]
    with translation.override("en"):
        english = [str(word) for word in words]
    assert not set(vietnamese) & set(english)
    place = re.compile(r"%\(\w+\)s")
    assert [sorted(place.findall(word)) for word in vietnamese] == [sorted(place.findall(word)) for word in english]


@pytest.mark.parametrize("name", LONGEST)
def test_no_vietnamese_is_left_in_an_english_text(name: str) -> None:
    vietnamese, english = (
        {*re.findall(r"\b[a-z]+\b", LONGEST[name](language=code).replace(HOST, ""))} for code in ("vi", "en")
    )
    assert vietnamese & english <= {"do", "the", "to"}  # words of both


def test_without_a_language_a_text_is_in_the_active_one(language: str) -> None:
    for longest in LONGEST.values():
        with translation.override(language):
            assert longest() == longest(language=language)
        with translation.override("en" if language == "vi" else "vi"):
            assert longest(language=language) != longest()


def test_writing_in_one_language_leaves_the_page_in_its_own() -> None:
    with translation.override("vi"):
        LONGEST["credentials"](language="en")
        assert translation.get_language() == "vi"


@pytest.mark.parametrize("purpose", OneTimeCode.Purpose.values)
def test_a_codes_last_line_is_bound_to_the_portals_host_and_holds_the_code(purpose: str, language: str) -> None:
    lines = texts.one_time_code(purpose=purpose, code="012345", language=language).split("\n")
    assert lines[-1] == f"@{HOST} #012345"
    assert len(lines) == 2
    assert lines[0].startswith("BHXH: 012345 ")
    assert {"vi": "10 phut", "en": "10 min"}[language] in lines[0]


def test_two_purposes_are_told_apart_before_the_code_is_given_away(language: str) -> None:
    said = {
        texts.one_time_code(purpose=purpose, code="012345", language=language) for purpose in OneTimeCode.Purpose.values
    }
    assert len(said) == len(OneTimeCode.Purpose.values)


@pytest.mark.parametrize("purpose", sorted(OF_AN_ACCOUNT))
def test_a_code_for_an_account_names_it_by_its_end_alone(purpose: str, language: str) -> None:
    text = texts.one_time_code(purpose=purpose, code="012345", about="9900000018", language=language)
    assert {"vi": "tai khoan *018,", "en": "account *018,"}[language] in text
    assert "0018" not in text


def test_what_an_owner_is_told_has_a_way_out(language: str) -> None:
    told = ("signed_in", "password_changed", "phone_changed", "recovery_codes_made", "recovery_code_used")
    for name in (*told, "code_declared"):
        way_out = {"vi": "Neu khong phai ban: ", "en": "If it was not you: "}[language]
        assert way_out in LONGEST[name](language=language)


def test_a_changed_number_is_told_by_its_last_three_digits(language: str) -> None:
    text = LONGEST["phone_changed"](language=language)
    assert {"vi": "ba so cuoi 001.", "en": "ending in 001."}[language] in text
    assert "0001" not in text


@pytest.mark.parametrize("name", [name for name in LONGEST if name.split()[0] in {"one_time_code", "credentials"}])
def test_a_secret_comes_with_the_warning_to_read_it_to_nobody(name: str) -> None:
    vietnamese, english = (LONGEST[name](language=language) for language in ("vi", "en"))
    assert "Khong doc cho bat ky ai, ke ca can bo BHXH." in vietnamese
    assert re.search(r"Do not read it to anyone, not even (BHXH )?staff\.", english)


def test_credentials_give_the_code_and_one_word_as_password() -> None:
    text = texts.credentials(bhxh_code="9900000001", password="Kx47mnPqrT")
    assert re.findall(r"mat khau: (\w+)", text) == ["Kx47mnPqrT"]
    assert re.findall(r"tai khoan (\d{10})\b", text) == ["9900000001"]
    assert "72 gio" in text
    assert "@" not in text


def test_credentials_in_english_do_the_same() -> None:
    text = texts.credentials(bhxh_code="9900000001", password="Kx47mnPqrT", language="en")
    assert re.findall(r"password: (\w+)", text) == ["Kx47mnPqrT"]
    assert re.findall(r"account (\d{10})\b", text) == ["9900000001"]
    assert "72 hours" in text
    assert "@" not in text


def test_a_refusal_names_the_file_and_a_fixed_reason() -> None:
    text = texts.declaration_refused(file_number=FILE_NUMBER, reason="photo_unclear")
    assert FILE_NUMBER in text
    assert "Ly do: anh khong ro." in text
    with pytest.raises(KeyError):
        texts.declaration_refused(file_number=FILE_NUMBER, reason="anh cua ban xau qua")


def test_a_device_is_named_in_the_words_of_the_text() -> None:
    said = {
        device: [texts.signed_in(bhxh_code="9" * 10, device=device, at=LATE, language=code) for code in ("vi", "en")]
        for device in browsers.all_names()
    }
    assert len(said) > 80
    for device, (vietnamese, english) in said.items():
        assert not re.search(r"\btren\b|Trinh duyet", english), device
        assert vietnamese.isascii(), device
        assert english.isascii(), device
    vietnamese, english = said["Trình duyệt trên KaiOS"]
    assert "tren Trinh duyet tren KaiOS luc" in vietnamese
    assert "in a browser on KaiOS at" in english
