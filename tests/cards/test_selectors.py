from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.models import Person
from cards import selectors
from cards.models import Card, ParticipationPeriod
from cards.selectors import CardState
from tests.cards.conftest import NOT_ACTIVE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]


def person(code: str) -> Person:
    return Person.objects.get(bhxh_code=code)


def another_card(code: str, **changes: object) -> Card:
    card = Card.objects.get(person__bhxh_code=code)
    for field, value in {"pk": None, **changes}.items():
        setattr(card, field, value)
    card.save(force_insert=True)
    return card


def test_the_state_of_every_demo_person(today):
    for someone in Person.objects.all():
        card = selectors.current_card(someone, today=today)
        expected = NOT_ACTIVE.get(someone.bhxh_code, CardState.ACTIVE)
        assert selectors.state_of(card, today=today) is expected, someone.bhxh_code


def test_every_state_says_what_it_is_and_what_to_do(today):
    for code, state in {**NOT_ACTIVE, "9900000001": CardState.ACTIVE}.items():
        card = selectors.current_card(person(code), today=today)
        situation = selectors.situation(card, today=today)
        assert situation.state is state
        assert situation.sentence
        assert situation.advice
        assert "%(" not in situation.sentence + situation.advice


def test_the_first_and_the_last_day_are_valid_days(today):
    card = Card.objects.get(person__bhxh_code="9900000008")
    for day in (card.valid_from, card.valid_to):
        assert selectors.state_of(card, today=day) is CardState.ACTIVE
    assert selectors.state_of(card, today=card.valid_to + timedelta(days=1)) is CardState.EXPIRED
    assert selectors.state_of(card, today=card.valid_from - timedelta(days=1)) is CardState.NOT_STARTED


def test_a_valid_card_goes_before_a_later_one(today):
    another_card("9900000001", valid_from=date(2027, 1, 1))
    assert selectors.current_card(person("9900000001"), today=today).valid_from == date(2026, 1, 1)


def test_without_a_valid_card_the_latest_is_shown(today):
    another_card("9900000008", valid_from=date(2023, 1, 1), valid_to=date(2023, 12, 31))
    assert selectors.current_card(person("9900000008"), today=today).valid_from == date(2024, 1, 1)


def test_the_row_the_database_picks_is_the_one_the_state_rule_calls_valid(today):
    for card in Card.objects.all():
        picked = selectors.current_card(card.person, today=today)
        states = {selectors.state_of(one, today=today) for one in card.person.cards.all()}
        assert (selectors.state_of(picked, today=today) is CardState.ACTIVE) == (CardState.ACTIVE in states)


def test_history_of_the_person_with_overlapping_employers(today):
    schemes = {one.scheme: one for one in selectors.history(person("9900000001"), today=today)}
    bhxh = schemes[ParticipationPeriod.Scheme.BHXH]
    assert (bhxh.duration, bhxh.overlapping_months, bhxh.late_months) == ("18 năm 2 tháng", 2, 2)
    assert [one.scheme.value for one in schemes.values()] == ["bhxh", "bhtn", "tnld", "bhyt"]


def test_a_long_history_is_cut_to_the_latest_rows_and_totalled_whole(today, monkeypatch):
    monkeypatch.setattr(selectors, "LISTED_PERIODS", 2)
    bhxh = selectors.history(person("9900000001"), today=today)[0]
    assert [row.from_month for row in bhxh.periods] == [date(2015, 5, 1), date(2020, 9, 1)]
    assert (bhxh.row_count, bhxh.duration) == (3, "18 năm 2 tháng")


def test_staff_are_shown_the_two_deliberate_disagreements_and_no_other(today):
    differing = set()
    for card in Card.objects.select_related("person"):
        computed = selectors.computed_five_years(card.person, today=today)
        if selectors.five_years_differ(card, computed, today=today):
            differing.add(card.person.bhxh_code)
    assert differing == {"9900000009", "9900000019"}
