"""What is written down of looks and misses at the desks, and how many there may be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.errors import TooManyRequests
from accounts.limits import LIMITS, Limit
from accounts.models import Event, Person, RateCount
from accounts.services.access import LookReason
from cards.models import Card
from cards.selectors import CardState
from cards.services import checking
from cards.services.checking import CardNotFound
from tests import factories
from tests.cards.desks import BORN, MAU, MAU_CCCD, foreign_code, found, look, our_code, refused
from tests.servers import free_port
from vssportal import settings as production

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still", "register")]


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
