"""What happened stays as it was written: no path changes or removes an event."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from accounts.models import AppendOnlyError, Event
from accounts.services import access
from tests import factories

pytestmark = pytest.mark.django_db


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
    client.force_login(factories.officer("quantri", office=None, is_superuser=True))
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
