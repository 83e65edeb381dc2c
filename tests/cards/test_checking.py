"""Which texts find whose card, and what is counted and written down on the way."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts import limits
from accounts.errors import PortalError, TooManyRequests
from accounts.limits import LIMITS, Limit
from accounts.models import Event, Person, RateCount, User
from accounts.services.access import LookReason
from cards import qr
from cards.models import Card
from cards.qr import UnreadableCode
from cards.selectors import CardState
from cards.services import checking, drawing
from cards.services.checking import BirthDateNeeded, CardNotFound, Look, NotANumber
from tests import factories
from tests.accounts.conftest import Clock
from tests.cards.conftest import TODAY
from tests.servers import free_port
from vssportal import settings as production

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]

MAU, BORN = "9900000001", "1985-08-15"
OLD_NUMBER = "HT3019900000003"
FOREIGN_KEY = b"the key of another issuer"
MAU_CCCD = "001085999001|019999999|Nguyễn Văn Mẫu|15081985|Nam|Số 1, Phường Mẫu|01072021"


@pytest.fixture(autouse=True)
def still(monkeypatch):
    """The cards' day, and one window of every limit."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: TODAY)
    monkeypatch.setattr(limits, "time", Clock())


@pytest.fixture
def desk() -> User:
    return factories.desk()


def card_of(code: str) -> Card:
    return Card.objects.select_related("person").get(person__bhxh_code=code)


def our_code(code: str) -> str:
    return drawing.qr_text(card_of(code))


def foreign_code(code: str, **changes: object) -> str:
    printed = dataclasses.replace(qr.parse_bhyt(our_code(code)), **changes)
    return qr.build(printed, key=FOREIGN_KEY)


def look(desk: User, text: str, born: str = "", reason: LookReason = LookReason.CARE) -> Look:
    event = checking.check(desk, text=text, birth_date=born, reason=reason)
    shown = checking.look_of(desk, event.pk)
    assert shown is not None
    return shown


def found(desk: User, text: str, born: str = "") -> str:
    return look(desk, text, born).person.bhxh_code


def refused(desk: User, text: str, born: str = "") -> type[PortalError]:
    with pytest.raises(PortalError) as refusal:
        look(desk, text, born)
    return type(refusal.value)


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


def test_a_look_leaves_an_event_of_ids_and_codes_and_nothing_else(desk):
    shown = look(desk, MAU, BORN, reason=LookReason.EMERGENCY)
    event = Event.objects.get()
    assert event == shown.event
    assert shown.reason is LookReason.EMERGENCY
    assert (event.action, event.actor_id, event.person_id) == ("card.checked", desk.pk, shown.person.pk)
    assert (event.object_type, event.object_id) == ("person", str(shown.person.pk))
    assert event.detail == {"facility": "01020", "reason": "emergency", "by": "typed"}


def test_what_a_code_says_otherwise_is_kept_in_codes_and_an_up_to_date_one_adds_nothing(desk):
    code = our_code(MAU)
    assert look(desk, code).event.detail == {"facility": "01020", "reason": "care", "by": "scan"}
    Card.objects.filter(person__bhxh_code=MAU).update(benefit_level_id=1, facility_id="01020")
    Person.objects.filter(bhxh_code=MAU).update(birth_date="1986-01-01", name_key="khac")
    changed = look(desk, code)
    assert changed.event.detail["differs"] == "name,birth_date,level,facility"
    assert changed.outdated == ("họ tên", "ngày sinh", "mức hưởng", "nơi đăng ký KCB ban đầu")


def test_a_look_shown_again_tells_of_the_card_as_it_is_now_and_records_nothing(desk):
    code = our_code(MAU)
    Card.objects.filter(person__bhxh_code=MAU).update(card_number="DN4019900000001")
    first = look(desk, code)
    Card.objects.filter(person__bhxh_code=MAU).update(status=Card.Status.REVOKED)
    again = checking.look_of(desk, first.event.pk)
    assert (first.situation.state, again.situation.state) == (CardState.ACTIVE, CardState.REVOKED)
    assert again.outdated == first.outdated == ("số thẻ",)
    assert Event.objects.get() == again.event


