from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Event, User
from cards.models import Card, ParticipationPeriod
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]

LISTS = ["card", "participationperiod"]


@pytest.fixture
def administrator(client) -> User:
    user = User.objects.create(username="quantri", kind=User.Kind.STAFF, is_superuser=True)
    factories.signed_in(user, client)
    return user


def card_page(client, code: str) -> str:
    card = Card.objects.get(person__bhxh_code=code)
    return client.get(reverse("admin:cards_card_change", args=[card.pk])).content.decode()


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.usefixtures("administrator")
def test_lists_find_by_exact_code_and_offer_nothing_to_change(client, name):
    response = client.get(reverse(f"admin:cards_{name}_changelist"), {"q": "9900000001"})
    assert response.status_code == 200
    assert {row.person.bhxh_code for row in response.context["cl"].result_list} == {"9900000001"}
    assert client.get(reverse(f"admin:cards_{name}_add")).status_code == 403


@pytest.mark.parametrize("name", LISTS)
def test_officers_who_are_no_administrators_see_nothing(client, name):
    factories.signed_in(User.objects.create(username="canbo", kind=User.Kind.STAFF), client)
    assert client.get(reverse(f"admin:cards_{name}_changelist")).status_code == 403


@pytest.mark.usefixtures("administrator")
def test_a_disagreement_about_five_years_is_marked(client):
    assert "tính được 01/07/2015" in card_page(client, "9900000009")
    assert "tính được 01/02/2025" in card_page(client, "9900000019")
    assert "Khớp với quá trình tham gia" in card_page(client, "9900000001")
    assert "Khớp với quá trình tham gia" in card_page(client, "9900000016")


def test_opening_a_card_or_a_period_is_an_event(client, administrator):
    card = Card.objects.get(person__bhxh_code="9900000001")
    period = ParticipationPeriod.objects.filter(person=card.person).first()
    client.get(reverse("admin:cards_card_change", args=[card.pk]))
    client.get(reverse("admin:cards_participationperiod_change", args=[period.pk]))
    events = Event.objects.filter(actor_id=administrator.pk, person_id=card.person_id)
    assert sorted(events.values_list("action", flat=True)) == ["card.seen", "participationperiod.seen"]
