"""Which texts find whose card, and what the desk is told of it."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import Person
from accounts.paper_codes import UnreadableCode
from cards.models import Card
from cards.selectors import CardState
from cards.services import drawing
from cards.services.checking import BirthDateNeeded, CardNotFound, NotANumber
from tests.cards.conftest import TODAY
from tests.cards.desks import BORN, MAU, MAU_CCCD, foreign_code, found, look, our_code, refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still", "register")]

OLD_NUMBER = "HT3019900000003"


@pytest.mark.parametrize(
    "typed", [MAU, " 99000 00001 ", "9900-000-001", "9900.000.001", "001085999001", "001 085 999 001"]
)
def test_a_typed_number_with_its_birth_date_finds_the_person(desk, typed):
    assert found(desk, typed, BORN) == MAU


@pytest.mark.parametrize("typed", [OLD_NUMBER, "ht 3 01 99000 00003", "HT.3.01.9900000003"])
def test_so_does_an_old_card_number_as_it_is_printed(desk, typed):
    shown = look(desk, typed, "1962-12-31")
    assert (shown.person.bhxh_code, shown.card.card_number) == ("9900000003", OLD_NUMBER)


def test_a_d_typed_through_a_vietnamese_keyboard_is_a_d(desk):
    Card.objects.filter(person__bhxh_code=MAU).update(card_number="DN4019900000001")
    assert found(desk, "đn4019900000001", BORN) == MAU


def test_twelve_digits_are_a_cccd_and_nobodys_other_paper(desk):
    Person.objects.filter(bhxh_code=MAU).update(id_kind="passport")
    assert refused(desk, "001085999001", BORN) is CardNotFound


@pytest.mark.parametrize("typed", [MAU, "9900000099", "001085999001", OLD_NUMBER])
def test_a_typed_number_alone_asks_for_the_birth_date_whoever_has_it(desk, typed, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert refused(desk, typed) is BirthDateNeeded


@pytest.mark.parametrize(
    ("registered", "typed", "is_found"),
    [
        ("1985-08-15", "1985-08-15", True),
        ("1985-08-15", "1985-08-16", False),
        ("1985-08-15", "1985-08", False),
        ("1985-08-15", "1985", False),
        ("1985-08", "1985-08-15", True),
        ("1985-08", "1985-08", True),
        ("1985-08", "1985-09-15", False),
        ("1985", "1985-08-15", True),
        ("1985", "1985", True),
        ("1985", "1986", False),
    ],
)
def test_the_register_may_know_less_of_a_birth_date_and_never_the_desk(desk, registered, typed, is_found):
    Person.objects.filter(bhxh_code=MAU).update(birth_date=registered)
    if is_found:
        assert found(desk, MAU, typed) == MAU
    else:
        assert refused(desk, MAU, typed) is CardNotFound


def test_our_own_code_proves_itself_even_with_a_birth_date_corrected_since(desk):
    code = our_code(MAU)
    Person.objects.filter(bhxh_code=MAU).update(birth_date="1986-01-01")
    shown = look(desk, code)
    assert (shown.person.birth_date, shown.outdated) == ("1986-01-01", ("ngày sinh",))


def test_a_foreign_code_is_worth_what_its_birth_date_is_worth(desk):
    assert found(desk, foreign_code(MAU)) == MAU
    assert refused(desk, foreign_code(MAU, birth_date="1986-08-15")) is CardNotFound


def test_our_code_with_one_part_changed_is_a_foreign_one(desk):
    parts = our_code(MAU).split("|")
    parts[0] = "9900000002"
    assert refused(desk, "|".join(parts)) is CardNotFound


def test_what_is_typed_beside_a_scan_does_not_count(desk):
    forged = foreign_code(MAU, birth_date="1986-08-15")
    assert refused(desk, forged, BORN) is CardNotFound


def test_a_scan_through_a_vietnamese_keyboard(desk):
    Card.objects.filter(person__bhxh_code=MAU).update(card_number="DN4019900000001")
    mangled = our_code(MAU).replace("|", "\\").replace("DN4", "ĐN4", 1) + "\r\n"
    assert found(desk, mangled) == MAU


def test_a_chip_identity_card(desk):
    assert found(desk, MAU_CCCD) == MAU
    assert refused(desk, MAU_CCCD.replace("15081985", "16081985")) is CardNotFound
    assert refused(desk, MAU_CCCD.replace("001085999001", "001085999777")) is CardNotFound


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a|b",
        "|",
        "$",
        "\\\\",
        "٩٩٠٠٠٠٠٠٠١",
        "9900000001'--",
        "\x00",
        "🙂" * 40,
        "Nguyen Van Mau",
        "9" * 25,
    ],
)
def test_what_is_no_number_and_no_code_is_unreadable_and_looks_at_nobody(desk, text, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert refused(desk, text, BORN) is UnreadableCode


@pytest.mark.parametrize(
    "typed",
    [
        "12345",
        "990000000",
        "99000000011",
        "019 999 003",
        "00108599900O",
        "HT301990000000",
        "ht9 01 99000 00003",
        "Z9999006",
        "9" * 24,
    ],
)
def test_a_number_of_no_known_length_or_kind_is_told_so_and_looks_at_nobody(desk, typed, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert refused(desk, typed, BORN) is NotANumber
        assert refused(desk, typed) is NotANumber


def test_an_up_to_date_code_is_not_called_outdated(desk):
    for card in Card.objects.select_related("person"):
        assert look(desk, drawing.qr_text(card)).outdated == ()
    assert look(desk, MAU_CCCD).outdated == ()


def test_a_code_that_says_less_says_nothing_otherwise(desk):
    parts = our_code(MAU).split("|")
    assert look(desk, "|".join([*parts[:9], "$"])).outdated == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"valid_to": date(2027, 1, 1)}, ("thời hạn",)),
        ({"valid_from": date(2025, 1, 1)}, ("thời hạn",)),
        ({"card_number": "DN4019900000001"}, ("số thẻ",)),
        ({"benefit_level_id": 1, "facility_id": "01020"}, ("mức hưởng", "nơi đăng ký KCB ban đầu")),
    ],
)
def test_the_register_goes_before_the_code_and_the_difference_is_named(desk, changes, words):
    code = our_code(MAU)
    Card.objects.filter(person__bhxh_code=MAU).update(**changes)
    shown = look(desk, code)
    assert shown.outdated == words
    for field, value in changes.items():
        assert getattr(shown.card, field) == value


def test_a_code_of_a_card_the_register_has_no_more(desk):
    code = our_code(MAU)
    Card.objects.filter(person__bhxh_code=MAU).delete()
    shown = look(desk, code)
    assert (shown.card, shown.situation.state, shown.outdated) == (None, CardState.NONE, ("số thẻ",))


@pytest.mark.parametrize(
    ("code", "born", "state"),
    [
        (MAU, BORN, CardState.ACTIVE),
        ("9900000008", "1999-11-11", CardState.EXPIRED),
        ("9900000015", "1980-01-30", CardState.NOT_STARTED),
        ("9900000016", "1966-08-08", CardState.REVOKED),
        ("9900000020", "1984-05-07", CardState.NONE),
    ],
)
def test_every_state_is_told_in_the_desks_words(desk, code, born, state):
    situation = look(desk, code, born).situation
    assert situation.state is state
    words = f"{situation.sentence} {situation.advice}"
    assert "bạn" not in words
    assert "%(" not in words


def test_whether_five_years_are_full_is_judged_today(desk):
    assert look(desk, MAU, BORN).has_five_years
    assert not look(desk, "9900000012", BORN).has_five_years
    Card.objects.filter(person__bhxh_code=MAU).update(five_years_from=TODAY)
    assert look(desk, MAU, BORN).has_five_years
    Card.objects.filter(person__bhxh_code=MAU).update(five_years_from=None)
    assert not look(desk, MAU, BORN).has_five_years


def test_whether_this_is_the_facility_the_card_is_registered_at(desk):
    assert look(desk, "9900000002", "1990-02-28").is_registered_here
    assert not look(desk, MAU, BORN).is_registered_here
    assert not look(desk, "9900000020", "1984-05-07").is_registered_here
