"""Every text with the longest values a person or a setting can give it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from accounts.models import OneTimeCode
from accounts.services.issuing import ISSUED_PASSWORD_LENGTH
from accounts.sms import texts
from registration.workflow import REFUSAL_SMS

# The GSM 03.38 alphabet; its extension table counts double and is not used.
GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
HOST = "dangkytaikhoan.baohiemxahoi.gov.vn"
FILE_NUMBER = "99999/2026/00101"
LONGEST_BROWSER = "Samsung Internet trên ChromeOS"

# Asked for an account that is known: a family's phone gets such codes for each of its members.
OF_AN_ACCOUNT = {"take_over", "reset", "phone_old", "phone_new"}
LATE = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)

LONGEST: dict[str, Callable[[], str]] = {
    **{
        f"one_time_code {purpose}": lambda purpose=purpose: texts.one_time_code(
            purpose=purpose, code="000000", about="9" * 10 if purpose in OF_AN_ACCOUNT else ""
        )
        for purpose in OneTimeCode.Purpose.values
    },
    "credentials": lambda: texts.credentials(bhxh_code="9" * 10, password="W" * ISSUED_PASSWORD_LENGTH),
    "signed_in": lambda: texts.signed_in(
        bhxh_code="9" * 10, device=LONGEST_BROWSER, at=datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    ),
    "second_factor_reset": lambda: texts.second_factor_reset(account="W" * 40),
    "recovery_code_used": lambda: texts.recovery_code_used(account="W" * 40, left=9),
    "password_changed": lambda: texts.password_changed(bhxh_code="9" * 10, at=LATE),
    "phone_changed": lambda: texts.phone_changed(bhxh_code="9" * 10, new_phone="+84999000001"),
    "recovery_codes_made": lambda: texts.recovery_codes_made(bhxh_code="9" * 10),
    "account_locked": lambda: texts.account_locked(bhxh_code="9" * 10, by_code=True),
    "account_locked at_the_office": lambda: texts.account_locked(bhxh_code="9" * 10, by_code=False),
    "signed_out_by_office": lambda: texts.signed_out_by_office(bhxh_code="9" * 10),
    "declaration_filed": lambda: texts.declaration_filed(file_number=FILE_NUMBER),
    **{
        f"declaration_refused {reason}": lambda words=words: texts.declaration_refused(
            file_number=FILE_NUMBER, reason=words
        )
        for reason, words in REFUSAL_SMS.items()
    },
}


@pytest.fixture(autouse=True)
def long_host(settings) -> None:
    settings.PORTAL_ORIGIN = f"https://{HOST}:8443"


@pytest.fixture(params=LONGEST)
def text(request: pytest.FixtureRequest) -> str:
    return LONGEST[request.param]()


def test_no_text_is_missing_here() -> None:
    ours = inspect.getmembers(texts, lambda thing: inspect.isfunction(thing) and thing.__module__ == texts.__name__)
    assert {name for name, _ in ours} == {name.split()[0] for name in LONGEST}


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


@pytest.mark.parametrize("purpose", OneTimeCode.Purpose.values)
def test_a_codes_last_line_is_bound_to_the_portals_host_and_holds_the_code(purpose: str) -> None:
    lines = texts.one_time_code(purpose=purpose, code="012345").split("\n")
    assert lines[-1] == f"@{HOST} #012345"
    assert len(lines) == 2
    assert lines[0].startswith("BHXH: 012345 ")
    assert "10 phut" in lines[0]


def test_two_purposes_are_told_apart_before_the_code_is_given_away() -> None:
    said = {texts.one_time_code(purpose=purpose, code="012345") for purpose in OneTimeCode.Purpose.values}
    assert len(said) == len(OneTimeCode.Purpose.values)


@pytest.mark.parametrize("purpose", sorted(OF_AN_ACCOUNT))
def test_a_code_for_an_account_names_it_by_its_end_alone(purpose: str) -> None:
    text = texts.one_time_code(purpose=purpose, code="012345", about="9900000018")
    assert "tai khoan *018," in text
    assert "0018" not in text


def test_what_an_owner_is_told_has_a_way_out() -> None:
    for name in ("password_changed", "phone_changed", "recovery_codes_made", "recovery_code_used"):
        assert "Neu khong phai ban: " in LONGEST[name]()


def test_a_changed_number_is_told_by_its_last_three_digits() -> None:
    text = LONGEST["phone_changed"]()
    assert "ba so cuoi 001." in text
    assert "0001" not in text


@pytest.mark.parametrize("name", [name for name in LONGEST if name.split()[0] in {"one_time_code", "credentials"}])
def test_a_secret_comes_with_the_warning_to_read_it_to_nobody(name: str) -> None:
    assert "Khong doc" in LONGEST[name]()
    assert "ke ca can bo BHXH" in LONGEST[name]()


def test_credentials_give_the_code_and_one_word_as_password() -> None:
    text = texts.credentials(bhxh_code="9900000001", password="Kx47mnPqrT")
    assert re.findall(r"mat khau: (\w+)", text) == ["Kx47mnPqrT"]
    assert re.findall(r"tai khoan (\d{10})\b", text) == ["9900000001"]
    assert "72 gio" in text
    assert "@" not in text


def test_a_refusal_names_the_file_and_a_fixed_reason() -> None:
    text = texts.declaration_refused(file_number=FILE_NUMBER, reason="anh khong ro")
    assert FILE_NUMBER in text
    assert "anh khong ro" in text
