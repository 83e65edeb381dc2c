from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.names import clean_name, name_key

# Everything a keyboard, a paste or an old converter may put into a name.
VIETNAMESE = "aăâeêioôơuưyđ AĂÂEÊIOÔƠUƯYĐðÐ' \u00a0\t\u200b\u200d\ufeff\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323"


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def test_a_decomposed_name_is_stored_composed() -> None:
    assert clean_name(decomposed("Nguyễn Thị Ơn")) == "Nguyễn Thị Ơn"


def test_the_icelandic_eth_becomes_the_vietnamese_letter() -> None:
    assert clean_name("Ðặng Văn Ðức, ðộ") == "Đặng Văn Đức, độ"


@pytest.mark.parametrize("hidden", ["\u200b", "\u200c", "\u200d", "\ufeff", "\u00ad", "\u202e", "\x00", "\x7f"])
def test_what_cannot_be_seen_is_not_stored(hidden: str) -> None:
    assert clean_name(f"Lê{hidden} Văn {hidden}Mẫu{hidden}") == "Lê Văn Mẫu"


@pytest.mark.parametrize("blank", [" ", "  ", "\t", "\u00a0", "\u3000", "\r\n"])
def test_blanks_of_any_kind_become_one_and_none_at_the_ends(blank: str) -> None:
    assert clean_name(f"{blank}Lê{blank}Mẫu{blank}") == "Lê Mẫu"


def test_apostrophes_of_minority_names_are_one_character() -> None:
    assert clean_name("Y Ka’ Êban") == clean_name("Y Kaʼ Êban") == "Y Ka' Êban"


def test_a_mark_parted_from_its_letter_by_something_hidden_is_joined_to_it() -> None:
    assert clean_name("Le\u200b\u0302") == "Lê"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Đặng Thị Ơn", "DANG THI ON"),
        ("ðặng thị ơn", "DANG THI ON"),
        ("Nguyễn Văn Mẫu", "NGUYEN VAN MAU"),
        ("Huỳnh Ưng Ỷ", "HUYNH UNG Y"),
        ("H'Hen Niê", "H'HEN NIE"),
    ],
)
def test_the_key_is_upper_case_without_marks(name: str, key: str) -> None:
    assert name_key(name) == key
    assert name_key(decomposed(name)) == key


def test_different_letters_keep_different_keys() -> None:
    assert name_key("Mẫu") != name_key("Mậy")


@given(st.text(VIETNAMESE, max_size=40))
@example("e\u200b\u0302")
def test_cleaning_a_clean_name_changes_nothing(text: str) -> None:
    once = clean_name(text)
    assert clean_name(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(st.text(VIETNAMESE, max_size=40))
@example("A \u0301 B")
def test_the_key_of_a_key_is_the_key(text: str) -> None:
    assert name_key(name_key(text)) == name_key(text)


@given(st.text(VIETNAMESE, max_size=40))
def test_a_key_of_vietnamese_letters_is_plain_ascii(text: str) -> None:
    assert name_key(text).isascii()


@given(st.text(max_size=60))
def test_no_text_at_all_leaves_anything_hidden_behind(text: str) -> None:
    cleaned = clean_name(text)
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in cleaned)
    assert cleaned == " ".join(cleaned.split())
