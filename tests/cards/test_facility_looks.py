"""A clinic's manager reads who of the facility looked, when and why; never at whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Event, Person, User
from accounts.services import access
from accounts.services.roles import Role
from cards.services import facility_looks
from tests import factories
from tests.registration.walking import Page

pytestmark = pytest.mark.django_db

LOOKS, CLINIC = "/co-so-kcb/luot-xem/", "/co-so-kcb/"


@pytest.fixture
def person() -> Person:
    return factories.person()


@pytest.fixture
def manager() -> User:
    return factories.desk("01020_QL", role=Role.CLINIC_MANAGER)


@pytest.fixture
def client(manager: User) -> Client:
    return factories.signed_in(manager)


def checked(person: Person, desk: User, *, days_ago: float = 0, **detail: str) -> Event:
    event = access.record(
        "card.checked",
        actor=desk,
        person_id=person.pk,
        object_type="person",
        object_id=person.pk,
        detail={"facility": str(desk.facility_id), "reason": "care", "by": "scan", **detail},
    )
    with connection.cursor() as cursor:  # the model itself has no way to change an event
        cursor.execute(
            "UPDATE accounts_event SET at = %s WHERE id = %s", [timezone.now() - timedelta(days=days_ago), event.pk]
        )
    return event


def looks(client: Client, query: str = "") -> list[str]:
    return [item.text for item in Page(client.get(LOOKS + query)).elements if "data-look" in item.attributes]


def test_looks_of_every_desk_of_the_facility_newest_first(client: Client, person: Person, manager: User) -> None:
    checked(person, factories.desk())
    checked(person, manager, reason="emergency", by="typed")
    newest, older = looks(client)
    assert newest.startswith("01020_QL Cấp cứu · gõ số thẻ và ngày sinh")
    assert older.startswith("01020_BV Khám, chữa bệnh · quét mã trên thẻ")


def test_nothing_on_the_page_says_whose_card_it_was(client: Client, person: Person) -> None:
    checked(person, factories.desk())
    html = client.get(LOOKS).content.decode()
    for private in (person.full_name, person.bhxh_code, person.id_number, person.birth_date, "15/08/1985"):
        assert private not in html


def test_other_facilities_and_other_events_stay_out(client: Client, person: Person, manager: User) -> None:
    desk = factories.desk()
    checked(person, factories.desk("01021_BV", facility=factories.facility("01021", "Bệnh viện Khác")))
    checked(person, desk, facility="01021")  # of a desk that has moved here since
    access.record("card.check_missed", actor=desk, detail={"facility": "01020", "by": "typed"})
    access.record("session.started", actor=manager)
    assert looks(client) == []
    assert "Chưa có lượt" in client.get(LOOKS).content.decode()


def test_what_is_older_than_thirty_days_is_not_shown(client: Client, person: Person) -> None:
    desk = factories.desk()
    checked(person, desk, days_ago=31, reason="payment")
    assert looks(client) == []
    checked(person, desk, days_ago=29, reason="referral")
    (shown,) = looks(client)
    assert "Chuyển tuyến" in shown


def test_pages_are_bounded_and_each_look_stands_on_one(
    client: Client, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facility_looks, "PAGE", 3)
    desks = [factories.desk(f"01020_{number}") for number in range(2)]
    reasons = ["care", "emergency", "referral", "payment"]
    for number in range(7):
        checked(person, desks[number % 2], reason=reasons[number % 4])
    seen, query = [], ""
    for size in (3, 3, 1):
        page = Page(client.get(LOOKS + query))
        shown = [item.text for item in page.elements if "data-look" in item.attributes]
        assert len(shown) == size
        seen += shown
        query = next((a["href"].removeprefix(LOOKS) for a in page.all("a", rel="next")), "")
    assert query == ""
    assert len(seen) == 7


@pytest.mark.parametrize("before", ["0", "1", "-1", "abc", "9" * 30, "٣"])
def test_an_address_with_nonsense_is_a_page_all_the_same(client: Client, person: Person, before: str) -> None:
    checked(person, factories.desk())
    assert client.get(LOOKS, {"truoc": before}).status_code == 200


def test_the_number_of_queries_is_the_same_for_one_desk_as_for_many(client: Client, person: Person) -> None:
    counts = []
    for start, many in ((0, 1), (1, 20)):
        for number in range(start, start + many):
            desk = factories.desk(f"01020_{number}")
            for _ in range(4):
                checked(person, desk)
        with CaptureQueriesContext(connection) as asked:
            looks(client)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_only_a_manager_has_the_page_and_the_link(client: Client) -> None:
    assert LOOKS in [a["href"] for a in Page(client.get(CLINIC)).all("a")]
    desk = factories.signed_in(factories.desk())
    assert LOOKS not in desk.get(CLINIC).content.decode()
    assert desk.get(LOOKS).status_code == 403
    assert factories.signed_in(factories.officer()).get(LOOKS).status_code == 404


@pytest.mark.parametrize("path", [CLINIC, "/co-so-kcb/anh/1/", LOOKS])
def test_a_clinics_account_without_a_role_opens_nothing(path: str) -> None:
    desk = factories.desk()
    desk.groups.clear()
    client: Any = factories.signed_in(desk)
    assert client.get(path).status_code == 403
    assert client.post(CLINIC, {"card": "9900000001", "birth_date": "15/08/1985", "reason": "care"}).status_code == 403
    assert not Event.objects.filter(action__startswith="card.").exists()