def test_a_look_is_shown_to_its_own_account_for_ten_minutes(desk, monkeypatch):
    event, now = look(desk, MAU, BORN).event, timezone.now()
    colleague = factories.desk("01020_BV2")
    assert checking.look_of(colleague, event.pk) is checking.person_of_look(colleague, event.pk) is None
    for passed, is_shown in ((timedelta(minutes=9, seconds=55), True), (timedelta(minutes=10, seconds=1), False)):
        monkeypatch.setattr("django.utils.timezone.now", lambda passed=passed: now + passed)
        assert (checking.look_of(desk, event.pk) is not None) is is_shown
        assert (checking.person_of_look(desk, event.pk) is not None) is is_shown


def test_a_look_at_somebody_the_register_has_no_more_shows_nobody(desk):
    event = look(desk, "9900000020", "1984-05-07").event
    Person.objects.filter(bhxh_code="9900000020").delete()
    assert checking.look_of(desk, event.pk) is None


def test_without_a_photo_nobody_is_told_to_compare_with_it(desk):
    assert look(desk, MAU, BORN).situation.advice == "Đối chiếu người bệnh với giấy tờ có ảnh của họ."
    Person.objects.filter(bhxh_code=MAU).update(portrait="chan-dung.jpg")
    assert "với ảnh" in look(desk, MAU, BORN).situation.advice


def test_only_a_code_that_nobody_else_can_have_made_is_called_a_scan_of_the_card(desk):
    assert look(desk, our_code(MAU)).event.detail["by"] == "scan"
    for text in (MAU_CCCD, foreign_code(MAU)):
        assert look(desk, text).event.detail["by"] == "code"


@pytest.mark.parametrize(
    ("text", "born", "by"),
    [("9900000099", BORN, "typed"), (MAU, "1986-08-15", "typed"), (MAU_CCCD.replace("1985|", "1986|"), "", "code")],
)
def test_a_miss_is_an_event_that_names_nobody(desk, text, born, by):
    assert refused(desk, text, born) is CardNotFound
    event = Event.objects.get()
    assert (event.action, event.actor_id, event.person_id) == ("card.check_missed", desk.pk, None)
    assert (event.object_type, event.object_id) == ("", "")
    assert event.detail == {"facility": "01020", "by": by}


def test_our_own_code_of_somebody_the_register_has_no_more_is_a_miss(desk):
    code = our_code(MAU)
    Card.objects.filter(person__bhxh_code=MAU).delete()
    Person.objects.filter(bhxh_code=MAU).update(bhxh_code="9900000098")
    assert refused(desk, code) is CardNotFound
    assert Event.objects.get().action == "card.check_missed"


def small(monkeypatch: pytest.MonkeyPatch, name: str, count: int = 2) -> None:
    monkeypatch.setitem(LIMITS, name, Limit(count, LIMITS[name].seconds, LIMITS[name].guards_secrets))


def test_a_desk_looks_so_often_and_another_goes_on(desk, monkeypatch):
    small(monkeypatch, "check.desk")
    for _ in range(2):
        look(desk, MAU, BORN)
    assert refused(desk, MAU, BORN) is TooManyRequests
    assert Event.objects.count() == 2
    assert found(factories.desk("01020_BV2"), MAU, BORN) == MAU


def test_a_facility_looks_so_often_and_another_goes_on(desk, monkeypatch):
    small(monkeypatch, "check.facility")
    for _ in range(2):
        look(desk, MAU, BORN)
    assert refused(factories.desk("01020_BV2"), MAU, BORN) is TooManyRequests
    elsewhere = factories.desk("01C51_BV", facility=factories.facility("01C51"))
    assert found(elsewhere, MAU, BORN) == MAU


