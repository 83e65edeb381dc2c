from __future__ import annotations

import unicodedata

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def citizen() -> User:
    return factories.citizen(factories.person(full_name="Nguyễn Văn Mẫu", id_number="001085990001"))


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
