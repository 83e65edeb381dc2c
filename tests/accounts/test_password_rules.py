from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

import accounts
from accounts.models import User
from tests import factories

pytestmark = pytest.mark.django_db

COMMON = Path(accounts.__file__).parent / "data" / "common_passwords.txt"


@pytest.fixture
def citizen() -> User:
    return factories.citizen(
        factories.person(full_name="Nguyễn Văn Mẫu", id_number="001085990001", phone="+84999000002"),
        phone="+84999000001",
    )


def codes(password: str, user: User | None = None) -> set[str | None]:
    with pytest.raises(ValidationError) as refused:
        validate_password(password, user)
    return {error.code for error in refused.value.error_list}


def test_seven_characters_are_too_few_and_eight_are_enough() -> None:
    assert codes("xanh-li") == {"password_too_short"}
    validate_password("xanh-lim")


def test_128_characters_are_taken_and_129_are_not() -> None:
    validate_password("ơ" * 128)
    assert codes("ơ" * 129) == {"password_too_long"}


@pytest.mark.parametrize(
    "password", ["con trâu đi trước", "        ô cửa sổ", "тихий океан", "🌾🌾🌾🌾🌾🌾🌾🌾", "aaaabbbbcc"]
)
def test_no_composition_is_demanded(password: str, citizen: User) -> None:
    validate_password(password, citizen)


@pytest.mark.parametrize("password", ["password1", "12345678", "qwertyuiop"])
def test_a_common_password_is_refused(password: str) -> None:
    assert "password_too_common" in codes(password)


@pytest.mark.parametrize(
    "password",
    [
        "pass word 1",
        "Qwerty Uiop",
        "matkhau123",
        "Mật-khẩu@2024",
        "anhyeuem",
        "Anh yêu em",
        "ANH YÊU EM 520",
        "emyeuanh!",
        "iloveyouanh",
        "iloveyou_2025",
        "khongbiet",
        "không biết",
        "vietnam123",
        "hanoi2024",
        "123hanoi!!",
        "maatjkhaaur",
        "anhyeeuem",
        "Tuấn Anh 1990",
    ],
)
def test_what_many_in_vietnam_choose_is_refused_with_and_without_marks(password: str) -> None:
    assert "password_too_common" in codes(password)


@pytest.mark.parametrize(
    "password", ["29051987", "29/05/1987", "29.05.1987", "1987-05-29", "19870529", "0912345678", "+84 912 345 678"]
)
def test_a_date_or_a_mobile_number_alone_is_refused(password: str) -> None:
    assert "password_too_common" in codes(password)


@pytest.mark.parametrize("password", ["31021987", "29051687", "02438251234", "0912345678 của mẹ"])
def test_digits_that_are_neither_are_left_to_the_lists(password: str) -> None:
    validate_password(password)


@pytest.mark.parametrize(
    "password", ["Hà Nội mùa thu lá vàng", "tôi thích mật ong rừng", "hanoi-98234751", "biển xanh cát trắng 7"]
)
def test_a_common_word_inside_more_words_is_not_refused(password: str) -> None:
    validate_password(password)


def test_our_list_is_written_as_passwords_are_compared() -> None:
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    assert len(lines) > 500
    assert lines == sorted(set(lines))
    assert all(re.fullmatch(r"[0-9a-z]{3,}", line) for line in lines)


@pytest.mark.parametrize(
    "password",
    [
        "0999000001",
        "+84 999 000 001",
        "0999.000.001a",
        "me0999000002",
        "15081985",
        "15/08/1985",
        "1985-08-15",
        "19850815",
        "15-8-1985",
        "15081985@Ab",
    ],
)
def test_the_own_phone_and_birth_date_are_refused(password: str, citizen: User) -> None:
    assert "password_own_words" in codes(password, citizen)


@pytest.mark.parametrize(
    ("birth_date", "refused", "taken"), [("1985-08", "081985-ab", "1985xngf"), ("1985", "nguyenvanmau1985", "1985xngf")]
)
def test_a_birth_date_known_in_part_is_refused_where_it_is_more_than_a_year(
    citizen: User, birth_date: str, refused: str, taken: str
) -> None:
    citizen.person.birth_date = birth_date
    assert codes(refused, citizen) == {"password_own_words"}
    validate_password(taken, citizen)


def test_someone_elses_phone_and_birth_date_in_a_longer_password_are_not_refused(citizen: User) -> None:
    validate_password("0977111222xy", citizen)
    validate_password("16081985xy", citizen)


@pytest.mark.parametrize(
    "password",
    [
        "9900000001",
        "9900000001a",
        "99 0000 0001",
        "nguyenvanmau",
        "Nguyễn Văn Mẫu",
        "NGUYỄN VĂN MẪU 1",
    ],
)
def test_the_persons_own_words_are_refused(password: str, citizen: User) -> None:
    assert codes(password, citizen) == {"password_own_words"}


@pytest.mark.parametrize("password", ["VssID123", "matkhau1", "Mật khẩu 12", "bảo hiểm 1"])
def test_the_portals_words_are_refused(password: str) -> None:
    assert "password_own_words" in codes(password)


@pytest.mark.parametrize("password", ["BHXH2026", "bhyt1234"])
def test_bhxh_and_a_year_are_refused(password: str) -> None:
    assert "password_own_words" in codes(password)


def test_the_own_name_and_birth_year_are_refused(citizen: User) -> None:
    assert codes("nguyenvanmau1985", citizen) == {"password_own_words"}


def test_the_second_login_name_is_refused_as_a_password(citizen: User) -> None:
    assert codes("001085990001", citizen) == {"password_own_words"}


def test_an_own_word_inside_a_long_sentence_is_not_refused(citizen: User) -> None:
    validate_password("Nguyễn Văn Mẫu trồng lúa ngoài đồng xa", citizen)


def test_someone_elses_name_is_not_refused(citizen: User) -> None:
    validate_password("tranthihoa-tim", citizen)


def test_a_password_typed_on_another_keyboard_is_the_same_password(client: Client) -> None:
    """NIST SP 800-63B 3.1.1.2: letters are normalised before hashing; keyboards send either form."""
    composed = "Con trâu đi trước cái cày"
    user = factories.citizen(factories.person())
    user.set_password(composed)
    user.save()
    typed = {"username": user.username, "password": unicodedata.normalize("NFD", composed)}
    assert client.post("/dang-nhap/", typed).status_code == 302
