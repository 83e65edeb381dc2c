"""What happened stays as it was written: no path changes or removes an event."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AppendOnlyError, Event
from accounts.services import access
from tests import factories
from tests.registration.walking import Page

pytestmark = pytest.mark.django_db

LIST = "/admin/accounts/event/"


@pytest.fixture
def event() -> Event:
    access.record("card.viewed", actor=None, person_id=7, object_type="card", object_id=3, detail={"code": "x"})
    return Event.objects.get()


def stored() -> list[dict[str, object]]:
    return list(Event.objects.values())


def save_changed(event: Event) -> None:
    event.action = "forged"
    event.save()


def save_some_fields(event: Event) -> None:
    event.action = "forged"
    event.save(update_fields=["action"])


def save_under_the_same_id(event: Event) -> None:
    Event(pk=event.pk, action="forged").save()


def bulk_update(event: Event) -> None:
    event.action = "forged"
    Event.objects.bulk_update([event], ["action"])


def bulk_upsert(event: Event) -> None:
    Event.objects.bulk_create(
        [Event(pk=event.pk, action="forged")], update_conflicts=True, unique_fields=["id"], update_fields=["action"]
    )


WAYS: list[Callable[[Event], object]] = [
    save_changed,
    save_some_fields,
    save_under_the_same_id,
    bulk_update,
    bulk_upsert,
    lambda event: event.delete(),
    lambda event: Event.objects.update(action="forged"),
    lambda event: Event.objects.filter(pk=event.pk).update(action="forged"),
    lambda event: Event.objects.all().delete(),
    lambda event: Event.objects.filter(pk=event.pk).delete(),
    lambda event: Event.objects.update_or_create(pk=event.pk, defaults={"action": "forged"}),
    lambda event: Event.objects.create(pk=event.pk, action="forged"),
    lambda event: access.events_of("card", 3).delete(),
    lambda event: access.events_of("card", 3).update(action="forged"),
]


@pytest.mark.parametrize("way", range(len(WAYS)))
def test_no_way_through_the_models_changes_or_removes_an_event(event: Event, way: int) -> None:
    before = stored()
    with pytest.raises((AppendOnlyError, DatabaseError)), transaction.atomic():
        WAYS[way](event)
    assert stored() == before


def test_an_event_is_read_by_its_object_newest_first(event: Event) -> None:
    access.record("card.viewed", actor=None, object_type="card", object_id=4)
    access.record("card.shown", actor=None, object_type="card", object_id=3)
    assert [found.action for found in access.events_of("card", 3)] == ["card.shown", "card.viewed"]


def test_erasing_an_actor_leaves_the_event() -> None:
    officer = factories.officer()
    access.record("card.viewed", actor=officer)
    pk = officer.pk
    officer.delete()
    assert Event.objects.get().actor_id == pk


def test_the_admin_lists_events_and_changes_none(event: Event, client: Client) -> None:
    factories.signed_in(factories.officer("quantri", office=None, is_superuser=True), client)
    page = f"/admin/accounts/event/{event.pk}/"
    before = stored()
    assert client.get("/admin/accounts/event/").status_code == 200
    assert client.get(f"{page}change/").status_code == 200
    assert client.post(f"{page}change/", {"action": "forged"}).status_code == 403
    assert client.post(f"{page}delete/", {"post": "yes"}).status_code == 403
    assert client.post("/admin/accounts/event/add/", {"action": "forged"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": event.pk, "post": "yes"}
    client.post("/admin/accounts/event/", chosen)
    assert stored() == before


@pytest.fixture
def administrator() -> Client:
    return factories.signed_in(factories.officer("quantri", office=None, is_superuser=True))


def column(page: Page, name: str) -> list[str]:
    return [cell.text for cell in page.elements if f"field-{name}" in (cell.get("class") or "").split()]


def listed(client: Client, typed: str = "") -> list[str]:
    """What was done, row by row."""
    return column(Page(client.get(LIST, {"q": typed} if typed else {})), "what")


def test_the_list_says_in_words_who_did_what_to_whom(administrator: Client) -> None:
    officer, person = factories.officer(), factories.person()
    access.record("card.seen", actor=officer, person_id=person.pk, object_type="card", object_id=3)
    page = Page(administrator.get(LIST))
    found = {name: column(page, name) for name in ("what", "who", "whose", "thing")}
    assert found == {
        "what": ["Xem thẻ BHYT"],
        "who": ["canbo"],
        "whose": [f"số {person.pk}"],
        "thing": ["Thẻ BHYT 3"],
    }
    (link,) = [a for a in page.all("a") if a.text == f"số {person.pk}"]
    assert administrator.get(link["href"]).status_code == 200
    assert Event.objects.filter(action="person.seen", person_id=person.pk).exists()


def test_a_code_without_a_word_is_shown_as_it_is(administrator: Client) -> None:
    access.record("moon.eclipsed", actor=None, object_type="moon", object_id=1)
    page = Page(administrator.get(LIST))
    assert [column(page, name) for name in ("what", "who", "whose", "thing")] == [
        ["moon.eclipsed"],
        ["–"],
        ["–"],
        ["moon 1"],
    ]


def test_a_citizens_number_does_not_stand_in_the_list(administrator: Client) -> None:
    citizen = factories.citizen(factories.person())
    access.record("session.started", actor=citizen, person_id=citizen.person_id)
    for page in (LIST, f"{LIST}{Event.objects.get().pk}/change/"):
        answer = administrator.get(page).content.decode()
        assert f"tài khoản số {citizen.pk}" in answer
        assert citizen.username not in answer


def test_the_list_asks_as_much_of_the_database_for_many_actors_as_for_one(administrator: Client) -> None:
    access.record("session.started", actor=factories.officer())
    administrator.get(LIST)
    with CaptureQueriesContext(connection) as few:
        administrator.get(LIST)
    for number in range(30):
        access.record("session.started", actor=factories.officer(f"canbo{number}"))
    with CaptureQueriesContext(connection) as many:
        page = Page(administrator.get(LIST))
    assert len(set(column(page, "who"))) == 31
    assert len(many) == len(few) <= 6


def test_events_are_found_by_actor_by_person_and_by_object(administrator: Client) -> None:
    officer = factories.officer()
    access.record("session.started", actor=officer)
    access.record("person.seen", actor=None, person_id=77)
    access.record("declaration.file", actor=None, object_type="declaration", object_id=77)
    assert listed(administrator, "canbo") == ["Đăng nhập"]
    assert listed(administrator, "77") == ["Xem người tham gia"]
    for typed in ("declaration 77", "tờ khai 77", "  Tờ  khai 77 "):
        assert listed(administrator, typed) == ["Người khai bấm Ghi nhận"]
    for nothing in ("canbo2", "78", "tờ khai 78", "trăng 77", "9" * 40):
        assert listed(administrator, nothing) == []
    assert len(listed(administrator)) == 3


def test_no_search_of_the_list_reads_the_whole_table(administrator: Client) -> None:
    officer = factories.officer()
    access.record("session.started", actor=officer, person_id=7, object_type="user", object_id=officer.pk)
    fill_the_table()
    for typed in ("canbo", "7", f"tài khoản {officer.pk}"):
        with CaptureQueriesContext(connection) as asked:
            assert listed(administrator, typed) == ["Đăng nhập"]
        of_events = [query["sql"] for query in asked if 'FROM "accounts_event"' in query["sql"]]
        assert len(of_events) >= 2
        for sql in of_events:
            assert goes_straight_to_its_rows(sql), sql
    assert not goes_straight_to_its_rows("SELECT detail FROM accounts_event WHERE length(action) = 1")


def fill_the_table() -> None:
    """With others' events, and PostgreSQL told so: what it knows of the tests before would choose its way."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO accounts_event (at, action, actor_id, person_id, object_type, object_id, detail) "
                "SELECT now(), 'card.viewed', 10000 + n, 10000 + n, 'card', n::text, '{}' "
                "FROM generate_series(1, 2000) n"
            )
            cursor.execute("ANALYZE accounts_event")


def goes_straight_to_its_rows(sql: str) -> bool:
    """By an index of events; on PostgreSQL as it would be if the table were too long to read through."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"{'EXPLAIN' if connection.vendor == 'postgresql' else 'EXPLAIN QUERY PLAN'} {sql}")
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    return re.search(r"SEARCH accounts_event|Index Cond: \(+(actor_id|person_id|object_type)\b", plan) is not None