def test_only_wrong_guesses_use_up_a_desks_guesses_and_its_own_codes_go_on(desk, monkeypatch):
    small(monkeypatch, "check.guess.desk")
    for _ in range(4):
        look(desk, MAU, BORN)
    for number in ("9900000098", "9900000099"):
        assert refused(desk, number, BORN) is CardNotFound
    assert refused(desk, MAU, BORN) is TooManyRequests
    assert refused(desk, MAU_CCCD) is TooManyRequests
    assert found(desk, our_code(MAU)) == MAU
    assert found(factories.desk("01020_BV2"), MAU, BORN) == MAU


def test_the_desks_of_a_facility_share_its_guesses(desk, monkeypatch):
    small(monkeypatch, "check.guess.facility")
    for number in ("9900000098", "9900000099"):
        assert refused(desk, number, BORN) is CardNotFound
    assert refused(factories.desk("01020_BV2"), MAU, BORN) is TooManyRequests
    elsewhere = factories.desk("01C51_BV", facility=factories.facility("01C51"))
    assert found(elsewhere, MAU, BORN) == MAU


@pytest.mark.parametrize("number", ["9900000003", "9900000099"])
def test_nobody_tries_one_persons_birth_dates_through_from_many_desks(number):
    for day in range(1, 11):
        desk = factories.desk(f"01020_BV{day}")
        assert refused(desk, number, f"1961-12-{day:02d}") is CardNotFound
    guesser = factories.desk("01020_BV11")
    assert refused(guesser, number, "1962-12-31") is TooManyRequests
    assert found(guesser, MAU, BORN) == MAU


def test_no_other_number_of_the_same_person_gives_a_second_set_of_tries(desk, monkeypatch):
    small(monkeypatch, "check.guess.card")
    for text, born in (("9900000003", "1961-01-01"), ("HT3019900000003", "1961-01-02")):
        assert refused(desk, text, born) is CardNotFound
    assert refused(desk, "HT3019900000003", "1962-12-31") is TooManyRequests
    for born in ("1986-08-15", "1986-08-16"):
        assert refused(desk, MAU, born) is CardNotFound
    assert refused(desk, MAU_CCCD) is TooManyRequests


def test_wrong_dates_at_one_facility_keep_no_other_from_its_patient_nor_the_desk_from_the_next(desk):
    for day in range(1, 16):
        refused(desk, MAU, f"1986-08-{day:02d}")
    assert found(desk, "9900000002", "1990-02-28") == "9900000002"
    elsewhere = factories.desk("01C51_BV", facility=factories.facility("01C51"))
    assert found(elsewhere, MAU, BORN) == MAU


def test_nobody_tries_one_persons_birth_dates_through_from_many_facilities(monkeypatch):
    small(monkeypatch, "check.guess.card.everywhere")
    for code in ("01C51", "01021"):
        guesser = factories.desk(f"{code}_BV", facility=factories.facility(code))
        assert refused(guesser, MAU, "1986-08-15") is CardNotFound
    assert refused(factories.desk(), MAU, BORN) is TooManyRequests


def test_with_the_store_away_guesses_are_still_counted_and_looks_let_through(desk, monkeypatch, settings):
    settings.CACHES = {"default": {**production.CACHES["default"], "LOCATION": f"redis://127.0.0.1:{free_port()}/0"}}
    small(monkeypatch, "check.desk")
    small(monkeypatch, "check.guess.card")
    for _ in range(4):
        look(desk, our_code(MAU))
    for _ in range(2):
        assert refused(desk, MAU, "1986-08-15") is CardNotFound
    assert refused(desk, MAU, BORN) is TooManyRequests
    assert MAU not in str(list(RateCount.objects.values()))


def test_a_miss_asks_the_database_the_same_whether_the_number_exists_or_not(desk, django_assert_num_queries):
    for number in (MAU, "9900000099"):
        with django_assert_num_queries(2):  # the person, the event
            assert refused(desk, number, "1986-08-15") is CardNotFound
